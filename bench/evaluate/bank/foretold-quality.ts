/** What was foretold, and what happened: one entry an outcome, in any order. */
export interface Foretelling {
  readonly propensities: readonly number[];
  readonly outcomes: readonly boolean[];
}

export interface Quality {
  /** Probability that a conversion was foretold higher than a non-conversion, ties as half. */
  readonly auc: number;
  readonly log_loss: number;
  /** Mean distance between what was foretold and what happened over twenty bins of equal width. */
  readonly ece: number;
  /** The same over twenty bins of equally many outcomes. */
  readonly ece_even: number;
}

const bins = 20;

export function qualityOf(foretelling: Foretelling): Quality {
  return {
    auc: areaUnderCurve(foretelling),
    log_loss: logLoss(foretelling),
    ece: calibrationError(foretelling, (p) => Math.min(bins - 1, Math.floor(p * bins))),
    ece_even: calibrationError(foretelling, (_, rank) =>
      Math.floor((rank * bins) / foretelling.outcomes.length),
    ),
  };
}

function areaUnderCurve({ propensities, outcomes }: Foretelling): number {
  const order = ranked(propensities);
  let positives = 0;
  let rankSum = 0;
  for (let start = 0; start < order.length; ) {
    const value = propensities[order[start] as number];
    let end = start;
    while (end < order.length && propensities[order[end] as number] === value) end += 1;
    for (let at = start; at < end; at += 1) {
      if (!outcomes[order[at] as number]) continue;
      positives += 1;
      rankSum += (start + end + 1) / 2;
    }
    start = end;
  }
  const negatives = order.length - positives;
  return (rankSum - (positives * (positives + 1)) / 2) / (positives * negatives);
}

function logLoss({ propensities, outcomes }: Foretelling): number {
  let sum = 0;
  propensities.forEach((p, index) => {
    sum -= Math.log(Math.max(1e-12, outcomes[index] ? p : 1 - p));
  });
  return sum / propensities.length;
}

function calibrationError(
  { propensities, outcomes }: Foretelling,
  binOf: (p: number, rank: number) => number,
): number {
  const gaps = new Float64Array(bins);
  ranked(propensities).forEach((index, rank) => {
    const p = propensities[index] as number;
    const bin = binOf(p, rank);
    gaps[bin] = (gaps[bin] as number) + p - (outcomes[index] ? 1 : 0);
  });
  return gaps.reduce((sum, gap) => sum + Math.abs(gap), 0) / propensities.length;
}

function ranked(values: readonly number[]): readonly number[] {
  return values
    .map((_, index) => index)
    .sort((one, other) => (values[one] as number) - (values[other] as number));
}
