import type { BudgetSpend } from '../decide/decide-input.ts';
import { bookOfArms } from '../experiments/draw-arms.ts';
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
    const book = bookOfArms(rulebook, message.arms ?? []);
    for (const spend of message.contacts.flatMap((contact) => spendsOfContact(book, contact))) {
      const spent = spends.reduce(
        (sum, { budget, amount }) => (budget === spend.budget ? sum + amount : sum),
        0,
      );
      if (budgets.left(spend.budget, spent + spend.amount) >= spent + spend.amount) spends.push(spend);
    }
  }
  return spends;
}

function spendsOfContact(rulebook: Rulebook, contact: Contact): readonly BudgetSpend[] {
  const action = rulebook.actions.get(contact.action);
  const treatment = action?.treatments.find(({ name }) => name === contact.treatment);
  const charges = treatment && rulebook.charges[treatment.index];
  return (charges ?? []).map(({ budget, amount }) => ({ budget: budget.name, amount }));
}
