import { unreachable } from '../assert.ts';
import type { FeatureState, Profile } from '../model/customer-state.ts';
import type { Feature, FeatureOf } from '../model/feature.ts';
import type { Json } from '../model/json.ts';
import { countDistinct } from './distinct.ts';
import { countDistinctInWindow } from './distinct-window.ts';
import { extremeOf } from './extremes.ts';
import type { FeatureClock } from './feature-clock.ts';
import { topPart } from './feature-parts.ts';
import { sumOfDecaying } from './half-lives.ts';
import { readKeys, topOf } from './keyed-totals.ts';
import { newerOf } from './newest.ts';
import { oldestOf } from './oldest.ts';
import { readRfm } from './rfm.ts';
import { sumOfWindow } from './rolling-window.ts';
import { readSessions } from './sessions.ts';
import { millionths } from './totals.ts';
import { horizonOf, spanOf } from './window-span.ts';

/**
 * A feature's value at a moment, over the contributions of all ids of the customer. Counts and sums are 0 without any
 * event; values of events, averages and times since are undefined.
 */
export function readFeature(
  feature: Feature,
  profiles: readonly Profile[],
  clock: FeatureClock,
): Json | undefined {
  switch (feature.kind) {
    case 'count':
      return feature.by ? readApart(feature, profiles, clock) : total(feature, profiles, clock);
    case 'sum':
      return feature.by ? readApart(feature, profiles, clock) : total(feature, profiles, clock) / millionths;
    case 'avg': {
      const count = total(feature, profiles, clock, 0, 2);
      return count === 0 ? undefined : total(feature, profiles, clock, 1, 2) / count / millionths;
    }
    case 'min':
    case 'max':
      return readExtreme(feature, profiles, clock);
    case 'recency': {
      const time = newestTime(feature, profiles);
      return time === undefined ? undefined : Math.max(0, clock.now - time) / feature.unitMs;
    }
    case 'last':
      return newestValue(feature, profiles, horizonOf(feature, clock));
    case 'first':
      return oldestOf(statesOf(feature, profiles), windowOf(feature, clock));
    case 'distinct': {
      const states = statesOf(feature, profiles);
      const { isWindow, horizon } = windowOf(feature, clock);
      return isWindow ? countDistinctInWindow(states, horizon) : countDistinct(states);
    }
    case 'decayed':
    case 'score':
      return sumOfDecaying(statesOf(feature, profiles), feature.halfLifeMs, clock.now);
    case 'ratio':
      return readRatio(feature, profiles, clock);
    case 'sessions':
      return sessionsOf(feature, profiles, clock).count;
    case 'rfm':
      return readRfm(statesOf(feature, profiles), feature.edges, {
        now: clock.now,
        ...windowOf(feature, clock),
      });
    default:
      return unreachable(feature);
  }
}

/** One of the values that a feature has beside its own (`feature-parts.ts`). */
export function readFeaturePart(
  feature: Feature,
  part: string,
  profiles: readonly Profile[],
  clock: FeatureClock,
): Json | undefined {
  if (feature.kind !== 'sessions') return partOfValue(feature, part, readFeature(feature, profiles, clock));
  const { durationMs, currentEvents, currentMs } = sessionsOf(feature, profiles, clock);
  switch (part) {
    case 'duration':
      return durationMs / feature.unitMs;
    case 'current_events':
      return currentEvents;
    default:
      return currentMs / feature.unitMs;
  }
}

/** A part that the feature's own value tells; undefined when it does not. */
export function partOfValue(feature: Feature, part: string, value: unknown): Json | undefined {
  if (feature.kind === 'rfm') {
    const digit = ['recency', 'frequency', 'monetary'].indexOf(part);
    return typeof value === 'string' && value[digit] !== undefined ? Number(value[digit]) : undefined;
  }
  if (!feature.by || typeof value !== 'object' || value === null) return undefined;
  const amounts = value as Readonly<Record<string, Json>>;
  if (part === topPart) return topOf(amounts);
  return Object.hasOwn(amounts, part) ? amounts[part] : 0;
}

