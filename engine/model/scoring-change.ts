import type { FeatureCode } from './propensity-model.ts';

/** New rows on their way through a log, as JSON. Each stands by itself: what it does not name stays as it was. */
export interface ScoringChange {
  /** Grows with every change; what comes late is passed by. */
  readonly number: number;
  /** All sets there are, in their order; a set that is not named is gone. */
  readonly sets: readonly ScoringSetChange[];
  /** Predictors of which values are collected. */
  readonly collecting?: readonly string[];
}

export interface ScoringSetChange {
  readonly code: FeatureCode;
  /** The predictors that the code was made for, those that it has no use for among them. */
  readonly names: readonly string[];
  /** Rows that changed, by `action/treatment`; their bytes in base64. null: it is gone. */
  readonly rows: Readonly<Record<string, string | null>>;
}
