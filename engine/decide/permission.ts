import type { ContactPolicy } from '../model/contact-policy.ts';
import type { Reason } from '../model/decision.ts';
import { exhaustedBudget, isPaced, spend } from './budget.ts';
import { contactOf, type Frame, type Option } from './frame.ts';

/** Why this contact may not be made: a contact policy or a budget that is used up, this decision's own picks included. */
export function forbidden(frame: Frame, option: Option): Reason | undefined {
  const policy = frame.ledger.forbids(option);
  if (policy !== undefined) return policyReason(frame, option, policy);
  const budget = exhaustedBudget(frame, option);
  if (budget === undefined) return undefined;
  const { now, rulebook } = frame.input;
  return reasonOf(option, isPaced(budget, now, rulebook) ? 'paced' : 'budget', budget.name);
}

/**
 * From here on the option counts in the ledger, in its budgets and for the other placements of the request. True where
 * other actions may be forbidden since.
 */
export function commitOption(frame: Frame, option: Option): boolean {
  frame.placed.add(option.action);
  const contact = contactOf(frame, option);
  const isTighter = frame.ledger.add(contact);
  frame.contacts.push(contact);
  return spend(frame, option) || isTighter;
}

/** What the policy saw is told when an explanation was asked for. */
function policyReason(frame: Frame, option: Option, policy: ContactPolicy): Reason {
  const reason = reasonOf(option, 'contact-policy', policy.name);
  return frame.input.explain ? { ...reason, seen: frame.ledger.sight(policy, option) } : reason;
}

function reasonOf(option: Option, code: 'contact-policy' | 'budget' | 'paced', by: string): Reason {
  return { action: option.action.name, treatment: option.treatment.name, code, by };
}
