import type { JsonObject } from '../model/json.ts';
import { type LoggedRow, rowOf } from './logged-row.ts';

/** A decision of any system, as its log tells it. */
export interface LoggedDecision {
  /** Whoever it was about, where the log says so. */
  readonly cluster?: string;
  /** What was known, where the log says so. */
  readonly context?: JsonObject;
  /** What was chosen, one of `offered`. */
  readonly action: string;
  /** With which probability. */
  readonly probability: number;
  readonly reward: number;
  /** Everything that could have been chosen. */
  readonly offered: readonly string[];
  /** The probabilities of all of it, where they were logged. */
  readonly probabilities?: readonly number[];
}

/** What the new rules would do: everything alike, the probability of each offered action, or that of the chosen one alone. */
export type TargetChoice = 'uniform' | readonly number[] | { readonly chosen: number };

/** Pseudo-decisions with which the rate of an action begins at the rate of all. */
const shrinkage = 10;

/**
 * A model of the reward for logs that come without one: the mean reward of every action so far, drawn to that of all. It is
 * asked for a decision before it is told its outcome, so that estimates which lean on it stay without bias.
 */
export class ProgressiveRates {
  private readonly actions = new Map<string, { rewards: number; decisions: number }>();
  private rewards = 0;
  private decisions = 0;

  guess(action: string): number {
    const known = this.actions.get(action);
    const all = this.overall();
    return known ? (known.rewards + shrinkage * all) / (known.decisions + shrinkage) : all;
  }

  /** The mean of everything so far. */
  overall(): number {
    return this.rewards / (this.decisions + 1);
  }

  observe(action: string, reward: number): void {
    const known = this.actions.get(action) ?? { rewards: 0, decisions: 0 };
    known.rewards += reward;
    known.decisions += 1;
    this.actions.set(action, known);
    this.rewards += reward;
    this.decisions += 1;
  }
}

/** The row of a decision, with what the rates say before its outcome; to be observed afterwards. */
export function rowUnder(decision: LoggedDecision, target: TargetChoice, rates: ProgressiveRates): LoggedRow {
  const { cluster, reward, offered, probability, probabilities } = decision;
  const whose = cluster !== undefined && { cluster };
  if (typeof target === 'object' && 'chosen' in target) {
    // The rest of the distribution is not known, and a guess that is the same for all actions needs none of it.
    const guess = rates.overall();
    const { chosen } = target;
    const row = { reward, propensity: probability, target: chosen, predicted: guess, expected: guess };
    return { ...whose, ...row, unsupported: untried(probability, chosen) };
  }
  const chosen = offered.indexOf(decision.action);
  const share = 1 / offered.length;
  const wanted = target === 'uniform' ? offered.map(() => share) : target;
  const predicted = offered.map((action) => rates.guess(action));
  if (probabilities) {
    const logged = probabilities;
    return rowOf({ ...whose, reward, chosen, logged, target: wanted, predicted });
  }
  let expected = 0;
  for (let option = 0; option < wanted.length; option += 1) {
    expected += (wanted[option] as number) * (predicted[option] as number);
  }
  const known = { reward, propensity: probability, expected, predicted: predicted[chosen] ?? 0 };
  const again = wanted[chosen] ?? 0;
  return { ...whose, ...known, target: again, unsupported: untried(probability, again) };
}

/** What was chosen for certain left nothing else to try; of any other choice, its own probability alone does not tell. */
function untried(probability: number, again: number): number {
  return probability < 1 ? 0 : 1 - again;
}
