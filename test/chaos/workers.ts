import type { ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { freePort } from '../support/free-port.ts';
import { spawnTied } from '../support/server-process.ts';
import { until } from './pause.ts';

// Every process that is started hangs a listener on the end of this one.
process.setMaxListeners(0);

const root = resolve(import.meta.dirname, '../..');
const built = resolve(root, 'dist/adapters/cli/nextbest.js');
const readyMs = 60_000;
const againMs = 1_000;

/** One process of the product, on a port of its own. */
export class Worker {
  readonly port: number;
  readonly #env: NodeJS.ProcessEnv;
  #child: ChildProcess | undefined;
  #isWanted = false;
  #again: NodeJS.Timeout | undefined;

  private constructor(port: number, env: NodeJS.ProcessEnv) {
    this.port = port;
    this.#env = env;
  }

  static async start(env: Readonly<Record<string, string>>): Promise<Worker> {
    const port = await freePort();
    const worker = new Worker(port, { ...process.env, ...env, NEXTBEST_PORT: String(port) });
    worker.launch();
    if (!(await worker.isReady())) throw new Error(`a worker did not come up:\n${worker.said}`);
    return worker;
  }

  /** The end of what the process printed, for whoever asks why. */
  said = '';

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  launch(): void {
    this.#isWanted = true;
    const script = existsSync(built)
      ? [built]
      : ['--import', 'tsx', resolve(root, 'adapters/cli/nextbest.ts')];
    const child = spawnTied(process.execPath, [...script, 'serve'], { cwd: root, env: this.#env });
    const listen = (text: Buffer) => {
      this.said = (this.said + text.toString()).slice(-4_000);
    };
    child.stdout?.on('data', listen);
    child.stderr?.on('data', listen);
    this.#child = child;
    // Whoever runs servers starts one again that gave up, because what it needs was away for too long.
    child.once('exit', () => {
      if (this.#child === child && this.#isWanted) this.#again = setTimeout(() => this.launch(), againMs);
    });
  }

  isReady(): Promise<boolean> {
    return until(async () => {
      const answer = await fetch(`${this.url}/readyz`).catch(() => undefined);
      return answer?.status === 200;
    }, readyMs);
  }

  async kill(): Promise<void> {
    this.#isWanted = false;
    clearTimeout(this.#again);
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((done) => child.once('exit', done));
    child.kill('SIGKILL');
    await gone;
  }

  freeze(): void {
    this.#child?.kill('SIGSTOP');
  }

  thaw(): void {
    this.#child?.kill('SIGCONT');
  }
}
