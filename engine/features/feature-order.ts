import type { FeatureKind } from '../model/feature.ts';

/**
 * Whether a feature's state, and with it its value, is the same in whatever order its events arrive. `always`: it is.
 * `while-exact`: it is until a bound is met beyond which the state is rounded; which events share a bucket then may
 * depend on the order, within the stated error. A declared lateness goes by arrival and is the rulebook's own choice.
 */
export const orderFree: Readonly<Record<FeatureKind, 'always' | 'while-exact'>> = {
  count: 'while-exact',
  sum: 'while-exact',
  avg: 'while-exact',
  min: 'while-exact',
  max: 'while-exact',
  first: 'while-exact',
  distinct: 'while-exact',
  sessions: 'while-exact',
  rfm: 'while-exact',
  last: 'always',
  recency: 'always',
  decayed: 'always',
  score: 'always',
  ratio: 'while-exact',
};
