import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port.ts';

/** A real server of one test: its own port, its own temporary directory. */
export interface TestServer {
  readonly port: number;
  readonly url: string;
  readonly directory: string;
  /** Of the process as it runs now. */
  readonly pid: number;
  /** Asks the server to end and waits for it; the data stay until `stop`. */
  shutDown(): Promise<void>;
  /** Ends it as a power switch would (SIGKILL). */
  kill(): Promise<void>;
  /** Freezes the process without closing its sockets, and lets it go on. */
  freeze(): Promise<void>;
  thaw(): void;
  /** Starts it again on the same port with the same data; ends it first where it still runs. */
  restart(): Promise<void>;
  /** Ends it for good and removes its data. */
  stop(): Promise<void>;
}

export interface ServerRecipe {
  readonly command: string;
  readonly scheme: string;
  readonly args: (place: Place) => readonly string[];
  /** What it prints once it takes connections. */
  readonly readyLine: string;
}

interface Place {
  readonly port: number;
  /** For servers that listen twice. */
  readonly secondPort: number;
  readonly directory: string;
}

/** A port may be taken between the probe and the start; then another one is tried. */
const startAttemptsMax = 3;

/** Starts a server and resolves once it takes connections. */
export async function startServer(recipe: ServerRecipe): Promise<TestServer> {
  const directory = await mkdtemp(join(tmpdir(), `nextbest-${recipe.command}-`));
  for (let attempt = 1; ; attempt += 1) {
    const place = { port: await freePort(), secondPort: await freePort(), directory };
    try {
      return new RunningServer(recipe, place, await launch(recipe, place));
    } catch (error) {
      if (attempt >= startAttemptsMax) throw error;
    }
  }
}

class RunningServer implements TestServer {
  readonly port: number;
  readonly url: string;
  readonly directory: string;
  readonly #recipe: ServerRecipe;
  readonly #place: Place;
  #child: ChildProcess;

  constructor(recipe: ServerRecipe, place: Place, child: ChildProcess) {
    this.#recipe = recipe;
    this.#place = place;
    this.port = place.port;
    this.directory = place.directory;
    this.url = `${recipe.scheme}://127.0.0.1:${place.port}`;
    this.#child = child;
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  async shutDown(): Promise<void> {
    await end(this.#child, 'SIGTERM');
  }

  async kill(): Promise<void> {
    await end(this.#child, 'SIGKILL');
  }

  async freeze(): Promise<void> {
    this.#child.kill('SIGSTOP');
    // The threads of a process stop one by one; where the kernel tells, wait for the last of them.
    const tasks = `/proc/${this.#child.pid}/task`;
    if (!existsSync(tasks)) return;
    while (!(await allStopped(tasks))) await new Promise((resolve) => setImmediate(resolve));
  }

  thaw(): void {
    this.#child.kill('SIGCONT');
  }

  async restart(): Promise<void> {
    await end(this.#child, 'SIGTERM');
    this.#child = await launch(this.#recipe, this.#place);
  }

  async stop(): Promise<void> {
    await end(this.#child, 'SIGKILL');
    await rm(this.directory, { recursive: true, force: true });
  }
}

function launch(recipe: ServerRecipe, place: Place): Promise<ChildProcess> {
  const child = spawnTied(recipe.command, recipe.args(place));
  return new Promise((resolve, reject) => {
    let said = '';
    const listen = (chunk: Buffer): void => {
      // Once it is ready, the output is read on and dropped, so that a full pipe never stops the server.
      if (said === 'ready') return;
      said += chunk.toString();
      if (!said.includes(recipe.readyLine)) return;
      said = 'ready';
      resolve(child);
    };
    child.stdout?.on('data', listen);
    child.stderr?.on('data', listen);
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`${recipe.command} ended with ${code}:\n${said}`)));
  });
}

/** Ends with this process; where util-linux is at hand, the kernel sees to it even when this process is killed. */
export function spawnTied(
  command: string,
  args: readonly string[],
  options: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv } = {},
): ChildProcess {
  const tie = '/usr/bin/setpriv';
  const stdio: StdioOptions = ['ignore', 'pipe', 'pipe'];
  const child = existsSync(tie)
    ? spawn(tie, ['--pdeathsig', 'KILL', command, ...args], { ...options, stdio })
    : spawn(command, [...args], { ...options, stdio });
  const end = (): void => {
    child.kill('SIGKILL');
  };
  process.once('exit', end);
  child.once('exit', () => process.removeListener('exit', end));
  return child;
}

async function allStopped(tasks: string): Promise<boolean> {
  const stats = await Promise.all(
    (await readdir(tasks)).map((task) => readFile(join(tasks, task, 'stat'), 'utf8')),
  );
  return stats.every((stat) => /\) [Tt] /.test(stat));
}

function end(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.kill('SIGCONT');
    child.kill(signal);
  });
}
