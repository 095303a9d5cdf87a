import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { onTestFinished, vi } from 'vitest';
import { type Ended, type Environment, type Program, startProgram } from './program.ts';

/** How long a condition may take on a busy machine before the test gives up; nothing is measured by it. */
export const patience = { timeout: 90_000, interval: 25 } as const;

// Each of these tests starts several processes one after the other.
vi.setConfig({ testTimeout: 240_000 });

export const projectFolder = resolve(import.meta.dirname, '../../..');

export interface RunningServer extends Program {
  /** `http://host:port` as the server printed it. */
  readonly url: string;
}

/** A temporary folder and the programs that one test runs in it. All of them are gone when the test is over. */
export interface Place {
  readonly folder: string;
  start(args: readonly string[], env?: Environment): Program;
  run(args: readonly string[], env?: Environment): Promise<Ended>;
  /** Starts a server on a free port, with its data in this folder, and resolves once it says where it is. */
  serve(env?: Environment): Promise<RunningServer>;
  write(name: string, text: string): Promise<string>;
  /** A copy of a folder of the project. */
  copy(from: string, to: string): Promise<string>;
}

/** To be called inside of a test; `script` for one that is about the built files themselves. */
export async function openPlace(script?: string): Promise<Place> {
  const folder = await mkdtemp(join(tmpdir(), 'nextbest-acceptance-'));
  const programs: Program[] = [];
  onTestFinished(async () => {
    await Promise.all(programs.map((program) => program.end('SIGKILL')));
    await rm(folder, { recursive: true, force: true });
  });
  const start = (args: readonly string[], env: Environment = {}) => {
    const program = startProgram(args, {
      folder,
      env: { NEXTBEST_DATA: join(folder, 'data'), ...env },
      ...(script !== undefined && { script }),
    });
    programs.push(program);
    return program;
  };
  return {
    folder,
    start,
    run: (args, env) => start(args, env).ended,
    serve: async (env = {}) => {
      const program = start(['serve'], { NEXTBEST_PORT: '0', ...env });
      const url = await whileRunning(program, () => addressOf(program));
      return { ...program, url };
    },
    write: async (name, text) => {
      const file = join(folder, name);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, text);
      return file;
    },
    copy: async (from, to) => {
      const target = join(folder, to);
      await cp(join(projectFolder, from), target, { recursive: true });
      return target;
    },
  };
}

/** Polls until `look` throws no more; fails at once, with what was printed, when the program ends before. */
export async function whileRunning<Value>(
  program: Program,
  look: () => Value | Promise<Value>,
): Promise<Value> {
  const ended = program.ended.then(({ code, signal, stdout, stderr }) => {
    throw new Error(`The program ended with ${code ?? signal}:\n${stdout}${stderr}`);
  });
  return Promise.race([vi.waitFor(look, { ...patience, interval: 5 }), ended]);
}

/** Replaces a text that must be there. */
export async function edit(file: string, from: string, to: string): Promise<void> {
  const text = await readFile(file, 'utf8');
  if (!text.includes(from)) throw new Error(`${file} holds no ${JSON.stringify(from)}`);
  await writeFile(file, text.replace(from, to));
}

function addressOf(program: Program): string {
  const url = /is up on (http:\/\/\S+),/.exec(program.stdout())?.[1];
  if (url === undefined) throw new Error('the server has not said yet where it is');
  return url;
}
