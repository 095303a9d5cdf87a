import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import type { Decision } from '../../../engine/index.ts';

/**
 * Writes every decision of a replay into a file, one JSON line each, in the order in which they were stored. It holds those
 * of one run: what an earlier run, that was interrupted, decided is in the file that it wrote.
 */
export class DecisionDump {
  readonly #out: WriteStream;
  #failure: unknown;

  constructor(file: string) {
    this.#out = createWriteStream(file);
    // Told to whoever waits for it; without a listener the process would end at once.
    this.#out.on('error', (error) => {
      this.#failure = error;
    });
  }

  write(decision: Decision): void {
    this.#out.write(`${JSON.stringify(decision)}\n`);
  }

  /** Resolves once the disk has kept up: decisions are told faster than they can be written. */
  async room(): Promise<void> {
    this.#check();
    if (this.#out.writableNeedDrain) await once(this.#out, 'drain');
  }

  async close(): Promise<void> {
    this.#check();
    this.#out.end();
    await once(this.#out, 'close');
    this.#check();
  }

  #check(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }
}
