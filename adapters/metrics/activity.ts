/** A counter that also knows its rate: one bucket a second, for the last minute. */

const windowSeconds = 60;

export class ActivityCounter {
  readonly #buckets: number[] = new Array<number>(windowSeconds).fill(0);
  readonly #startedAt: number;
  #total = 0;
  #second: number;

  /** Epoch ms, as for every `now` below. */
  constructor(now: number) {
    this.#startedAt = now;
    this.#second = Math.floor(now / 1_000);
  }

  add(count: number, now: number): void {
    this.#advance(now);
    this.#total += count;
    const bucket = this.#second % windowSeconds;
    this.#buckets[bucket] = (this.#buckets[bucket] ?? 0) + count;
  }

  read(now: number): { readonly total: number; readonly perSecond: number } {
    this.#advance(now);
    const sum = this.#buckets.reduce((left, right) => left + right, 0);
    const seconds = Math.min(windowSeconds, Math.max(1, (now - this.#startedAt) / 1_000));
    return { total: this.#total, perSecond: Math.round((sum / seconds) * 100) / 100 };
  }

  /** Empties the seconds that have passed. A clock that steps back counts into the newest second. */
  #advance(now: number): void {
    const second = Math.floor(now / 1_000);
    const from = Math.max(this.#second + 1, second - windowSeconds + 1);
    for (let passed = from; passed <= second; passed += 1) this.#buckets[passed % windowSeconds] = 0;
    this.#second = Math.max(this.#second, second);
  }
}
