/** The middle value; of an even number of values, the upper of the two. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

export interface Spread {
  readonly low: number;
  readonly high: number;
}

/** The range that holds the middle 80 % of the values: one slice that a busy machine spoilt does not widen it. */
export function spread(values: readonly number[]): Spread {
  return { low: quantile(values, 0.1), high: quantile(values, 0.9) };
}

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  const value = sorted[Math.floor(sorted.length * share)];
  if (value === undefined) throw new Error('expected at least one measured value, found none');
  return value;
}
