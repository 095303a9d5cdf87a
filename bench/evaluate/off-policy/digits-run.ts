import { OffPolicyEstimator, rowOf } from '../../../engine/index.ts';
import { sigmoid } from '../../../engine/statistics/elementary.ts';
import { Random } from '../../measure/random.ts';
import { shuffled } from '../data/shuffle.ts';
import { classifier } from './classifier.ts';
import type { LabelledRows } from './labelled-rows.ts';
import { dot, fitLogistic } from './logistic.ts';
import { type RunResult, resultOf } from './run-result.ts';

const trainShare = 0.3;
/** Shares in which the policies follow their classifiers; the rest is dealt out evenly. */
const behaviourShare = 0.4;
const targetShare = 0.9;
const folds = 3;
const penalty = 1;

/**
 * The protocol of Dudík, Langford and Li (2011) for judging estimators on a classification set: a bandit whose actions are the
 * classes, a logging policy and a target policy around a classifier each, learned from different halves of the training part,
 * and a reward model that is fitted crosswise on the log.
 */
export function digitsRun(data: LabelledRows, seed: number): RunResult {
  const { labels, classes } = data;
  const random = new Random(seed);
  const order = shuffled(Array.from(labels.keys()), random);
  const trained = Math.floor(order.length * trainShare);
  const half = trained >> 1;
  const behaviour = classifier(data, order.slice(0, half), penalty);
  const target = classifier(data, order.slice(half, trained), penalty);
  const log = order.slice(trained).map((row) => {
    const logged = around(behaviour(row), behaviourShare, classes);
    const chosen = drawn(logged, random.next());
    const reward = chosen === labels[row] ? 1 : 0;
    return { row, logged, target: around(target(row), targetShare, classes), chosen, reward };
  });
  const predicted = crossFitted(data, log);
  const estimator = new OffPolicyEstimator();
  let truth = 0;
  log.forEach((step, at) => {
    estimator.add(rowOf({ ...step, predicted: predicted[at] as Float64Array }));
    truth += step.target[labels[step.row] as number] as number;
  });
  const evaluation = estimator.evaluation();
  if (!evaluation) throw new Error('the set has no rows to log');
  return resultOf(evaluation, truth / log.length);
}

/** A distribution that gives one class a share of its own, and deals the rest out evenly. */
function around(best: number, share: number, classes: number): Float64Array {
  const distribution = new Float64Array(classes).fill((1 - share) / classes);
  distribution[best] = (distribution[best] as number) + share;
  return distribution;
}

function drawn(distribution: Float64Array, chance: number): number {
  let left = chance;
  for (let option = 0; option < distribution.length - 1; option += 1) {
    left -= distribution[option] as number;
    if (left < 0) return option;
  }
  return distribution.length - 1;
}

/** The chance of a reward for every class, by a regression for each that has not seen the row's own fold. */
function crossFitted(
  { features, classes }: LabelledRows,
  log: readonly { readonly row: number; readonly chosen: number; readonly reward: number }[],
): readonly Float64Array[] {
  const predicted = log.map(() => new Float64Array(classes));
  const rewards = new Map(log.map(({ row, reward }) => [row, reward]));
  const label = (_: number, row: number) => rewards.get(row) as number;
  for (let fold = 0; fold < folds; fold += 1) {
    for (let action = 0; action < classes; action += 1) {
      const seen = log.filter((step, at) => at % folds !== fold && step.chosen === action);
      const rows = seen.map(({ row }) => row);
      const [weights] = fitLogistic(features, { rows, penalty, fits: 1, label });
      for (let at = fold; at < log.length; at += folds) {
        const start = (log[at]?.row as number) * features.width;
        (predicted[at] as Float64Array)[action] = sigmoid(
          dot(features.values, start, weights as Float64Array),
        );
      }
    }
  }
  return predicted;
}
