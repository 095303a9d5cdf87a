import { join, resolve } from 'node:path';
import { inject } from 'vitest';
import { spawnTied } from '../../support/server-process.ts';

/** The built program as a user runs it: its own process, told by arguments and environment alone. */
export interface Program {
  readonly ended: Promise<Ended>;
  /** What it printed so far. */
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** From now on nobody reads what it prints, as behind `| head`. */
  readonly stopListening: () => void;
  /** Sends the signal and resolves once the process is gone; one that is gone already is left in peace. */
  readonly end: (signal: NodeJS.Signals) => Promise<Ended>;
}

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export type Environment = Readonly<Record<string, string>>;

export interface ProgramPlace {
  readonly folder: string;
  readonly env: Environment;
  readonly script?: string;
}

/** What `npm start` and the command `nextbest` of the package run. */
export const packagedScript = resolve(import.meta.dirname, '../../../dist/adapters/cli/nextbest.js');

/** Runs the script in the folder; unless one is named, it is the built program bound into few files, which starts fast. */
export function startProgram(
  args: readonly string[],
  { env, folder, script = inject('boundProgram') }: ProgramPlace,
): Program {
  const child = spawnTied(process.execPath, [script, ...args], {
    cwd: folder,
    env: { ...inherited(), NEXTBEST_RULES: join(folder, 'rules'), ...env },
  });
  let stdout = '';
  let stderr = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const ended = new Promise<Ended>((done, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => done({ code, signal, stdout, stderr }));
  });
  return {
    ended,
    stdout: () => stdout,
    stderr: () => stderr,
    stopListening: () => {
      child.stdout?.destroy();
      child.stderr?.destroy();
    },
    end: (signal) => {
      if (child.exitCode === null && child.signalCode === null) child.kill(signal);
      return ended;
    },
  };
}

/** The settings of whoever runs the tests must not reach the program. */
function inherited(): NodeJS.ProcessEnv {
  const entries = Object.entries(process.env).filter(
    ([name]) => !name.startsWith('NEXTBEST_') && !['PORT', 'NODE_OPTIONS', 'FORCE_COLOR'].includes(name),
  );
  return Object.fromEntries(entries);
}
