import { openServer } from '../../main.ts';
import { readConfig } from '../../system/config.ts';
import { describeError } from '../../system/describe-error.ts';
import type { Command } from '../command.ts';

const stopMsMax = 25_000;
/** Once everything is closed: for a last line to be printed, and for peers to say goodbye. One that stands still never does. */
const goodbyeMsMax = 500;

export const serve: Command = {
  name: 'serve',
  summary: 'runs the server: events in, next best actions out',
  usage: 'nextbest serve\n\nConfigured by the environment alone; see nextbest --help.',
  run: async () => {
    process.on('uncaughtException', dieOf);
    const config = readConfig(process.env);
    const server = await openServer(config, (line) => process.stdout.write(`${line}\n`));
    process.stdout.write(`${welcome(server.address, server.storage)}\n`);
    await untilAskedToStop();
    process.stdout.write('Stopping: finishing what is in hand.\n');
    setTimeout(() => process.exit(3), stopMsMax).unref();
    await server.close();
    setTimeout(() => process.exit(0), goodbyeMsMax).unref();
    return 0;
  },
};

/** A fault that nobody caught ends the process, told without what it may quote of customers' data. */
function dieOf(error: unknown): never {
  process.stderr.write(`nextbest: ended by a fault: ${JSON.stringify(describeError(error))}\n`);
  process.exit(3);
}

function welcome(address: string, storage: string): string {
  const url = address.replace('//0.0.0.0', '//127.0.0.1').replace('//[::]', '//[::1]');
  return `
nextbest is up on ${address}, on ${storage}.

  Send an event:
    curl -s ${url}/v1/track -H 'content-type: application/json' -d '{"userId":"ada","event":"Product Viewed","properties":{"category":"tents"}}'

  Ask for the next best action:
    curl -s ${url}/v1/decide -H 'content-type: application/json' -d '{"customer":{"userId":"ada"},"placements":["home-hero"],"explain":true}'

  Open the page:
    ${url}/
`;
}

/** The first signal stops in order, the second at once. */
function untilAskedToStop(): Promise<void> {
  return new Promise((resolve) => {
    let asked = false;
    const onSignal = () => {
      if (asked) process.exit(130);
      asked = true;
      resolve();
    };
    process.on('SIGINT', onSignal);
    process.on('SIGTERM', onSignal);
  });
}
