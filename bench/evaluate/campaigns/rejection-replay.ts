import { Random } from '../../measure/random.ts';
import { shuffled } from '../data/shuffle.ts';
import type { CodedTrial } from './logged-trial.ts';
import type { Policy } from './policy.ts';

export interface Replayed {
  /** Decisions in which the policy chose what the trial had drawn. */
  readonly accepted: number;
  /** Mean reward of these. */
  readonly reward: number;
}

/**
 * Lets a policy live through a trial in random order (Li et al. 2011): where it chooses what the lot had drawn, it gets that
 * outcome and learns of it, anything else did not happen. An action that was drawn more often than the rarest one is taken
 * with the ratio of both, so that every choice is taken equally often and the mean is that of the policy.
 */
export function replayTrial({ decisions, propensities }: CodedTrial, policy: Policy, seed: number): Replayed {
  const random = new Random(seed);
  const rarest = Math.min(...propensities.filter((share) => share > 0));
  let accepted = 0;
  let rewards = 0;
  for (const { ids, action, reward } of shuffled(decisions, random)) {
    // Drawn first, whatever the policy will choose: it is asked only where its choice could be taken.
    if (random.next() >= rarest / (propensities[action] as number)) continue;
    if (policy.choose(ids) !== action) continue;
    accepted += 1;
    rewards += reward;
    policy.learn(ids, action, reward === 1);
  }
  return { accepted, reward: accepted === 0 ? 0 : rewards / accepted };
}
