import type { FeatureState } from '../model/customer-state.ts';
import type { Feature } from '../model/feature.ts';
import { bucketTimes } from './distinct-window.ts';

/** The moments at which what a rolling window holds leaves it. */
export function timesToLeave(
  feature: Feature,
  states: readonly FeatureState[],
  windowMs: number,
): readonly number[] {
  return states.flatMap((state) => leavingTimes(feature, state, windowMs));
}

function leavingTimes(feature: Feature, state: FeatureState, windowMs: number): readonly number[] {
  switch (feature.kind) {
    case 'count':
    case 'sum':
      return feature.by ? leavingByKey(state, windowMs) : leavingWindow(state, windowMs, 2);
    case 'min':
    case 'max':
      return leavingWindow(state, windowMs, 2);
    case 'avg':
      return leavingWindow(state, windowMs, 3);
    case 'first':
      // It keeps the times themselves, in buckets too.
      return state.flatMap((time, index) => (index % 3 === 1 ? [(time as number) + windowMs] : []));
    case 'last':
      return [(state[0] as number) + windowMs];
    case 'rfm':
      return leavingWindow(state[1] as FeatureState, windowMs, 3);
    case 'sessions':
      return state[1] === undefined ? [] : leavingWindow(state[1] as FeatureState, windowMs, 3);
    case 'distinct':
      return bucketTimes(state).map((time) => time + windowMs);
    default:
      return [];
  }
}

/** An entry, or the middle of a bucket. */
function leavingWindow(state: FeatureState, windowMs: number, stride: number): readonly number[] {
  const reach = windowMs + (state[0] as number) / 2;
  const times: number[] = [];
  for (let index = 1; index < state.length; index += stride) times.push((state[index] as number) + reach);
  return times;
}

function leavingByKey(state: FeatureState, windowMs: number): readonly number[] {
  return state.flatMap((entry, index) =>
    index % 2 === 1 ? leavingWindow(entry as FeatureState, windowMs, 2) : [],
  );
}
