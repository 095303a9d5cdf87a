/** Each bucket ends so much above its beginning; a value is told as the middle of its bucket, so it is off by 0.5 % at most. */
const growth = 1.01;
const perLog = 1 / Math.log(growth);
const shortestMs = 0.001;
const longestMs = 100_000;
const buckets = Math.ceil(Math.log(longestMs / shortestMs) * perLog) + 1;

/** Latencies in buckets that grow by a hundredth, from a microsecond to a hundred seconds; what lies outside counts as its end. */
export class LatencyHistogram {
  readonly #counts = new Uint32Array(buckets);
  #count = 0;

  get count(): number {
    return this.#count;
  }

  add(ms: number): void {
    const within = Math.min(longestMs, Math.max(shortestMs, ms));
    const bucket = Math.floor(Math.log(within / shortestMs) * perLog);
    this.#counts[bucket] = (this.#counts[bucket] as number) + 1;
    this.#count += 1;
  }

  /** The latency, in ms, that this share of all does not exceed. */
  quantile(share: number): number {
    if (this.#count === 0) throw new Error('expected at least one latency, found none');
    let left = Math.ceil(share * this.#count);
    for (const [bucket, count] of this.#counts.entries()) {
      left -= count;
      if (left <= 0 && count > 0) return middleOf(bucket);
    }
    return middleOf(buckets - 1);
  }

  /** How many took at least so long, to the nearest bucket. */
  atLeast(ms: number): number {
    let found = 0;
    for (const [bucket, count] of this.#counts.entries()) if (middleOf(bucket) >= ms) found += count;
    return found;
  }
}

function middleOf(bucket: number): number {
  return shortestMs * growth ** (bucket + 0.5);
}
