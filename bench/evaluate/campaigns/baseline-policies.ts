import { addOutcome, drawPropensity, emptyTally } from '../../../engine/learning/baselines/beta-thompson.ts';
import { drawNaiveBayes, NaiveBayes } from '../../../engine/learning/baselines/naive-bayes.ts';
import type { FeatureCode } from '../../../engine/model/propensity-model.ts';
import type { Policy } from './policy.ts';

type Uniform = () => number;

export function uniformPolicy(actions: number, uniform: Uniform): Policy {
  return { choose: () => Math.floor(uniform() * actions), learn: () => undefined };
}

export function fixedPolicy(action: number): Policy {
  return { choose: () => action, learn: () => undefined };
}

/** Thompson sampling on one Beta distribution an action. */
export function betaPolicy(actions: number, uniform: Uniform): Policy {
  const tallies = Array.from({ length: actions }, () => emptyTally);
  return {
    choose: () => placeOfMost(actions, (action) => drawPropensity(tallies[action] ?? emptyTally, uniform)),
    learn(_ids, action, isPositive) {
      tallies[action] = addOutcome(tallies[action] ?? emptyTally, isPositive);
    },
  };
}

/** Thompson sampling on one naive Bayes model an action. */
export function naiveBayesPolicy(actions: number, code: FeatureCode, uniform: Uniform): Policy {
  const models = Array.from({ length: actions }, () => new NaiveBayes(code));
  return {
    choose: (ids) =>
      placeOfMost(actions, (action) => drawNaiveBayes(models[action] as NaiveBayes, ids, uniform)),
    learn(ids, action, isPositive) {
      const model = models[action] as NaiveBayes;
      model.learn(ids, model.score(ids), isPositive);
    },
  };
}

function placeOfMost(actions: number, propensityOf: (action: number) => number): number {
  let best = 0;
  let most = Number.NEGATIVE_INFINITY;
  for (let action = 0; action < actions; action += 1) {
    const propensity = propensityOf(action);
    if (propensity > most) {
      most = propensity;
      best = action;
    }
  }
  return best;
}
