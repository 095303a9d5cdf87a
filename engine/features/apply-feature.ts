import { hash32 } from '../chance/hash.ts';
import { readPath } from '../facts/read-path.ts';
import type { FeatureState } from '../model/customer-state.ts';
import type { Json } from '../model/json.ts';
import type { FactValues, Feature } from '../model/rulebook.ts';
import type { TouchpointEvent } from '../model/touchpoint-event.ts';
import { addToWindow } from './rolling-window.ts';

/** Sums are kept in millionths, as integers: a sum then does not depend on the order of its parts, and merges exactly. */
export const millionths = 1_000_000;

/**
 * The feature's state after one event. The same state when the event does not concern it: `where` fails, or the value
 * it reads is missing or no number.
 */
export function applyFeature(
  feature: Feature,
  state: FeatureState | undefined,
  event: TouchpointEvent,
  facts: FactValues,
): FeatureState | undefined {
  if (feature.where && !feature.where.holds(facts)) return state;
  switch (feature.kind) {
    case 'count':
      return accumulate(feature, state, event.timestamp, 1);
    case 'sum': {
      const value = numberOf(readPath(event, feature.of ?? []));
      if (value === undefined) return state;
      return accumulate(feature, state, event.timestamp, Math.round(value * millionths));
    }
    case 'recency':
      return state && (state[0] as number) >= event.timestamp ? state : [event.timestamp];
    case 'last':
      return latest(state, event, readPath(event, feature.of ?? []) as Json | undefined);
  }
}

function accumulate(
  feature: Feature,
  state: FeatureState | undefined,
  time: number,
  amount: number,
): FeatureState {
  if (feature.windowMs === undefined) return [((state?.[0] as number | undefined) ?? 0) + amount];
  return addToWindow(state, { time, amount }, { lengthMs: feature.windowMs, exact: feature.exact });
}

/** Two events of the same millisecond are told apart by their ids, so that the order of arrival does not matter. */
function latest(
  state: FeatureState | undefined,
  event: TouchpointEvent,
  value: Json | undefined,
): FeatureState | undefined {
  if (value === undefined || value === null) return state;
  const tie = hash32(event.messageId, 1);
  if (state) {
    const [time, stateTie] = state as readonly [number, number];
    if (time > event.timestamp || (time === event.timestamp && stateTie >= tie)) return state;
  }
  return [event.timestamp, tie, value];
}

/** Numbers, and strings that are wholly a number: shops send prices both ways. */
function numberOf(value: unknown): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}
