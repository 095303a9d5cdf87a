import type { FeatureState } from '../model/customer-state.ts';
import type { Json } from '../model/json.ts';
import type { Placed } from './newest.ts';
import { bucketOf } from './rolling-window.ts';
import type { WindowSpan } from './window-span.ts';

/**
 * The oldest value. In a window every value may be the oldest one day, so all are kept while there are at most
 * `entriesMax` of them, in any order of arrival; beyond, the oldest of every 1/64 of the window.
 *
 * State: `[width, t1, tie1, v1, t2, tie2, v2, ...]`, ascending; without a window `[t, tie, v]`.
 */

const stride = 3;

export function addOldest(
  state: FeatureState | undefined,
  placed: Placed,
  span: WindowSpan | undefined,
): FeatureState {
  const entry: FeatureState = [placed.time, placed.tie, placed.value];
  if (!span) return state && !isBefore(entry, 0, state, 0) ? state : entry;
  const entries = insert(state ?? [0], entry);
  const kept = forget(entries, span.keepMs);
  const isFull = kept[0] === 0 && (kept.length - 1) / stride > span.entriesMax;
  return isFull ? oldestOfBuckets([span.widthMs, ...kept.slice(1)]) : kept;
}

/** The oldest value after the horizon, over all contributions. */
export function oldestOf(
  states: readonly FeatureState[],
  { isWindow, horizon }: { readonly isWindow: boolean; readonly horizon: number },
): Json | undefined {
  let oldest: { readonly state: FeatureState; readonly index: number } | undefined;
  for (const state of states) {
    let index = isWindow ? 1 : 0;
    while (index < state.length && (state[index] as number) <= horizon) index += stride;
    if (index >= state.length) continue;
    if (!oldest || isBefore(state, index, oldest.state, oldest.index)) oldest = { state, index };
  }
  return oldest?.state[oldest.index + 2];
}

function insert(state: FeatureState, entry: FeatureState): FeatureState {
  let index = state.length - stride;
  while (index > 0 && isBefore(entry, 0, state, index)) index -= stride;
  const at = index + stride;
  const entries = [...state.slice(0, at), ...entry, ...state.slice(at)];
  return state[0] === 0 ? entries : oldestOfBuckets(entries);
}

function forget(entries: FeatureState, keepMs: number): FeatureState {
  const width = entries[0] as number;
  const horizon = (entries[entries.length - stride] as number) - keepMs - width;
  let stale = 1;
  while (stale < entries.length && (entries[stale] as number) <= horizon) stale += stride;
  return stale === 1 ? entries : [width, ...entries.slice(stale)];
}

function oldestOfBuckets(entries: FeatureState): FeatureState {
  const width = entries[0] as number;
  const kept: Json[] = [width];
  let bucket = Number.NEGATIVE_INFINITY;
  for (let index = 1; index < entries.length; index += stride) {
    const own = bucketOf(entries[index] as number, width);
    if (own !== bucket) kept.push(...entries.slice(index, index + stride));
    bucket = own;
  }
  return kept;
}

function isBefore(one: FeatureState, at: number, other: FeatureState, otherAt: number): boolean {
  const time = one[at] as number;
  const otherTime = other[otherAt] as number;
  return time < otherTime || (time === otherTime && (one[at + 1] as number) < (other[otherAt + 1] as number));
}
