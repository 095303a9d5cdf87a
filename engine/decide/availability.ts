import type { Reason } from '../model/decision.ts';
import type { Candidate } from '../model/rulebook.ts';
import type { Stage } from './frame.ts';

/** Outside its validity period an action is not proposed at all, nor without a treatment that fits the placement. */
export function notPossible({ action, treatments }: Candidate, now: number): Reason | undefined {
  if (now < action.valid.from || now >= action.valid.until)
    return { action: action.name, code: 'not-valid-now' };
  return treatments.length > 0 ? undefined : { action: action.name, code: 'no-treatment' };
}

/** One request shows an action once, however many placements it asks for, except where a placement allows duplicates. */
export const notPlacedYet: Stage = (frame, { action }, placement) =>
  frame.placed.has(action) && !placement.allowsDuplicates
    ? { action: action.name, code: 'already-placed' }
    : undefined;
