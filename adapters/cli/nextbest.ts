#!/usr/bin/env node
import { CodedError } from '../../engine/index.ts';
import { describeConfig } from '../system/config.ts';
import type { Command } from './command.ts';
import { check } from './commands/check.ts';
import { decideCommand } from './commands/decide.ts';
import { digest } from './commands/digest.ts';
import { replay } from './commands/replay.ts';
import { serve } from './commands/serve.ts';
import { simulateCommand } from './commands/simulate.ts';

const commands: readonly Command[] = [serve, check, decideCommand, replay, simulateCommand, digest];

/** Exit codes: 0 done, 1 the answer is "no" (a test failed, a rulebook is not valid), 2 used wrongly, 3 the world failed. */
async function main(args: readonly string[]): Promise<number> {
  const [name = 'help', ...rest] = args;
  if (name === 'help' || name === '--help' || name === '-h') {
    process.stdout.write(`${help()}\n`);
    return 0;
  }
  const command = commands.find((candidate) => candidate.name === name);
  if (!command) {
    process.stderr.write(`nextbest: no command "${name}"\n\n${help()}\n`);
    return 2;
  }
  if (rest.includes('--help') || rest.includes('-h')) {
    process.stdout.write(`${command.usage}\n`);
    return 0;
  }
  return command.run(rest);
}

function help(): string {
  const width = Math.max(...commands.map(({ name }) => name.length));
  const list = commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`);
  return [
    'nextbest <command> [options]     (nextbest <command> --help tells more)',
    '',
    ...list,
    '',
    'Settings from the environment:',
    describeConfig(),
  ].join('\n');
}

// A reader that went away (`nextbest serve | head`) must not end a server: there is nobody left to tell.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    const isUsage =
      error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
    const text = error instanceof CodedError ? `${error.code}: ${error.message}` : messageOf(error);
    process.stderr.write(`nextbest: ${text}\n`);
    // A failed start must end the process even if a half-opened client still holds a socket.
    process.exit(isUsage || (error instanceof CodedError && error.code === 'NB_CONFIG') ? 2 : 3);
  },
);

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if ('code' in error && error.code === 'EADDRINUSE') {
    return `${error.message}. Another program listens there: stop it, or choose another port with NEXTBEST_PORT.`;
  }
  return 'code' in error && typeof error.code === 'string' ? error.message : (error.stack ?? error.message);
}
