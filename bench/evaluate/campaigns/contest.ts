import {
  type ExplorationOptions,
  explorationDefaults,
  type LearningOptions,
  weakSignals,
} from '../../../engine/learning/learning-options.ts';
import { Random } from '../../measure/random.ts';
import { betaPolicy, fixedPolicy, naiveBayesPolicy, uniformPolicy } from './baseline-policies.ts';
import type { CodedTrial } from './logged-trial.ts';
import { OwnPolicy } from './own-policy.ts';
import type { Policy } from './policy.ts';
import { replayTrial } from './rejection-replay.ts';

export interface Standing {
  /** Mean reward of a decision that was taken, over all replays, and the standard deviation between them. */
  readonly reward: number;
  readonly deviation: number;
  /** Decisions taken in one replay, on average. */
  readonly accepted: number;
}

export interface ContestOptions {
  readonly learning: LearningOptions;
  readonly exploration: ExplorationOptions;
  readonly replays: number;
}

/**
 * What a customer is like says little about what an offer adds. So weights are held closer to nothing than elsewhere, and what is
 * not known yet counts for more. There is no control slice: the replay is one itself.
 */
export const campaignOptions: ContestOptions = {
  learning: weakSignals,
  exploration: { ...explorationDefaults, uniform: 0, optimism: 0.3 },
  replays: 40,
};

type MakePolicy = (uniform: () => number) => Policy;

/** All contenders live through the same trial, in the same random orders: the engine, its baselines, and every single action. */
export function holdContest(trial: CodedTrial, options: ContestOptions): Readonly<Record<string, Standing>> {
  const actions = trial.actions.length;
  const learners: Record<string, MakePolicy> = {
    ours: (uniform) => new OwnPolicy(actions, trial.code, options, uniform),
    beta: (uniform) => betaPolicy(actions, uniform),
    naive_bayes: (uniform) => naiveBayesPolicy(actions, trial.code, uniform),
    uniform: (uniform) => uniformPolicy(actions, uniform),
  };
  trial.actions.forEach((name, action) => {
    learners[`always ${name}`] = () => fixedPolicy(action);
  });
  return Object.fromEntries(
    Object.entries(learners).map(([name, make]) => [name, standingOf(trial, make, options.replays)]),
  );
}

export function standingLine(name: string, { reward, deviation, accepted }: Standing): string {
  return `${name.padEnd(40)} ${reward.toFixed(4)}  ${deviation.toFixed(4)}  ${accepted.toFixed(0)}`;
}

function standingOf(trial: CodedTrial, make: MakePolicy, replays: number): Standing {
  const rewards: number[] = [];
  let accepted = 0;
  for (let seed = 1; seed <= replays; seed += 1) {
    // The draws of a policy are not those that order the trial.
    const random = new Random(seed + 1_000_000);
    const replayed = replayTrial(
      trial,
      make(() => random.next()),
      seed,
    );
    rewards.push(replayed.reward);
    accepted += replayed.accepted / replays;
  }
  const mean = rewards.reduce((sum, reward) => sum + reward, 0) / replays;
  const squares = rewards.reduce((sum, reward) => sum + (reward - mean) ** 2, 0);
  return { reward: mean, deviation: Math.sqrt(squares / Math.max(1, replays - 1)), accepted };
}
