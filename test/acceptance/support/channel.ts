import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { spawnTied } from '../../support/server-process.ts';

export interface Channel {
  /** Ids of the decisions received so far, in the order of their arrival. */
  readonly received: () => readonly string[];
}

/** A channel of its own process, which knows NATS and nothing of nextbest. To be called inside of a test. */
export function startChannel(natsUrl: string, subjects: readonly string[]): Channel {
  const script = join(import.meta.dirname, 'channel-process.mjs');
  const child = spawnTied(process.execPath, [script, natsUrl, ...subjects]);
  const gone = new Promise((resolve) => child.once('close', resolve));
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await gone;
  });
  let printed = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    printed += text;
  });
  child.stderr?.pipe(process.stderr);
  return {
    received: () =>
      printed
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line) as string),
  };
}
