import type { FeatureState } from '../model/customer-state.ts';
import type { Json } from '../model/json.ts';
import type { Feature } from '../model/rulebook.ts';
import { millionths } from './apply-feature.ts';
import { sumOfWindow } from './rolling-window.ts';

/**
 * A feature's value at `now`, over the contributions of all ids of the customer. Counts and sums are 0 without any
 * event; `last` and `recency` are undefined.
 */
export function readFeature(
  feature: Feature,
  contributions: readonly (FeatureState | undefined)[],
  now: number,
): Json | undefined {
  switch (feature.kind) {
    case 'count':
      return total(feature, contributions, now);
    case 'sum':
      return total(feature, contributions, now) / millionths;
    case 'recency': {
      const newest = newestOf(contributions);
      return newest && Math.max(0, now - (newest[0] as number)) / feature.unitMs;
    }
    case 'last':
      return newestOf(contributions)?.[2];
  }
}

function total(feature: Feature, contributions: readonly (FeatureState | undefined)[], now: number): number {
  let sum = 0;
  for (const state of contributions) {
    if (!state) continue;
    sum += feature.windowMs === undefined ? (state[0] as number) : sumOfWindow(state, feature.windowMs, now);
  }
  return sum;
}

function newestOf(contributions: readonly (FeatureState | undefined)[]): FeatureState | undefined {
  let newest: FeatureState | undefined;
  for (const state of contributions) {
    if (state && (!newest || isNewer(state, newest))) newest = state;
  }
  return newest;
}

function isNewer(state: FeatureState, other: FeatureState): boolean {
  const [time, tie = 0] = state as readonly [number, number?];
  const [otherTime, otherTie = 0] = other as readonly [number, number?];
  return time > otherTime || (time === otherTime && tie > otherTie);
}
