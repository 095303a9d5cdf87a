import type { FoldContext } from '../customer/fold-context.ts';
import { foldCustomer } from '../customer/fold-customer.ts';
import { contactsOf, profilesOf } from '../customer/profile.ts';
import type { Contact, CustomerState } from '../model/customer-state.ts';
import type { CustomerMessage } from '../model/log-message.ts';
import type { Rulebook } from '../model/rulebook.ts';

/** The part of a book that tells which contact an outcome belongs to; everything else of it is left out. */
export function attributionBook(book: Rulebook): Rulebook {
  return {
    ...book,
    featuresByEvent: new Map(),
    triggersByEvent: new Map(),
    triggers: new Map(),
    consentByEvent: new Map(),
  };
}

/** The ledger of what the log showed, and what a message says became of it. */
export interface LoggedLedger {
  readonly state: CustomerState | undefined;
  readonly converted: readonly Contact[];
}

/** Puts outcomes down to the contacts of the log, by the fold that did it then. */
export function foldLedger(
  before: CustomerState | undefined,
  message: CustomerMessage,
  context: FoldContext,
): LoggedLedger {
  const { state } = foldCustomer(before, message, context);
  if (!before || !state || message.kind === 'decision') return { state, converted: [] };
  const earlier = contactsOf(profilesOf(before));
  const contacts = contactsOf(profilesOf(state));
  if (earlier === contacts) return { state, converted: [] };
  const known = new Set(earlier);
  const converted = contacts.filter(
    (contact) => !known.has(contact) && contact.outcomes?.conversion !== undefined,
  );
  return { state, converted };
}
