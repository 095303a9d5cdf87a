import { NaiveBayes } from '../../../engine/learning/baselines/naive-bayes.ts';
import type { LearningOptions } from '../../../engine/learning/learning-options.ts';
import { PosteriorSolver } from '../../../engine/learning/posterior.ts';
import { propensityOf, scoreOf } from '../../../engine/learning/score.ts';
import { TreatmentModel } from '../../../engine/learning/treatment-model.ts';
import type { FeatureCode } from '../../../engine/model/propensity-model.ts';
import type { CodedDecision } from './logged-trial.ts';

/** P of an action for somebody with these feature ids. */
export type Foretells = (ids: Uint16Array) => number;

/** Lessons between two solutions while a whole log is learned at once: they come by the thousand. */
const refreshMax = 500;

/** A model of the engine that has seen these decisions, one after the other, once. */
export function trainModel(
  decisions: readonly CodedDecision[],
  code: FeatureCode,
  options: LearningOptions,
): Foretells {
  const model = new TreatmentModel(code.dimension, { ...options, refreshMax });
  const solver = new PosteriorSolver(code.dimension);
  model.refresh(rateOf(model), solver);
  let row = model.row();
  for (const { ids, reward } of decisions) {
    model.observed(ids, scoreOf(row, ids), reward === 1);
    if (!model.isDue()) continue;
    model.refresh(rateOf(model), solver);
    row = model.row();
  }
  model.refresh(rateOf(model), solver);
  row = model.row();
  return (ids) => propensityOf(row, scoreOf(row, ids));
}

export function trainNaiveBayes(decisions: readonly CodedDecision[], code: FeatureCode): Foretells {
  const model = new NaiveBayes(code);
  for (const { ids, reward } of decisions) model.learn(ids, model.score(ids), reward === 1);
  return (ids) => model.propensity(ids);
}

function rateOf({ trials, positives }: TreatmentModel): number {
  return (1 + positives) / (2 + trials);
}
