import type { CustomerKey } from '../../engine/index.ts';
import type { DueTimer, TimerWrite } from '../../engine/ports.ts';

type TimerClock = TimerWrite['clock'];

/** The timers of one clock of a partition, in the order in which they fall due. */
export class TimerIndex {
  readonly #clock: TimerClock;
  readonly #byKey = new Map<CustomerKey, number>();
  readonly #ordered: DueTimer[] = [];

  constructor(clock: TimerClock) {
    this.#clock = clock;
  }

  /** `due` undefined takes the customer's timer away. */
  set(key: CustomerKey, due: number | undefined): void {
    const before = this.#byKey.get(key);
    if (before !== undefined)
      this.#ordered.splice(this.#placeOf({ key, clock: this.#clock, due: before }), 1);
    this.#byKey.delete(key);
    if (due === undefined) return;
    const timer: DueTimer = { key, clock: this.#clock, due };
    this.#ordered.splice(this.#placeOf(timer), 0, timer);
    this.#byKey.set(key, due);
  }

  due(until: number, limit: number): readonly DueTimer[] {
    const found: DueTimer[] = [];
    for (const timer of this.#ordered) {
      if (timer.due > until || found.length >= limit) break;
      found.push(timer);
    }
    return found;
  }

  /** Where the timer is, or where it belongs. */
  #placeOf(timer: DueTimer): number {
    let low = 0;
    let high = this.#ordered.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const there = this.#ordered[middle];
      if (there !== undefined && compareTimers(there, timer) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

export function compareTimers(first: DueTimer, second: DueTimer): number {
  if (first.due !== second.due) return first.due - second.due;
  if (first.key === second.key) return 0;
  return first.key < second.key ? -1 : 1;
}
