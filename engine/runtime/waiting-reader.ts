import type { Timing } from '../ports.ts';
import { WakeUp } from './wake-up.ts';

/** Wakes readers when something was written. Nobody waits on it for longer than one `next`, so it holds no dead weight. */
export class Bell {
  readonly #waiters = new Set<() => void>();

  ring(): void {
    const waiters = [...this.#waiters];
    this.#waiters.clear();
    for (const wake of waiters) wake();
  }

  /** `rung` resolves at the next ring; `cancel` forgets it. */
  listen(): { readonly rung: Promise<void>; cancel(): void } {
    let wake = (): void => {};
    const rung = new Promise<void>((resolve) => {
      wake = resolve;
    });
    this.#waiters.add(wake);
    return { rung, cancel: () => void this.#waiters.delete(wake) };
  }
}

/** A reader over `take`, which returns what is there now and moves the reader's place; it waits for the bell in between. */
export class WaitingReader<Entry> {
  readonly #take: (max: number) => readonly Entry[];
  readonly #bell: Bell;
  readonly #timing: Timing;
  readonly #waits = new Set<WakeUp>();
  #closed = false;

  constructor(parts: { take: (max: number) => readonly Entry[]; bell: Bell; timing: Timing }) {
    this.#take = parts.take;
    this.#bell = parts.bell;
    this.#timing = parts.timing;
  }

  async next(options: { readonly max: number; readonly waitMs: number }): Promise<readonly Entry[]> {
    if (this.#closed) return [];
    const entries = this.#take(options.max);
    return entries.length > 0 || options.waitMs <= 0 ? entries : this.#wait(options);
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const wait of this.#waits) wait.abort();
  }

  async #wait(options: { readonly max: number; readonly waitMs: number }): Promise<readonly Entry[]> {
    const wait = new WakeUp();
    this.#waits.add(wait);
    let over = false;
    const deadline = this.#timing.sleep(options.waitMs, wait).then(() => {
      over = true;
    });
    try {
      while (!over) {
        const ring = this.#bell.listen();
        await Promise.race([ring.rung, deadline]);
        ring.cancel();
        if (this.#closed) return [];
        const entries = this.#take(options.max);
        if (entries.length > 0) return entries;
      }
      return [];
    } finally {
      this.#waits.delete(wait);
      wait.abort();
    }
  }
}
