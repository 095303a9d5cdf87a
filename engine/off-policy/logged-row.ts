import { assert } from '../assert.ts';

/** One logged decision, as the estimators read it: what was chosen, how likely that was, and what the new rules would do. */
export interface LoggedRow {
  /** Whoever the decision was about. Decisions about one customer are not independent; without it the row stands alone. */
  readonly cluster?: string;
  /** What came of it. */
  readonly reward: number;
  /** Final probability with which the log chose what it chose; above 0. */
  readonly propensity: number;
  /**
   * Probability that the new rules choose the same in the same situation. Above 1 only where the row also stands for other
   * moments of its customer, at which the log could not choose it (`forecast/moved-mass.ts`).
   */
  readonly target: number;
  /** Reward that the model foresaw for what was chosen, before it was known. */
  readonly predicted: number;
  /**
   * Variance of that reward, as the model foresees it. Where few successes are due, those seen tell too little of how far
   * their number may be off; absent where that is all there is to go by.
   */
  readonly variance?: number;
  /** Reward that the model foresees under the new rules: the sum over all actions of their probability times its guess. */
  readonly expected: number;
  /** Probability with which the new rules choose what the log could not have chosen. */
  readonly unsupported: number;
  /**
   * Mean square of the weight over all that the log could have chosen here: the sum of target² / propensity. It knows of heavy
   * weights that the log did not happen to draw; absent where only the probability of the choice was logged.
   */
  readonly weightSquare?: number;
  /** The same of the rules in force, where the log is not theirs alone; otherwise the reward itself is their value. */
  readonly old?: { readonly target: number; readonly expected: number };
}

/** Full distributions of one decision, by the same positions. */
export interface LoggedDistributions {
  readonly cluster?: string;
  readonly reward: number;
  /** Position of what was chosen. */
  readonly chosen: number;
  /** Logged probability of every option; 0 where it could not be chosen. */
  readonly logged: ArrayLike<number>;
  /** Probability of every option under the new rules. */
  readonly target: ArrayLike<number>;
  /** The reward that the model foresaw for every option. */
  readonly predicted: ArrayLike<number>;
  /** Probability of every option under the rules in force, where the log is not theirs alone. */
  readonly old?: ArrayLike<number>;
}

/** A row made of full distributions. */
export function rowOf(decision: LoggedDistributions): LoggedRow {
  const { chosen, logged, target, predicted, old } = decision;
  let expected = 0;
  let unsupported = 0;
  let weightSquare = 0;
  for (let option = 0; option < target.length; option += 1) {
    const wanted = target[option] as number;
    const tried = logged[option] ?? 0;
    expected += wanted * (predicted[option] ?? 0);
    if (tried > 0) weightSquare += (wanted * wanted) / tried;
    else unsupported += wanted;
  }
  return {
    ...(decision.cluster !== undefined && { cluster: decision.cluster }),
    reward: decision.reward,
    propensity: logged[chosen] ?? 0,
    target: target[chosen] ?? 0,
    predicted: predicted[chosen] ?? 0,
    expected,
    unsupported,
    weightSquare,
    ...(old && { old: { target: old[chosen] ?? 0, expected: meanUnder(old, predicted) } }),
  };
}

function meanUnder(distribution: ArrayLike<number>, predicted: ArrayLike<number>): number {
  let sum = 0;
  for (let option = 0; option < distribution.length; option += 1) {
    sum += (distribution[option] as number) * (predicted[option] ?? 0);
  }
  return sum;
}

/** Rows come from logs, which may be wrong; a wrong one would spoil every sum without a word. */
export function checkRow(row: LoggedRow): void {
  assert(row.propensity > 0 && row.propensity <= 1 + 1e-9, `a logged probability of ${row.propensity}`);
  assert(row.target >= 0 && Number.isFinite(row.target), `a weight of ${row.target} under the new rules`);
  assert(row.unsupported >= 0 && row.unsupported <= 1 + 1e-9, `an unsupported share of ${row.unsupported}`);
  assert((row.variance ?? 0) >= 0, `a foreseen variance of ${row.variance}`);
  const sum = row.reward + row.predicted + row.expected + (row.weightSquare ?? 0) + (row.variance ?? 0);
  assert(Number.isFinite(sum), `a reward of ${row.reward}, foreseen ${row.predicted} and ${row.expected}`);
}
