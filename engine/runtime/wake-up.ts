import type { WakeSignal } from '../ports.ts';

/** Ends one pause. */
export class WakeUp implements WakeSignal {
  readonly #wakes = new Set<() => void>();
  aborted = false;

  addEventListener(_kind: 'abort', wake: () => void): void {
    this.#wakes.add(wake);
  }

  removeEventListener(_kind: 'abort', wake: () => void): void {
    this.#wakes.delete(wake);
  }

  abort(): void {
    this.aborted = true;
    for (const wake of this.#wakes) wake();
  }
}
