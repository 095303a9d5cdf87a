import { millionths } from '../features/apply-feature.ts';
import type { Budget } from '../model/rulebook.ts';
import type { BudgetSpend } from './decide-input.ts';
import type { Frame, Option } from './frame.ts';

/** The first budget of the action that cannot pay for this contact any more. */
export function exhaustedBudget(frame: Frame, option: Option): string | undefined {
  return spendsOf(frame, option).find(
    ({ budget, amount }) => frame.input.budgets.left(budget) - (frame.spent.get(budget) ?? 0) < amount,
  )?.budget;
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
