import { object, required } from './object-shape.ts';
import { number } from './scalar-shapes.ts';

/** Pseudo-counts of a Beta prior; both above zero, or the propensity would be stuck at an end. */
export const priorShape = object('a prior', {
  positives: required(number({ above: 0 }), 'Conversions assumed.'),
  negatives: required(number({ above: 0 }), 'Contacts without a conversion assumed.'),
});

/** One in twenty: what an action starts with when nobody says otherwise. */
export const priorDefault = { positives: 1, negatives: 19 };
