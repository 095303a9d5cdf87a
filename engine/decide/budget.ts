import { allowanceAt } from '../budgets/budget-pace.ts';
import { windowOf } from '../budgets/budget-window.ts';
import type { Budget, Rulebook } from '../model/rulebook.ts';
import type { BudgetSpend, BudgetView } from './decide-input.ts';
import type { Frame, Option } from './frame.ts';

/** The first budget that cannot pay for this contact any more. */
export function exhaustedBudget(frame: Frame, { treatment }: Option): Budget | undefined {
  const charges = frame.input.rulebook.charges[treatment.index];
  if (charges === undefined) return undefined;
  for (const { budget, amount } of charges) {
    const wanted = (frame.spent.get(budget.name) ?? 0) + amount;
    if (frame.input.budgets.left(budget.name, wanted) < wanted) return budget;
  }
  return undefined;
}

/** Whether more of a budget that has nothing left comes with time alone. */
export function isPaced(budget: Budget, now: number, { timeZones }: Rulebook): boolean {
  if (budget.pace === undefined) return false;
  const window = windowOf(budget, now, timeZones);
  return window !== undefined && allowanceAt(budget, window, now) < budget.total;
}

/** The budgets once `spends` are paid: what an earlier step of the same commit spent is not there any more. */
export function budgetsAfter(budgets: BudgetView, spends: readonly BudgetSpend[]): BudgetView {
  if (spends.length === 0) return budgets;
  return {
    left: (name, wanted) => {
      let spent = 0;
      for (const { budget, amount } of spends) if (budget === name) spent += amount;
      return budgets.left(name, wanted + spent) - spent;
    },
  };
}

/** Takes one contact from its budgets; false where it has none. */
export function spend(frame: Frame, { treatment }: Option): boolean {
  const charges = frame.input.rulebook.charges[treatment.index];
  if (charges === undefined) return false;
  for (const { budget, amount } of charges) {
    frame.spent.set(budget.name, (frame.spent.get(budget.name) ?? 0) + amount);
  }
  return charges.length > 0;
}
