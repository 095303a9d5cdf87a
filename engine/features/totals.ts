import type { FeatureState } from '../model/customer-state.ts';
import { addToWindow, sumOfWindow } from './rolling-window.ts';
import type { WindowSpan } from './window-span.ts';

/** Sums are kept in millionths, as integers: a sum then does not depend on the order of its parts, and merges exactly. */
export const millionths = 1_000_000;

/** Adds amounts to sums that are kept side by side: in a window, or without one as `[v1, v2, ...]`. */
export function addAmounts(
  state: FeatureState | undefined,
  entry: { readonly time: number; readonly amounts: readonly number[] },
  span: WindowSpan | undefined,
): FeatureState {
  if (span) return addToWindow(state, entry, span);
  return entry.amounts.map((amount, lane) => ((state?.[lane] as number | undefined) ?? 0) + amount);
}

/** One of the sums, over what lies after the horizon. */
export function amountOf(
  state: FeatureState,
  { isWindow, horizon }: { readonly isWindow: boolean; readonly horizon: number },
  lane = 0,
  lanes = 1,
): number {
  return isWindow ? sumOfWindow(state, horizon, lane, lanes) : (state[lane] as number);
}
