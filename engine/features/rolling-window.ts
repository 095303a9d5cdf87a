import type { FeatureState } from '../model/customer-state.ts';
import type { WindowSpan } from './window-span.ts';

/**
 * Sums over a window on event time. An entry holds one amount, or several side by side (a sum and how many it is of).
 *
 * W1. Entries are exact while there are at most `entriesMax` of them; beyond, they turn to buckets of at most 1/64 of
 *     the window, once and for good, and a sum is then off by at most the entries of one bucket.
 * W2. A window is left by age: an entry counts at `now` when it lies in the window that ends then, and is forgotten once
 *     it lies out of the window of the newest entry. An entry ahead of `now` (a clock that runs fast) counts.
 * W3. While exact, the order of arrival does not matter.
 *
 * State: `[width, t1, v1, t2, v2, ...]`, or `[width, t1, v1, w1, t2, ...]`, t ascending; width 0 while exact.
 */

const emptyWindow: FeatureState = [0];

export function addToWindow(
  state: FeatureState | undefined,
  { time, amounts }: { readonly time: number; readonly amounts: readonly number[] },
  span: WindowSpan,
): FeatureState {
  const before = (state ?? emptyWindow) as readonly number[];
  const stride = amounts.length + 1;
  const width = before[0] as number;
  const entries = withEntry(before, width === 0 ? time : bucketOf(time, width), amounts);
  forget(entries, stride, span.keepMs);
  const isFull = width === 0 && (entries.length - 1) / stride > span.entriesMax;
  return isFull ? coarsen(entries, stride, span.widthMs) : entries;
}

/** The sum of one of the amounts over what lies after the horizon. A bucket does when its middle does. */
export function sumOfWindow(state: FeatureState, horizon: number, lane = 0, lanes = 1): number {
  const stride = lanes + 1;
  const edge = horizon - (state[0] as number) / 2;
  let sum = 0;
  for (let index = state.length - stride; index > 0; index -= stride) {
    if ((state[index] as number) <= edge) break;
    sum += state[index + 1 + lane] as number;
  }
  return sum;
}

/** A window of single amounts without what happened up to the horizon. */
export function withoutEntriesUntil(state: readonly number[], horizon: number): readonly number[] {
  let stale = 1;
  while (stale < state.length && (state[stale] as number) <= horizon) stale += 2;
  return stale === 1 ? state : [state[0] as number, ...state.slice(stale)];
}

export function bucketOf(time: number, width: number): number {
  return Math.floor(time / width) * width;
}

/** Most events are the newest so far; an array that is made in one piece holds no room to grow. */
function withEntry(before: readonly number[], time: number, amounts: readonly number[]): number[] {
  const newest = before.length - amounts.length - 1;
  if (newest <= 0 || (before[newest] as number) < time) return before.concat(time, amounts);
  const entries = before.slice();
  addEntry(entries, time, amounts);
  return entries;
}

/** Entries of one time are one entry. */
function addEntry(entries: number[], time: number, amounts: readonly number[]): void {
  const stride = amounts.length + 1;
  let index = entries.length - stride;
  while (index > 0 && (entries[index] as number) > time) index -= stride;
  if (index <= 0 || entries[index] !== time) {
    entries.splice(index + stride, 0, time, ...amounts);
    return;
  }
  for (let lane = 0; lane < amounts.length; lane += 1) {
    entries[index + 1 + lane] = (entries[index + 1 + lane] as number) + (amounts[lane] as number);
  }
}

function forget(entries: number[], stride: number, keepMs: number): void {
  const horizon = (entries[entries.length - stride] as number) - keepMs - (entries[0] as number);
  let stale = 1;
  while (stale < entries.length && (entries[stale] as number) <= horizon) stale += stride;
  if (stale > 1) entries.splice(1, stale - 1);
}

function coarsen(entries: readonly number[], stride: number, width: number): number[] {
  const buckets: number[] = [width];
  for (let index = 1; index < entries.length; index += stride) {
    const time = bucketOf(entries[index] as number, width);
    addEntry(buckets, time, entries.slice(index + 1, index + stride));
  }
  return buckets;
}
