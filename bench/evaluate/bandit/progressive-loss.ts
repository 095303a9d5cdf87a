import {
  explorationDefaults,
  type LearningOptions,
  learningDefaults,
} from '../../../engine/learning/learning-options.ts';
import { Random } from '../../measure/random.ts';
import { betaPolicy, naiveBayesPolicy } from '../campaigns/baseline-policies.ts';
import { OwnPolicy } from '../campaigns/own-policy.ts';
import type { Policy } from '../campaigns/policy.ts';
import type { Arff } from '../data/read-arff.ts';
import { shuffled } from '../data/shuffle.ts';
import { type LabelledSet, labelledSet } from './labelled-set.ts';

/** What the published figures were measured with: no control slice, and a floor of half a percent. */
const exploration = { ...explorationDefaults, floor: 0.005, uniform: 0 };
export const shuffles = [1, 2, 3] as const;

/** Mean progressive loss over the shuffles: the share of rows whose class was not the action drawn. */
export interface Losses {
  readonly ours: number;
  readonly beta_thompson: number;
  readonly naive_bayes_thompson: number;
  /** With the identity link, where it was asked for. */
  readonly identity?: number;
}

export function lossesOn(table: Arff, asksIdentity: boolean): Losses {
  const sums = { ours: 0, beta_thompson: 0, naive_bayes_thompson: 0, identity: 0 };
  for (const seed of shuffles) {
    const set = labelledSet(table, shuffled(table.rows, new Random(seed)), learningDefaults);
    const { actions, code } = set;
    sums.ours += play(set, own(set, seed, learningDefaults));
    sums.beta_thompson += play(set, betaPolicy(actions, uniformOf(seed)));
    sums.naive_bayes_thompson += play(set, naiveBayesPolicy(actions, code, uniformOf(seed)));
    if (asksIdentity) sums.identity += play(set, own(set, seed, { ...learningDefaults, link: 'identity' }));
  }
  const mean = (sum: number) => sum / shuffles.length;
  return {
    ours: mean(sums.ours),
    beta_thompson: mean(sums.beta_thompson),
    naive_bayes_thompson: mean(sums.naive_bayes_thompson),
    ...(asksIdentity && { identity: mean(sums.identity) }),
  };
}

function own({ actions, code }: LabelledSet, seed: number, learning: LearningOptions): Policy {
  return new OwnPolicy(actions, code, { learning, exploration }, uniformOf(seed));
}

/** Chances of the policies have nothing to do with those of the order. */
function uniformOf(seed: number): () => number {
  const random = new Random(1_000 + seed);
  return () => random.next();
}

function play({ rows }: LabelledSet, policy: Policy): number {
  let lost = 0;
  for (const { ids, label } of rows) {
    const action = policy.choose(ids);
    const isPositive = action === label;
    if (!isPositive) lost += 1;
    policy.learn(ids, action, isPositive);
  }
  return lost / rows.length;
}
