import type { FeatureState } from '../model/customer-state.ts';
import { bucketOf } from './rolling-window.ts';
import type { WindowSpan } from './window-span.ts';

/**
 * The largest value in a window. An entry that is no larger than a later one can never be the largest again and is left
 * out, so the values that are kept descend. The order of arrival does not matter while there are at most `entriesMax`
 * of them; beyond, times turn to buckets as in a rolling window. The smallest value is the largest of all negatives.
 *
 * State: `[width, t1, v1, t2, v2, ...]`, t ascending and v descending; without a window `[v]`.
 */
export function addExtreme(
  state: FeatureState | undefined,
  { time, value }: { readonly time: number; readonly value: number },
  span: WindowSpan | undefined,
): FeatureState {
  if (!span) return state && (state[0] as number) >= value ? state : [value];
  const before = (state ?? [0]) as readonly number[];
  const after = insert(before, time, value);
  if (after === before) return before;
  const kept = forget(after, span.keepMs);
  return kept[0] === 0 && (kept.length - 1) / 2 > span.entriesMax ? coarsen(kept, span.widthMs) : kept;
}

/** The largest value after the horizon; undefined when there is none. */
export function extremeOf(
  state: FeatureState,
  { isWindow, horizon }: { readonly isWindow: boolean; readonly horizon: number },
): number | undefined {
  if (!isWindow) return state[0] as number;
  const edge = horizon - (state[0] as number) / 2;
  for (let index = 1; index < state.length; index += 2) {
    if ((state[index] as number) > edge) return state[index + 1] as number;
  }
  return undefined;
}

function insert(entries: readonly number[], at: number, value: number): readonly number[] {
  const width = entries[0] as number;
  const time = width === 0 ? at : bucketOf(at, width);
  const kept = [width];
  let next = 1;
  for (; next < entries.length && (entries[next] as number) <= time; next += 2) {
    const larger = (entries[next + 1] as number) > value;
    if (!larger) continue;
    // Of one moment, the larger value alone can be the largest.
    if (entries[next] === time) return entries;
    kept.push(entries[next] as number, entries[next + 1] as number);
  }
  // Values descend, so the first of the later entries is the largest of them.
  if (next < entries.length && (entries[next + 1] as number) >= value) return entries;
  kept.push(time, value);
  for (; next < entries.length; next += 1) kept.push(entries[next] as number);
  return kept;
}

function forget(entries: readonly number[], keepMs: number): readonly number[] {
  const width = entries[0] as number;
  const horizon = (entries[entries.length - 2] as number) - keepMs - width;
  let stale = 1;
  while (stale < entries.length && (entries[stale] as number) <= horizon) stale += 2;
  return stale === 1 ? entries : [width, ...entries.slice(stale)];
}

function coarsen(entries: readonly number[], width: number): readonly number[] {
  let buckets: readonly number[] = [width];
  for (let index = 1; index < entries.length; index += 2) {
    buckets = insert(buckets, entries[index] as number, entries[index + 1] as number);
  }
  return buckets;
}
