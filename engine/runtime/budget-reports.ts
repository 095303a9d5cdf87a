import { allowanceAt, pausedUntil } from '../budgets/budget-pace.ts';
import { accountName, type BudgetWindow, windowOf } from '../budgets/budget-window.ts';
import type { Budget } from '../model/rulebook.ts';
import type { RuntimeContext } from './runtime-context.ts';

/** How a budget stands in the period at hand. Amounts are contacts, or millionths of the currency. */
export interface BudgetReport {
  readonly budget: Budget;
  /** Absent for a budget once and for all. */
  readonly window?: BudgetWindow;
  readonly spent: number;
  /** Set aside in the partitions, what they spent included. */
  readonly reserved: number;
  /** What may be spent by now: the total, or what its pace lets through. Nothing outside of a campaign. */
  readonly due: number;
  /** When more may be spent, where its pace holds it up now. */
  readonly pausedUntil?: number;
}

/** The budgets of the rulebook in force, all partitions together; none until there is a rulebook. */
export async function budgetReports(context: RuntimeContext): Promise<readonly BudgetReport[]> {
  const rulebook = context.rulebook();
  if (!rulebook) return [];
  const now = context.ports.clock.now();
  return Promise.all(
    [...rulebook.budgets.values()].map((budget) => {
      const open = windowOf(budget, now, rulebook.timeZones);
      return report(context, budget, { now, open, window: open ?? budget.campaign });
    }),
  );
}

async function report(
  { ports: { store, budgets } }: RuntimeContext,
  budget: Budget,
  at: {
    readonly now: number;
    readonly open: BudgetWindow | undefined;
    readonly window: BudgetWindow | undefined;
  },
): Promise<BudgetReport> {
  const { now, open, window } = at;
  if (!window) return { budget, spent: 0, reserved: 0, due: 0 };
  const name = accountName(budget, window);
  const { reserved, held } = await budgets.standing(name);
  const spent = await Promise.all(
    [...held.keys()].map((partition) => store.counters(partition, [`${name}:spent`])),
  );
  const paused = open && pausedUntil(budget, open, { reserved, least: 1, now });
  return {
    budget,
    ...(Number.isFinite(window.until) && { window }),
    spent: spent.reduce((sum, [amount = 0]) => sum + amount, 0),
    reserved,
    due: open ? allowanceAt(budget, open, now) : 0,
    ...(paused !== undefined && { pausedUntil: paused }),
  };
}
