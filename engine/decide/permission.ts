import type { Reason } from '../model/decision.ts';
import { exhaustedBudget, spendsOf } from './budget.ts';
import { contactOf, type Frame, type Option } from './frame.ts';

/** Why this contact may not be made: a contact policy or a budget that is used up, this decision's own picks included. */
export function forbidden(frame: Frame, option: Option): Reason | undefined {
  const policy = frame.ledger.forbids(contactOf(frame, option));
  if (policy !== undefined) return reasonOf(option, 'contact-policy', policy);
  const budget = exhaustedBudget(frame, option);
  return budget === undefined ? undefined : reasonOf(option, 'budget', budget);
}

/** From here on the option counts in the ledger, in its budgets and for the other placements of the request. */
export function commitOption(frame: Frame, option: Option): void {
  frame.placed.add(option.action);
  const contact = contactOf(frame, option);
  frame.ledger.add(contact);
  frame.contacts.push(contact);
  for (const { budget, amount } of spendsOf(frame, option)) {
    frame.spent.set(budget, (frame.spent.get(budget) ?? 0) + amount);
  }
}

function reasonOf(option: Option, code: 'contact-policy' | 'budget', by: string): Reason {
  return { action: option.action.name, treatment: option.treatment.name, code, by };
}
