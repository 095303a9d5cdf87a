import { unreachable } from '../assert.ts';
import { hash32 } from '../chance/hash.ts';
import { readPath } from '../facts/read-path.ts';
import { limits } from '../limits.ts';
import type { FeatureState } from '../model/customer-state.ts';
import type { Feature } from '../model/feature.ts';
import type { Json } from '../model/json.ts';
import type { FactValues } from '../model/rulebook.ts';
import type { TouchpointEvent } from '../model/touchpoint-event.ts';
import { addDistinct, hashOfValue } from './distinct.ts';
import { addDistinctInWindow } from './distinct-window.ts';
import { addExtreme } from './extremes.ts';
import { addDecaying } from './half-lives.ts';
import { addToKey } from './keyed-totals.ts';
import { addNewest, type Placed } from './newest.ts';
import { addOldest } from './oldest.ts';
import { addPurchase } from './rfm.ts';
import { addToSessions } from './sessions.ts';
import { addAmounts, millionths } from './totals.ts';
import { spanOf } from './window-span.ts';

/**
 * X1. A state is a function of the set of events behind it, whatever their order, until a bound is met beyond which it is
 *     rounded (`feature-order.ts`); the contributions of several ids come to what those of one would have come to.
 * X2. What is summed are integers, so that no sum below 2^53 millionths depends on the order of its parts; and all are
 *     finite (`limits.featureNumberMax`).
 * X3. A state is bounded (`limits.ts`), however much happens.
 * X4. A state is never changed in place, and is the very same one when an event does not concern it.
 */

/** An event and when it arrived, epoch ms. */
export interface ArrivedEvent {
  readonly event: TouchpointEvent;
  readonly receivedAt: number;
}

/**
 * The feature's state after one event. The same state when the event does not concern it: it arrived too late, `where`
 * fails, or the value it reads is missing or no number.
 */
export function applyFeature(
  feature: Feature,
  state: FeatureState | undefined,
  { event, receivedAt }: ArrivedEvent,
  facts: FactValues,
): FeatureState | undefined {
  const { latenessMs, where } = feature;
  if (latenessMs !== undefined && receivedAt - event.timestamp > latenessMs) return state;
  if (where && !where.holds(facts)) return state;
  return takeIn(feature, state, event);
}

const one: readonly number[] = [1];

function takeIn(
  feature: Feature,
  state: FeatureState | undefined,
  event: TouchpointEvent,
): FeatureState | undefined {
  const time = event.timestamp;
  switch (feature.kind) {
    case 'count':
      if (feature.by) return addApart(feature, state, { event, amount: 1 });
      return addAmounts(state, { time, amounts: one }, spanOf(feature));
    case 'sum':
    case 'avg':
    case 'min':
    case 'max':
    case 'rfm':
      return takeNumber(feature, state, event);
    case 'recency':
      return state && (state[0] as number) >= time ? state : [time];
    case 'last':
    case 'first':
    case 'distinct':
      return takeValue(feature, state, event);
    case 'decayed': {
      const amount = feature.of ? numberOf(readPath(event, feature.of)) : 1;
      return amount === undefined ? state : addDecaying(state, { time, amount }, feature.halfLifeMs);
    }
    case 'score': {
      const amount = feature.weights[event.name];
      return amount === undefined ? state : addDecaying(state, { time, amount }, feature.halfLifeMs);
    }
    case 'sessions':
      return addToSessions(state, time, { gapMs: feature.gapMs, span: spanOf(feature) });
    case 'ratio':
      // It reads two other features and remembers nothing.
      return state;
    default:
      return unreachable(feature);
  }
}

function takeNumber(
  feature: Feature,
  state: FeatureState | undefined,
  event: TouchpointEvent,
): FeatureState | undefined {
  const number = numberOf(readPath(event, feature.of ?? []));
  if (number === undefined) return state;
  // A zero below zero would come back from the store as plain zero.
  const amount = Math.round(number * millionths) + 0;
  const time = event.timestamp;
  const span = spanOf(feature);
  switch (feature.kind) {
    case 'sum':
      if (feature.by) return addApart(feature, state, { event, amount });
      return addAmounts(state, { time, amounts: [amount] }, span);
    case 'avg':
      return addAmounts(state, { time, amounts: [1, amount] }, span);
    case 'min':
      return addExtreme(state, { time, value: 0 - amount }, span);
    case 'max':
      return addExtreme(state, { time, value: amount }, span);
    default:
      return addPurchase(state, { time, amount }, span);
  }
}

function takeValue(
  feature: Feature,
  state: FeatureState | undefined,
  event: TouchpointEvent,
): FeatureState | undefined {
  const value = readPath(event, feature.of ?? []) as Json | undefined;
  if (value === undefined || value === null) return state;
  const time = event.timestamp;
  const span = spanOf(feature);
  if (feature.kind === 'distinct') {
    const hash = hashOfValue(value);
    const exactMax = feature.exact ? limits.windowEntriesExactMax : limits.windowEntriesMax;
    return span ? addDistinctInWindow(state, { time, hash }, span) : addDistinct(state, hash, exactMax);
  }
  const placed: Placed = { time, tie: hash32(event.messageId, 1), value };
  if (feature.kind === 'last') return addNewest(state, placed);
  // A window keeps many of them.
  return span && isLarge(value) ? state : addOldest(state, placed, span);
}

function addApart(
  feature: Feature,
  state: FeatureState | undefined,
  { event, amount }: { readonly event: TouchpointEvent; readonly amount: number },
): FeatureState | undefined {
  const key = keyOf(readPath(event, feature.by ?? []));
  return key === undefined ? state : addToKey(state, { key, time: event.timestamp, amount }, spanOf(feature));
}

/** Texts, numbers and flags tell events apart; anything else does not. */
function keyOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value === '' ? undefined : value.slice(0, limits.featureKeyLengthMax);
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}

function isLarge(value: Json): boolean {
  if (typeof value === 'string') return value.length > limits.windowValueLengthMax;
  return typeof value === 'object' && JSON.stringify(value).length > limits.windowValueLengthMax;
}

/** Numbers, and strings that are wholly a number: shops send prices both ways. */
function numberOf(value: unknown): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Math.abs(number) <= limits.featureNumberMax ? number : undefined;
}
