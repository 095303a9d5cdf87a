/**
 * Isotonic regression by pooling adjacent violators: the closest non-decreasing values, by weighted squares, to the means
 * of bins that stand in order. An empty bin takes the value of the pool before it, or of the first one.
 */
export interface WeightedBin {
  readonly weight: number;
  /** Weight times mean: the positives of a bin of outcomes. */
  readonly sum: number;
}

interface Pool {
  weight: number;
  sum: number;
  /** How many bins went into it. */
  bins: number;
}

/** A value a bin; NaN for all where no bin weighs anything. */
export function isotonicMeans(bins: readonly WeightedBin[]): number[] {
  const pools: Pool[] = [];
  let emptyAhead = 0;
  for (const { weight, sum } of bins) {
    const last = pools[pools.length - 1];
    if (weight > 0) pools.push(poolBack(pools, { weight, sum, bins: 1 }));
    else if (last) last.bins += 1;
    else emptyAhead += 1;
  }
  const [first] = pools;
  if (!first) return bins.map(() => Number.NaN);
  first.bins += emptyAhead;
  return pools.flatMap(({ weight, sum, bins: count }) => new Array<number>(count).fill(sum / weight));
}

/** Takes the pools that are not below the newest into it. */
function poolBack(pools: Pool[], newest: Pool): Pool {
  let last = pools[pools.length - 1];
  while (last && last.sum * newest.weight >= newest.sum * last.weight) {
    newest.weight += last.weight;
    newest.sum += last.sum;
    newest.bins += last.bins;
    pools.pop();
    last = pools[pools.length - 1];
  }
  return newest;
}
