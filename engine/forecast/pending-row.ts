import type { LoggedRow } from '../off-policy/index.ts';
import type { Worth } from './book-worth.ts';
import type { HasUnsupported } from './moved-mass.ts';

/** A rank of a placement of a logged decision, until it is known what came of it. */
export interface PendingRow extends HasUnsupported {
  readonly cluster: string;
  /** `action/treatment` that the log put there; absent: nothing. */
  readonly shown?: string;
  readonly worth: Worth;
  readonly propensity: number;
  /** Weight of the new book on what the log put there; above 1 where other moments of the customer are moved here. */
  readonly target: number;
  readonly predicted: number;
  readonly expected: number;
  /** The same by the logged probabilities; absent where not all of them are known. */
  readonly expectedBefore?: number;
  readonly weightSquare: number;
  /** The new book puts nothing there, which is worth nothing, whatever the log put there. */
  readonly isEmptied: boolean;
  /** Segments of the new book that the customer was in. */
  readonly segments: readonly string[];
  converted: boolean;
}

/** What the log earned there. */
export function rewardOf({ shown, worth, converted }: PendingRow): number {
  if (shown === undefined) return 0;
  return (converted ? worth.value : 0) - worth.cost;
}

/** Of a reward that is either that of a success or nothing but the cost. */
function varianceOf({ shown, worth: { value, cost }, predicted }: PendingRow): number {
  if (shown === undefined) return 0;
  const due = predicted + cost;
  return Math.max(0, due * (value - due));
}

/**
 * What the log did not foresee there, weighed as the new book weighs it. Where the logged probabilities are known, the
 * forecast begins from what was earned, and this is what it has beyond that: nothing where both books choose alike.
 */
export function correctionOf(row: PendingRow): number {
  if (row.isEmptied) return 0;
  const surprise = rewardOf(row) - row.predicted;
  const weight = row.target / row.propensity;
  return row.expectedBefore === undefined ? weight * surprise : rewardOf(row) + (weight - 1) * surprise;
}

export function loggedRowOf(row: PendingRow): LoggedRow {
  const { cluster, unsupported } = row;
  const reward = rewardOf(row);
  if (row.isEmptied) {
    const known = {
      reward: 0,
      propensity: 1,
      target: 1,
      predicted: 0,
      expected: 0,
      unsupported: 0,
      variance: 0,
    };
    return { cluster, ...known, weightSquare: 1, old: { target: 0, expected: reward } };
  }
  const { propensity, target, predicted, expected, expectedBefore, weightSquare } = row;
  // Sums of probabilities may come out a little above 1.
  const untried = Math.min(1, unsupported);
  return {
    ...{ cluster, reward, propensity, target, predicted, expected, unsupported: untried, weightSquare },
    variance: varianceOf(row),
    // Both books by the same model: what chance made of the log's own choices takes no part in their difference.
    ...(expectedBefore !== undefined && { old: { target: propensity, expected: expectedBefore } }),
  };
}
