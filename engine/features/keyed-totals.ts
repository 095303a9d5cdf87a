import { limits } from '../limits.ts';
import type { FeatureState } from '../model/customer-state.ts';
import type { Json } from '../model/json.ts';
import { withoutEntriesUntil } from './rolling-window.ts';
import { addAmounts, amountOf } from './totals.ts';
import type { WindowSpan } from './window-span.ts';

/**
 * A count or a sum told apart by a text of the event, such as the category of a page. There are at most `featureKeysMax`
 * keys; what further ones add goes to `(other)`, first come, first served: up to that bound, and in what all keys add up
 * to, the order of arrival does not matter.
 *
 * State: `[key1, state1, key2, state2, ...]`, keys ascending.
 */

export const otherKey = '(other)';

export function addToKey(
  state: FeatureState | undefined,
  { key, time, amount }: { readonly key: string; readonly time: number; readonly amount: number },
  span: WindowSpan | undefined,
): FeatureState {
  let before = state ?? [];
  // Where it is full, what is stale leaves first, so that the event itself finds the room.
  if (span && isFull(before)) before = withoutStale(before, span.keepMs, time);
  let index = placeOf(before, key);
  let name = key;
  if (before[index] !== key && isFull(before) && key !== otherKey) {
    name = otherKey;
    index = placeOf(before, name);
  }
  const isNew = before[index] !== name;
  const own = isNew ? undefined : (before[index + 1] as FeatureState);
  const after = addAmounts(own, { time, amounts: [amount] }, span);
  const entries = [...before.slice(0, index), name, after, ...before.slice(isNew ? index : index + 2)];
  return span ? withoutStale(entries, span.keepMs) : entries;
}

/** What each key adds up to, in millionths where it is a sum; keys that add up to nothing are left out. */
export function readKeys(
  states: readonly FeatureState[],
  window: { readonly isWindow: boolean; readonly horizon: number },
): ReadonlyMap<string, number> {
  const amounts = new Map<string, number>();
  for (const state of states) {
    for (let index = 0; index < state.length; index += 2) {
      const key = state[index] as string;
      const amount = amountOf(state[index + 1] as FeatureState, window);
      amounts.set(key, (amounts.get(key) ?? 0) + amount);
    }
  }
  for (const [key, amount] of amounts) if (amount === 0) amounts.delete(key);
  return amounts;
}

/** The key of the largest amount; of two that are equal the one that sorts first. */
export function topOf(amounts: Readonly<Record<string, unknown>>): string | undefined {
  let top: string | undefined;
  for (const key of Object.keys(amounts).sort()) {
    if (key === otherKey) continue;
    if (top === undefined || (amounts[key] as number) > (amounts[top] as number)) top = key;
  }
  return top;
}

function isFull(entries: FeatureState): boolean {
  return entries.length >= 2 * limits.featureKeysMax;
}

/** Where the key stands, or would. */
function placeOf(state: FeatureState, key: string): number {
  let index = 0;
  while (index < state.length && (state[index] as string) < key) index += 2;
  return index;
}

/** Makes room: what lies out of the window of the newest entry, of all keys and `coming`, says nothing any more. */
function withoutStale(
  entries: FeatureState,
  keepMs: number,
  coming = Number.NEGATIVE_INFINITY,
): FeatureState {
  const windows = entries.filter((_, index) => index % 2 === 1) as readonly (readonly number[])[];
  const newest = Math.max(coming, ...windows.map((window) => window.at(-2) as number));
  const kept: Json[] = [];
  for (const [place, window] of windows.entries()) {
    const fresh = withoutEntriesUntil(window, newest - keepMs - (window[0] as number));
    if (fresh.length > 1) kept.push(entries[2 * place] as string, fresh);
  }
  return kept;
}
