import { limits } from '../limits.ts';

/** How many messages make a batch: as many as the bound allows, fewer while folding them takes too long in one go. */
export class BatchPace {
  #max: number = limits.batchMessagesMax;

  get max(): number {
    return this.#max;
  }

  /** A batch was folded in one go, in `ms`. Whatever else the node does had to wait meanwhile. */
  folded(ms: number): void {
    if (ms > limits.batchFoldMsMax) this.#halve();
    else if (2 * ms < limits.batchFoldMsMax) this.#max = Math.min(limits.batchMessagesMax, 2 * this.#max);
  }

  /** A commit did not get through: a smaller one may. */
  failed(): void {
    this.#halve();
  }

  #halve(): void {
    this.#max = Math.max(1, Math.floor(this.#max / 2));
  }
}