function statesOf({ key }: Feature, profiles: readonly Profile[]): readonly FeatureState[] {
  const states: FeatureState[] = [];
  for (const { features } of profiles) {
    const state = features[key];
    if (state) states.push(state);
  }
  return states;
}

function windowOf(
  feature: Feature,
  clock: FeatureClock,
): { readonly isWindow: boolean; readonly horizon: number } {
  return { isWindow: isWindowed(feature), horizon: horizonOf(feature, clock) };
}

function total(
  feature: Feature,
  profiles: readonly Profile[],
  clock: FeatureClock,
  lane = 0,
  lanes = 1,
): number {
  const { key } = feature;
  const isWindow = isWindowed(feature);
  const horizon = isWindow ? horizonOf(feature, clock) : 0;
  let sum = 0;
  for (let index = 0; index < profiles.length; index += 1) {
    const state = (profiles[index] as Profile).features[key];
    if (!state) continue;
    sum += isWindow ? sumOfWindow(state, horizon, lane, lanes) : (state[lane] as number);
  }
  return sum;
}

function isWindowed(feature: Feature): boolean {
  return feature.windowMs !== undefined || feature.calendar !== undefined;
}

function newestTime({ key }: Feature, profiles: readonly Profile[]): number | undefined {
  let newest: number | undefined;
  for (const { features } of profiles) {
    const time = features[key]?.[0] as number | undefined;
    if (time !== undefined && (newest === undefined || time > newest)) newest = time;
  }
  return newest;
}

function newestValue({ key }: Feature, profiles: readonly Profile[], horizon: number): Json | undefined {
  let newest: FeatureState | undefined;
  for (let index = 0; index < profiles.length; index += 1) {
    newest = newerOf(newest, (profiles[index] as Profile).features[key]);
  }
  return newest && (newest[0] as number) > horizon ? newest[2] : undefined;
}

function readExtreme(
  feature: Feature,
  profiles: readonly Profile[],
  clock: FeatureClock,
): number | undefined {
  const window = windowOf(feature, clock);
  let largest: number | undefined;
  for (const state of statesOf(feature, profiles)) {
    const value = extremeOf(state, window);
    if (value !== undefined && (largest === undefined || value > largest)) largest = value;
  }
  if (largest === undefined) return undefined;
  // The smallest value is kept as the largest negative.
  return (feature.kind === 'min' ? 0 - largest : largest) / millionths;
}

function readApart(feature: Feature, profiles: readonly Profile[], clock: FeatureClock): Json {
  const amounts = readKeys(statesOf(feature, profiles), windowOf(feature, clock));
  const unit = feature.kind === 'sum' ? millionths : 1;
  // Keys come from events: without a prototype none of them is special.
  const values: Record<string, number> = Object.create(null);
  for (const key of [...amounts.keys()].sort()) values[key] = (amounts.get(key) as number) / unit;
  return values;
}

function readRatio(
  { part, whole }: FeatureOf<'ratio'>,
  profiles: readonly Profile[],
  clock: FeatureClock,
): number | undefined {
  const below = readFeature(whole, profiles, clock);
  const above = readFeature(part, profiles, clock);
  return typeof above === 'number' && typeof below === 'number' && below !== 0 ? above / below : undefined;
}

/** When the customer's current visit began; undefined while there is none. */
export function startOfVisit(
  feature: FeatureOf<'sessions'>,
  profiles: readonly Profile[],
  clock: FeatureClock,
): number | undefined {
  return sessionsOf(feature, profiles, clock).currentStart;
}

function sessionsOf(feature: FeatureOf<'sessions'>, profiles: readonly Profile[], clock: FeatureClock) {
  const rule = { gapMs: feature.gapMs, span: spanOf(feature) };
  const moment = { now: clock.now, horizon: horizonOf(feature, clock) };
  return readSessions(statesOf(feature, profiles), rule, moment);
}
