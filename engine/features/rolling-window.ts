import { limits } from '../limits.ts';
import type { FeatureState } from '../model/customer-state.ts';

/**
 * Sums over a rolling window on event time.
 *
 * W1. Entries are exact while there are at most `windowEntriesMax` of them; beyond, they turn to buckets of 1/64 of
 *     the window, once and for good, and a sum is then off by at most the entries of one bucket.
 * W2. A window is left by age: an entry counts at `now` when it lies in (now - window, now], and is forgotten once it
 *     lies out of the window of the newest entry. An entry ahead of `now` (a clock that runs fast) counts.
 * W3. While exact, the order of arrival does not matter.
 *
 * State: `[width, t1, v1, t2, v2, ...]`, t ascending; width 0 while exact.
 */

const emptyWindow: FeatureState = [0];

export function addToWindow(
  state: FeatureState | undefined,
  entry: { readonly time: number; readonly amount: number },
  window: { readonly lengthMs: number; readonly exact: boolean },
): FeatureState {
  const entries = insert(state ?? emptyWindow, entry);
  forget(entries, window.lengthMs);
  const bound = window.exact ? limits.windowEntriesExactMax : limits.windowEntriesMax;
  return entries[0] === 0 && (entries.length - 1) / 2 > bound ? coarsen(entries, window.lengthMs) : entries;
}

export function sumOfWindow(state: FeatureState, windowMs: number, now: number): number {
  const width = state[0] as number;
  // A bucket counts when its middle lies in the window.
  const horizon = now - windowMs - width / 2;
  let sum = 0;
  for (let index = state.length - 2; index > 0; index -= 2) {
    if ((state[index] as number) <= horizon) break;
    sum += state[index + 1] as number;
  }
  return sum;
}

function insert(state: FeatureState, entry: { readonly time: number; readonly amount: number }): number[] {
  const entries = state.slice() as number[];
  const width = entries[0] as number;
  const time = width === 0 ? entry.time : Math.floor(entry.time / width) * width;
  let index = entries.length - 2;
  while (index > 0 && (entries[index] as number) > time) index -= 2;
  if (index > 0 && entries[index] === time)
    entries[index + 1] = (entries[index + 1] as number) + entry.amount;
  else entries.splice(index + 2, 0, time, entry.amount);
  return entries;
}

function forget(entries: number[], windowMs: number): void {
  const width = entries[0] as number;
  const horizon = (entries[entries.length - 2] as number) - windowMs - width;
  let stale = 1;
  while (stale < entries.length && (entries[stale] as number) <= horizon) stale += 2;
  if (stale > 1) entries.splice(1, stale - 1);
}

function coarsen(entries: readonly number[], windowMs: number): number[] {
  const width = Math.max(1, Math.ceil(windowMs / 64));
  const buckets: number[] = [width];
  for (let index = 1; index < entries.length; index += 2) {
    const time = Math.floor((entries[index] as number) / width) * width;
    const amount = entries[index + 1] as number;
    if (buckets.length > 1 && buckets[buckets.length - 2] === time) {
      buckets[buckets.length - 1] = (buckets[buckets.length - 1] as number) + amount;
    } else {
      buckets.push(time, amount);
    }
  }
  return buckets;
}
