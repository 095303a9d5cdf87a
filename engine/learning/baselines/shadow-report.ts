import { log } from '../../statistics/elementary.ts';

/**
 * How well a model foretells, kept beside it while it runs: every contender says its propensity before the outcome is
 * learned, and all are judged on the same outcomes.
 *
 * SR1. All that is kept are integers: the order of outcomes does not matter, reports of several nodes add up, and a
 *      provisional negative is taken back exactly when the conversion comes with the prediction it was told with.
 * SR2. A report needs nothing but its counts: 128 bins of the log odds of what was foretold, and the sum of log losses.
 */
export interface Foretold {
  /** By bin of the log odds: negatives, positives, and the sum of what was foretold in 2^-20. */
  readonly negatives: Float64Array;
  readonly positives: Float64Array;
  readonly sums: Float64Array;
  /** Sum of log losses, in 2^-20. */
  logLoss: number;
}

export interface Judgement {
  readonly outcomes: number;
  readonly positives: number;
  /** Mean of -log(probability of what happened). */
  readonly logLoss: number;
  /** Probability that a conversion was foretold higher than a non-conversion, ties as half. 0.5 without both. */
  readonly auc: number;
  /** Mean distance of what was foretold and what happened, over 20 groups of like size. */
  readonly calibrationError: number;
}

const bins = 128;
const binsPerLogit = 8;
const groups = 20;
const unit = 2 ** 20;
/** Nobody is punished without end for being certain: 1e-6 of an outcome is always possible. */
const leastProbability = 1e-6;

export function emptyForetold(): Foretold {
  return {
    negatives: new Float64Array(bins),
    positives: new Float64Array(bins),
    sums: new Float64Array(bins),
    logLoss: 0,
  };
}

/** One more outcome, or with `times: -1` one that is taken back. */
export function addForetold(report: Foretold, propensity: number, isPositive: boolean, times = 1): void {
  const p = Math.max(leastProbability, Math.min(1 - leastProbability, propensity));
  const bin = binOf(p);
  const counts = isPositive ? report.positives : report.negatives;
  counts[bin] = (counts[bin] as number) + times;
  report.sums[bin] = (report.sums[bin] as number) + times * Math.round(p * unit);
  report.logLoss += times * Math.round(-log(isPositive ? p : 1 - p) * unit);
}

/** Takes in what another report has counted. */
export function mergeForetold(report: Foretold, other: Foretold): void {
  for (let bin = 0; bin < bins; bin += 1) {
    report.negatives[bin] = (report.negatives[bin] as number) + (other.negatives[bin] as number);
    report.positives[bin] = (report.positives[bin] as number) + (other.positives[bin] as number);
    report.sums[bin] = (report.sums[bin] as number) + (other.sums[bin] as number);
  }
  report.logLoss += other.logLoss;
}

export function judge(report: Foretold): Judgement {
  const positives = sumOf(report.positives);
  const outcomes = positives + sumOf(report.negatives);
  return {
    outcomes,
    positives,
    logLoss: outcomes > 0 ? report.logLoss / unit / outcomes : 0,
    auc: areaUnderCurve(report, positives, outcomes - positives),
    calibrationError: outcomes > 0 ? calibrationError(report, outcomes) : 0,
  };
}

/** Judgements of all contenders on the same outcomes, the smallest log loss first. */
export function shadowReport(
  contenders: Readonly<Record<string, Foretold>>,
): readonly (Judgement & { readonly name: string })[] {
  return Object.entries(contenders)
    .map(([name, report]) => ({ name, ...judge(report) }))
    .sort((left, right) => left.logLoss - right.logLoss || (left.name < right.name ? -1 : 1));
}

function binOf(p: number): number {
  const logit = log(p / (1 - p));
  return Math.max(0, Math.min(bins - 1, Math.floor(logit * binsPerLogit) + bins / 2));
}

function areaUnderCurve(report: Foretold, positives: number, negatives: number): number {
  if (positives <= 0 || negatives <= 0) return 0.5;
  let below = 0;
  let won = 0;
  for (let bin = 0; bin < bins; bin += 1) {
    const here = report.negatives[bin] as number;
    won += (report.positives[bin] as number) * (below + here / 2);
    below += here;
  }
  return won / (positives * negatives);
}

/** Neighbouring bins are put together until a group holds its share of the outcomes. */
function calibrationError(report: Foretold, outcomes: number): number {
  let distance = 0;
  let inGroup = 0;
  let gap = 0;
  for (let bin = 0; bin < bins; bin += 1) {
    const positives = report.positives[bin] as number;
    inGroup += positives + (report.negatives[bin] as number);
    gap += (report.sums[bin] as number) / unit - positives;
    if (inGroup < outcomes / groups && bin < bins - 1) continue;
    distance += Math.abs(gap);
    inGroup = 0;
    gap = 0;
  }
  return distance / outcomes;
}

function sumOf(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum;
}
