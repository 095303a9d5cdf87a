#!/usr/bin/env node
import { CodedError } from '../../engine/index.ts';
import { describeConfig } from '../system/config.ts';
import type { Command } from './command.ts';

/** In the order of the help. A command is loaded when it is asked for: most need a small part of what the server needs. */
const commands: Readonly<Record<string, () => Promise<Command>>> = {
  serve: async () => (await import('./commands/serve.ts')).serve,
  check: async () => (await import('./commands/check.ts')).check,
  test: async () => (await import('./commands/test.ts')).test,
  diff: async () => (await import('./commands/diff.ts')).diff,
  forecast: async () => (await import('./commands/forecast.ts')).forecast,
  experiment: async () => (await import('./commands/experiment.ts')).experiment,
  attribution: async () => (await import('./commands/attribution.ts')).attribution,
  schema: async () => (await import('./commands/schema.ts')).schema,
  decide: async () => (await import('./commands/decide.ts')).decideCommand,
  replay: async () => (await import('./commands/replay.ts')).replay,
  simulate: async () => (await import('./commands/simulate.ts')).simulateCommand,
  overlay: async () => (await import('./commands/overlay.ts')).overlayCommand,
  digest: async () => (await import('./commands/digest.ts')).digest,
  plan: async () => (await import('./commands/plan.ts')).plan,
  history: async () => (await import('./commands/history.ts')).history,
  rollback: async () => (await import('./commands/rollback.ts')).rollback,
  rebuild: async () => (await import('./commands/rebuild.ts')).rebuild,
  verify: async () => (await import('./commands/verify.ts')).verify,
  explain: async () => (await import('./commands/explain.ts')).explain,
  audit: async () => (await import('./commands/audit.ts')).audit,
  'evaluate-log': async () => (await import('./commands/evaluate-log.ts')).evaluateLog,
  deadletters: async () => (await import('./commands/deadletters.ts')).deadletters,
};

/** Exit codes: 0 done, 1 the answer is "no" (a test failed, a rulebook is not valid), 2 used wrongly, 3 the world failed. */
async function main(args: readonly string[]): Promise<number> {
  const [name = 'help', ...rest] = args;
  if (name === 'help' || name === '--help' || name === '-h') {
    process.stdout.write(`${await help()}\n`);
    return 0;
  }
  const load = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!load) {
    process.stderr.write(`nextbest: no command "${name}"\n\n${await help()}\n`);
    return 2;
  }
  const command = await load();
  if (rest.includes('--help') || rest.includes('-h')) {
    process.stdout.write(`${command.usage}\n`);
    return 0;
  }
  return command.run(rest);
}

async function help(): Promise<string> {
  const all = await Promise.all(Object.values(commands).map((load) => load()));
  const width = Math.max(...all.map(({ name }) => name.length));
  const list = all.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`);
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
