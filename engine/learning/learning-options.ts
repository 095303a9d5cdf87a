import type { LearningRules } from '../model/rulebook.ts';

/** How the models of treatments learn. */
export interface LearningOptions {
  /** Numeric predictors are cut at quantiles into at most so many bins. */
  readonly binsMax: number;
  /** Symbols of one predictor that have a feature id of their own. */
  readonly symbolsMax: number;
  /** Feature ids of a predictor that all other symbols share by hash. */
  readonly overflow: number;
  /** Feature ids of a code, the intercept among them. Memory and time of a model grow with its square and cube. */
  readonly dimensionMax: number;
  /** Whether predictors that never varied are told, and what lies beyond all that was sampled: things change. */
  readonly expectsChange: boolean;
  readonly link: 'logit' | 'identity';
  /**
   * Prior precisions of a weight, one for each slow expert. The small one is right where the context says much, the large one
   * where it says little; the mixture finds out which.
   */
  readonly precisions: readonly number[];
  /** Prior precision of the intercept: small, so that a treatment's own rate is learned soon. */
  readonly interceptPrecision: number;
  /** Learning rates, one for each fast expert: how fast things change differs, and changes. */
  readonly fastRates: readonly number[];
  /** What dampens their first steps. */
  readonly fastDamping: number;
  /** What the experts' shares are in proportion to at first: those of the slow ones, then those of the fast ones. */
  readonly parts: readonly number[];
  /** How strongly the mixture follows the better expert. */
  readonly mixRate: number;
  /** What every expert gets back of the others' weight with every outcome, so that none is lost for good. */
  readonly mixShare: number;
  /** A model is solved anew when this share of its outcomes is new; never for less than one, always for `refreshMax`. */
  readonly refreshShare: number;
  readonly refreshMax: number;
}

/** Where what is known of a customer says much about the outcome; one configuration for all such problems. */
export const learningDefaults: LearningOptions = {
  binsMax: 8,
  symbolsMax: 32,
  overflow: 16,
  dimensionMax: 256,
  expectsChange: true,
  link: 'logit',
  precisions: [1, 5],
  interceptPrecision: 1,
  fastRates: [0.05, 0.2, 1],
  fastDamping: 1,
  parts: [1, 0.03, 0.5, 0.5, 0.05],
  mixRate: 0.5,
  mixShare: 0.001,
  refreshShare: 0.05,
  refreshMax: 20,
};

/**
 * Where it says little, as in most campaigns: weights are held closer to nothing, and there is less that follows every turn.
 * On randomised offers this beats Thompson sampling without a context, which the defaults above do not.
 */
export const weakSignals: LearningOptions = {
  ...learningDefaults,
  precisions: [20],
  fastRates: [0.05],
  parts: [1, 0.1],
};

/** How the models of a book learn. */
export function learningOptionsOf({
  signals,
  link,
}: Pick<LearningRules, 'signals' | 'link'>): LearningOptions {
  return { ...(signals === 'weak' ? weakSignals : learningDefaults), link };
}

/** How chance is used when treatments are chosen (`squarecb.ts`). */
export interface ExplorationOptions {
  /** The larger, the less is tried. */
  readonly gamma: number;
  /** The least probability of all options together that are not the best, spread evenly. */
  readonly floor: number;
  /** Share of decisions that are made uniformly at random, as a control. */
  readonly uniform: number;
  /** Weight of what is not known yet. */
  readonly optimism: number;
}

export const explorationDefaults: ExplorationOptions = {
  gamma: 200,
  floor: 0.01,
  uniform: 0.01,
  optimism: 0.1,
};
