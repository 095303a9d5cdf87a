import type { Budget } from '../model/rulebook.ts';
import type { BudgetWindow } from './budget-window.ts';

/** Of the total, what a paced budget may be ahead of its even share; at least one contact, or a millionth of money. */
const burstShare = 0.01;

/**
 * What may be reserved of a budget by `now`, by all partitions together: the whole total, or with `pace: even` the share
 * of the time that has passed and a small burst. It only grows, so what is spent stays below it at any time.
 */
export function allowanceAt(budget: Budget, { from, until }: BudgetWindow, now: number): number {
  const { total, pace } = budget;
  if (pace === undefined) return total;
  const share = Math.min(1, Math.max(0, (now - from) / (until - from)));
  return Math.min(total, Math.floor(total * share) + burstOf(budget));
}

/** When `least` more than `reserved` may be reserved; undefined when no pace holds it up. */
export function pausedUntil(
  budget: Budget,
  window: BudgetWindow,
  { reserved, least, now }: { readonly reserved: number; readonly least: number; readonly now: number },
): number | undefined {
  const { total, pace } = budget;
  const wanted = reserved + least;
  if (pace === undefined || wanted > total || allowanceAt(budget, window, now) >= wanted) return undefined;
  const share = (wanted - burstOf(budget)) / total;
  const due = Math.ceil(window.from + share * (window.until - window.from));
  return Math.min(window.until, Math.max(now + 1, due));
}

function burstOf({ total }: Budget): number {
  return Math.max(1, Math.floor(total * burstShare));
}
