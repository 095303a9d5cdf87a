import { millionths } from '../features/totals.ts';
import type { Budget } from '../model/rulebook.ts';
import type { BudgetSpend, BudgetView } from './decide-input.ts';
import type { Frame, Option } from './frame.ts';

/** The first budget of the action that cannot pay for this contact any more. */
export function exhaustedBudget(frame: Frame, option: Option): string | undefined {
  return spendsOf(frame, option).find(({ budget, amount }) => {
    const wanted = (frame.spent.get(budget) ?? 0) + amount;
    return frame.input.budgets.left(budget, wanted) < wanted;
  })?.budget;
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

/** What one contact takes from each budget of its action. */
export function spendsOf(frame: Frame, option: Option): readonly BudgetSpend[] {
  return option.action.budgets.flatMap((name) => {
    const budget = frame.input.rulebook.budgets.get(name);
    return budget ? [{ budget: name, amount: amountOf(budget, option) }] : [];
  });
}

function amountOf(budget: Budget, { action, placement }: Option): number {
  return budget.unit === 'contacts' ? 1 : Math.ceil((action.cost[placement.channel] ?? 0) * millionths);
}
