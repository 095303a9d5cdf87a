import type { Interval } from './interval.ts';

/** An estimate of the value of one decision: the mean reward. */
export interface PointEstimate {
  readonly value: number;
}

/** An estimate whose spread is known: it has no bias that an interval would hide. */
export interface IntervalEstimate extends PointEstimate {
  readonly standardError: number;
  /** 95 %, by the spread between customers. */
  readonly interval: Interval;
}

/** Parameters of the estimators that trade variance for bias. */
export interface Shrinkage {
  /** SWITCH believes the model alone where a weight is above this. */
  readonly switchWeight: number;
  /** DRos takes the weight w for lambda w / (w² + lambda): nearly w up to half the root of lambda, falling beyond the root. */
  readonly lambda: number;
}

export const shrinkageDefault: Shrinkage = { switchWeight: 20, lambda: 100 };

/** How far the log resembles the new rules. */
export interface Overlap {
  /** Mean probability with which the new rules choose what the log could not have chosen. */
  readonly unsupported: number;
  readonly meanWeight: number;
  /** Standard error of the mean weight, whose expectation is 1 less what is unsupported. */
  readonly meanWeightError: number;
  readonly largestWeight: number;
  /** The largest weight as a share of all weight. */
  readonly largestShare: number;
  /** (Sum of weights)² / sum of squared weights: how many decisions of the new rules' own the log is worth. */
  readonly effectiveSampleSize: number;
  /** The same by the weights that the log was to draw on average, where all probabilities were logged. */
  readonly foreseenSampleSize?: number;
}

/**
 * All estimates of one log. Intervals only where they are earned: DM, SWITCH and DRos have a bias that no interval shows.
 * With r the reward, q the model, w = target / propensity:
 */
export interface Estimates {
  /** Mean of w r. */
  readonly ips: IntervalEstimate;
  /** Sum of w r / sum of w; 0 where nothing has weight. */
  readonly snips: IntervalEstimate;
  /** Mean of the expected q. */
  readonly dm: PointEstimate;
  /** Mean of the expected q + w (r - q). */
  readonly dr: IntervalEstimate & { readonly sequence: Interval };
  /** Mean of the expected q + sum of w (r - q) / sum of w. */
  readonly sndr: IntervalEstimate;
  /** DR without the corrections whose weight is above a threshold. */
  readonly switchDr: PointEstimate;
  /** DR with shrunk weights. */
  readonly drOs: PointEstimate;
  /** What the rules in force were worth on the same rows. */
  readonly old: IntervalEstimate;
  /** DR less the value of the rules in force, row by row. */
  readonly difference: IntervalEstimate & { readonly sequence: Interval };
}
