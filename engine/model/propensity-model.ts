import type { Json } from './json.ts';

/**
 * What propensities are made of: how facts become feature ids, and one row of numbers a treatment. All of it is plain data
 * that follows from the log.
 */

/** How the values of one predictor become feature ids. Edges and symbols are frozen; new ones make a new `FeatureCode`. */
export type PredictorCode =
  /** Ids `first` (missing, or no number) and `first + 1 + i` for the bin i, where `edges[i - 1] <= value < edges[i]`. */
  | {
      readonly kind: 'number';
      readonly name: string;
      readonly first: number;
      readonly edges: readonly number[];
    }
  /** Ids `first` (missing), `first + 1 + i` for `symbols[i]`, and behind them `overflow` ids for whatever else, by hash. */
  | {
      readonly kind: 'symbol';
      readonly name: string;
      readonly first: number;
      readonly symbols: readonly string[];
      readonly overflow: number;
    };

/** Turns the values of predictors into active feature ids: the intercept, 0, and one id a predictor. */
export interface FeatureCode {
  /** Counts up with every new code of a book's models; models of different codes share nothing. */
  readonly number: number;
  readonly predictors: readonly PredictorCode[];
  /** Number of feature ids, the intercept among them. */
  readonly dimension: number;
}

/** What one treatment is scored with. A score is one sum over the active ids. */
export interface ScoringRow {
  /** By feature id: what it adds to the score (logits; probability with `link: identity`). */
  readonly weights: Float32Array;
  /** By feature id: its variance, the diagonal of the covariance. */
  readonly variances: Float32Array;
  /** Propensity by bin of the score, ascending; absent while there is too little to calibrate with. */
  readonly calibration?: Float32Array;
  readonly link: 'logit' | 'identity';
  /** Contacts and conversions that it was learned from. */
  readonly trials: number;
  readonly positives: number;
}

/** The rows of one code, by `action/treatment`. */
export interface ScoringSet {
  readonly code: FeatureCode;
  readonly rows: ReadonlyMap<string, ScoringRow>;
}

/** What was known of a contact when it was made, kept with it until its outcome is learned. */
export interface ServedContext {
  /** Number of the code. */
  readonly code: number;
  /** Active feature ids without the intercept, strictly ascending: one of each predictor, whose ids lie one behind the other. */
  readonly ids: readonly number[];
  /** The score that it was served with, in 1/256 of a logit, or 1/4,096 with `link: identity`; an integer. */
  readonly score: number;
}

/** Values of the predictors of one decision, in the order of `names`. */
export interface PredictorSample {
  readonly names: readonly string[];
  readonly values: readonly Json[];
}

/**
 * One thing to learn from. A partition lines its lessons up in the order of its log, without gaps and without repeats, so
 * that the n-th lesson of a partition is the same however often the log is folded.
 */
export type Lesson =
  /** Values of the predictors of one decision, to make a code from; in the order of `names`. */
  | { readonly kind: 'context'; readonly names: readonly string[]; readonly values: readonly Json[] }
  /** It was put before somebody (or seen, where a view is asked for): no conversion so far. */
  | { readonly kind: 'shown'; readonly model: string; readonly served: readonly ServedContext[] }
  /** It converted after all: the lesson `shown` is taken back and becomes a conversion. */
  | { readonly kind: 'converted'; readonly model: string; readonly served: readonly ServedContext[] };
