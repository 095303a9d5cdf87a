import type { FeatureState } from '../model/customer-state.ts';
import type { QuintileEdges, RfmEdges } from '../model/feature.ts';
import { addAmounts, amountOf, millionths } from './totals.ts';
import type { WindowSpan } from './window-span.ts';

/**
 * Recency, frequency and monetary value, each as a fifth of all customers: 5 is the best. Which fifth is told by edges
 * that the rulebook declares, so the figures are a function of the customer alone; `quintileEdges` finds such edges.
 *
 * State: `[newest, [count, sum]]`, or `[newest, rolling window of both]`; sums in millionths.
 */

const lanes = 2;
const msPerDay = 86_400_000;

export function addPurchase(
  state: FeatureState | undefined,
  { time, amount }: { readonly time: number; readonly amount: number },
  span: WindowSpan | undefined,
): FeatureState {
  const [newest, sums] = (state ?? [time, undefined]) as readonly [number, FeatureState | undefined];
  return [Math.max(newest, time), addAmounts(sums, { time, amounts: [1, amount] }, span)];
}

/** Three digits, such as `543`; undefined for a customer who never bought. */
export function readRfm(
  states: readonly FeatureState[],
  edges: RfmEdges,
  { now, isWindow, horizon }: { readonly now: number; readonly isWindow: boolean; readonly horizon: number },
): string | undefined {
  if (states.length === 0) return undefined;
  let newest = Number.NEGATIVE_INFINITY;
  let frequency = 0;
  let monetary = 0;
  for (const [time, sums] of states as readonly (readonly [number, FeatureState])[]) {
    newest = Math.max(newest, time);
    frequency += amountOf(sums, { isWindow, horizon }, 0, lanes);
    monetary += amountOf(sums, { isWindow, horizon }, 1, lanes);
  }
  const days = Math.max(0, now - newest) / msPerDay;
  // The fewer days, the better.
  const recency = 6 - fifthOf(days, edges.recency);
  return `${recency}${fifthOf(frequency, edges.frequency)}${fifthOf(monetary / millionths, edges.monetary)}`;
}

/** 1 to 5: one more than the edges that lie below the value. */
function fifthOf(value: number, edges: QuintileEdges): number {
  let fifth = 1;
  for (const edge of edges) if (value > edge) fifth += 1;
  return fifth;
}

/**
 * The edges that cut some customers' values into five parts of one size, as far as equal values allow; undefined when
 * there is nothing to cut. An edge belongs to the part below it.
 */
export function quintileEdges(values: readonly number[]): QuintileEdges | undefined {
  if (values.length === 0) return undefined;
  const ascending = [...values].sort((one, other) => one - other);
  const edge = (fifths: number) => ascending[Math.ceil((values.length * fifths) / 5) - 1] as number;
  return [edge(1), edge(2), edge(3), edge(4)];
}
