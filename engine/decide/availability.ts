import type { Stage } from './frame.ts';

/** Outside its validity period an action is not proposed at all. */
export const validity: Stage = (frame, { action }) =>
  frame.input.now >= action.valid.from && frame.input.now < action.valid.until
    ? undefined
    : { action: action.name, code: 'not-valid-now' };

/** An action needs a treatment that fits this placement. */
export const treatmentFit: Stage = (_frame, { action, treatments }) =>
  treatments.length > 0 ? undefined : { action: action.name, code: 'no-treatment' };

/** One request shows an action once, however many placements it asks for, except where a placement allows duplicates. */
export const notPlacedYet: Stage = (frame, { action }, placement) =>
  frame.placed.has(action) && !placement.allowsDuplicates
    ? { action: action.name, code: 'already-placed' }
    : undefined;
