/** Seeded draws: a workload is the same on every machine. */
export class Random {
  private state: number;

  constructor(seed: number) {
    this.state = seed | 0;
  }

  /** Uniform in [0, 1), by mulberry32. */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), this.state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** An integer, both ends included. */
  between(low: number, high: number): number {
    return low + Math.floor(this.next() * (high - low + 1));
  }

  chance(share: number): boolean {
    return this.next() < share;
  }

  pick<T>(values: readonly T[]): T {
    return values[Math.floor(this.next() * values.length)] as T;
  }

  /** The first values are more frequent than the last: the k-th has the weight 1 / (k + 1). */
  pickSkewed<T>(values: readonly T[]): T {
    // Inverse of the logarithm that the sum of 1 / k approaches.
    const rank = Math.floor((values.length + 1) ** this.next()) - 1;
    return values[Math.min(rank, values.length - 1)] as T;
  }

  /** Different ones of the values, in the order they were drawn. */
  some<T>(
    values: readonly T[],
    count: number,
    draw: (values: readonly T[]) => T = (all) => this.pick(all),
  ): T[] {
    const drawn = new Set<T>();
    while (drawn.size < Math.min(count, values.length)) drawn.add(draw(values));
    return [...drawn];
  }

  exponential(mean: number): number {
    return -Math.log(1 - this.next()) * mean;
  }

  /** Half of all values are below `median`. */
  logNormal(median: number, sigma: number): number {
    const normal = Math.sqrt(-2 * Math.log(1 - this.next())) * Math.cos(2 * Math.PI * this.next());
    return median * Math.exp(sigma * normal);
  }
}
