import { NaiveBayes } from '../../../engine/learning/baselines/naive-bayes.ts';
import { buildCode } from '../../../engine/learning/build-code.ts';
import { encode } from '../../../engine/learning/feature-code.ts';
import type { LearningOptions } from '../../../engine/learning/learning-options.ts';
import { PosteriorSolver } from '../../../engine/learning/posterior.ts';
import { propensityOf, scoreOf } from '../../../engine/learning/score.ts';
import { TreatmentModel } from '../../../engine/learning/treatment-model.ts';
import type { Json } from '../../../engine/model/json.ts';
import type { FeatureCode } from '../../../engine/model/propensity-model.ts';

/** Says how likely a conversion is, and is told then what happened. */
export interface Foreteller {
  foretell(values: readonly Json[]): number;
  /** The outcome of what it foretold last. */
  learn(isPositive: boolean): void;
}

export interface Contexts {
  readonly names: readonly string[];
  /** The first ones, of which codes are made. */
  readonly samples: readonly (readonly Json[])[];
}

/** The model of one treatment. */
export function ownForeteller(contexts: Contexts, options: LearningOptions): Foreteller {
  const { code, ids, read } = coder(contexts, options);
  const model = new TreatmentModel(code.dimension, options);
  const solver = new PosteriorSolver(code.dimension);
  let score = 0;
  return {
    foretell(values) {
      read(values);
      if (model.isDue()) model.refresh((model.positives + 1) / (model.trials + 10), solver);
      const row = model.row();
      score = scoreOf(row, ids);
      return propensityOf(row, score);
    },
    learn: (isPositive) => model.observed(ids, score, isPositive),
  };
}

export function naiveBayesForeteller(contexts: Contexts, options: LearningOptions): Foreteller {
  const { code, ids, read } = coder(contexts, options);
  const model = new NaiveBayes(code);
  return {
    foretell(values) {
      read(values);
      return model.propensity(ids);
    },
    learn: (isPositive) => model.learn(ids, model.score(ids), isPositive),
  };
}

interface Coder {
  readonly code: FeatureCode;
  /** Of the values that were read last. */
  readonly ids: Uint16Array;
  readonly read: (values: readonly Json[]) => void;
}

function coder({ names, samples }: Contexts, options: LearningOptions): Coder {
  const code = buildCode({ names, rows: samples }, 1, options);
  const places = code.predictors.map(({ name }) => names.indexOf(name));
  const ids = new Uint16Array(places.length);
  const read = (values: readonly Json[]) => {
    const known = places.map((place) => values[place]);
    encode(code, known, ids);
  };
  return { code, ids, read };
}
