import type { BudgetSpend } from '../decide/decide-input.ts';
import { millionths } from '../features/totals.ts';
import type { Contact } from '../model/customer-state.ts';
import type { Rulebook } from '../model/rulebook.ts';
import type { DeskView } from './budget-desk.ts';
import type { FoldedBatch } from './fold-batch.ts';

/**
 * What the pulled decisions of a batch took from their budgets. Their own commits paid for it; where those are lost, it is
 * told by the contacts in the log. What a budget no longer has is left out: a counter never passes its limit.
 */
export function replayedSpends(
  folded: FoldedBatch,
  rulebook: Rulebook,
  budgets: DeskView,
): readonly BudgetSpend[] {
  const spends = [...folded.spends];
  for (const { message, note } of folded.notes) {
    if (message.kind !== 'decision' || note !== 'applied') continue;
    for (const spend of message.contacts.flatMap((contact) => spendsOfContact(rulebook, contact))) {
      const spent = spends.reduce(
        (sum, { budget, amount }) => (budget === spend.budget ? sum + amount : sum),
        0,
      );
      if (budgets.left(spend.budget, spent + spend.amount) >= spent + spend.amount) spends.push(spend);
    }
  }
  return spends;
}

function spendsOfContact(rulebook: Rulebook, { action: name, channel }: Contact): readonly BudgetSpend[] {
  const action = rulebook.actions.get(name);
  return (action?.budgets ?? []).flatMap((budgetName) => {
    const budget = rulebook.budgets.get(budgetName);
    if (!budget) return [];
    const amount = budget.unit === 'contacts' ? 1 : Math.ceil((action?.cost[channel] ?? 0) * millionths);
    return [{ budget: budgetName, amount }];
  });
}
