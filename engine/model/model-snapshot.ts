import type { ScoringSet } from './propensity-model.ts';

/** How often a treatment was tried and how often it converted. Sums of integers: order-free, mergeable, retractable. */
export type Tally = readonly [trials: number, positives: number];

/** Tallies by `action/treatment`. */
export type Tallies = Readonly<Record<string, Tally>>;

/** The tallies of all partitions at one moment. */
export interface ModelSnapshot {
  /** Total trials and positives when it was taken; grows with the evidence, 0 for the empty model. */
  readonly version: number;
  readonly tallies: Tallies;
  /** Models that look at the customer. Absent: propensities come of the tallies alone. */
  readonly scoring?: Scoring;
  /** What the models said, by `action/treatment`, where it was taken down: it is said again, and no model is asked. */
  readonly estimates?: Readonly<Record<string, Estimate>>;
  /** Takes down what the models say; only while a decision is made of which a receipt is kept. */
  readonly told?: Map<string, Estimate>;
  /** Takes down the tallies that are asked for; only while a decision is made of which a receipt is kept. */
  readonly asked?: Map<string, Tally>;
}

/** What decisions are scored with, and what is still needed to learn more. */
export interface Scoring {
  /** The set that scores first; behind it the one that is being learned to take its place. */
  readonly sets: readonly ScoringSet[];
  /** Predictors of which decisions hand over the values, so that a code can be made of them. */
  readonly collecting?: readonly string[];
}

/** What the models say of one treatment for one customer. */
export interface Estimate {
  readonly P: number;
  /** As high as P may well be; at least P. What was tried little is tried for its promise. */
  readonly upper: number;
}

export const emptyModel: ModelSnapshot = { version: 0, tallies: {} };
