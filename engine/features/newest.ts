import type { FeatureState } from '../model/customer-state.ts';
import type { Json } from '../model/json.ts';

/**
 * The newest value. Two events of the same millisecond are told apart by their ids, so that the order of arrival does
 * not matter. A window only hides it: nothing older can be newer.
 *
 * State: `[time, tie, value]`.
 */

/** A value with its place in the order of events. */
export interface Placed {
  readonly time: number;
  /** A hash of the event's id. */
  readonly tie: number;
  readonly value: Json;
}

export function addNewest(state: FeatureState | undefined, { time, tie, value }: Placed): FeatureState {
  return newerOf(state, [time, tie, value]) as FeatureState;
}

/** The newer of two; the first where they are of one moment and one event. */
export function newerOf(
  state: FeatureState | undefined,
  other: FeatureState | undefined,
): FeatureState | undefined {
  if (state === undefined || other === undefined) return state ?? other;
  const time = state[0] as number;
  const otherTime = other[0] as number;
  const isNewer = otherTime > time || (otherTime === time && (other[1] as number) > (state[1] as number));
  return isNewer ? other : state;
}
