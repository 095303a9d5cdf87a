import { concerns } from '../decide/contact-policy.ts';
import { limits } from '../limits.ts';
import { type Contact, type CustomerState, emptyProfile } from '../model/customer-state.ts';
import type { CustomerKey } from '../model/ids.ts';
import type { Rulebook } from '../model/rulebook.ts';
import { byTime, contactsOf, profileFor, profilesOf, withProfile } from './profile.ts';

interface Memory {
  readonly now: number;
  readonly rulebook: Pick<Rulebook, 'contactMemoryMs' | 'policies'>;
  /** The id that the contacts were made through; the document's own when absent. */
  readonly presented?: CustomerKey | undefined;
}

/**
 * The ledger with new contacts, without those that no policy and no outcome rule can still ask for. A contact that
 * is there already (same decision, placement and treatment) is not added twice, through whichever id it was made:
 * after a merge its decision may come to the survivor, which took the contact over with the profile it stands in. New
 * ones go to the profile of the id that was presented, so that they leave with it when it is taken out again; between the halves of a merge that
 * profile is not here yet, and they stay with the survivor.
 */
export function addContacts(
  state: CustomerState,
  contacts: readonly Contact[],
  memory: Memory,
): CustomerState {
  const known = contactsOf(profilesOf(state));
  const fresh = contacts.filter((contact) => !known.some((other) => isSame(other, contact)));
  if (fresh.length === 0) return state;
  const horizon = memory.now - memory.rulebook.contactMemoryMs;
  const through = memory.presented ?? state.key;
  const presented = profileFor(state, through) ? through : state.key;
  const profile = profileFor(state, presented) ?? emptyProfile;
  const kept = profile.contacts.filter((contact) => lastAt(contact) > horizon);
  const ledger = bounded([...kept, ...fresh].sort(byTime), memory);
  return withProfile(state, presented, { ...profile, contacts: ledger });
}

/** A policy may count an outcome, which comes later than its contact and is in the window longer. */
function lastAt(contact: Contact): number {
  return Math.max(contact.at, ...Object.values(contact.outcomes ?? {}));
}

/** Beyond the limit the oldest go, those first that no cap counts: a cap must hold however much else was shown. */
function bounded(ledger: readonly Contact[], memory: Memory): readonly Contact[] {
  const surplus = ledger.length - limits.contactsPerCustomerMax;
  if (surplus <= 0) return ledger;
  const uncounted = ledger.filter((contact) => !isCounted(contact, memory));
  const dropped = new Set(uncounted.slice(0, surplus));
  return ledger.filter((contact) => !dropped.has(contact)).slice(-limits.contactsPerCustomerMax);
}

function isCounted(contact: Contact, { now, rulebook }: Memory): boolean {
  return rulebook.policies.some(
    (policy) => lastAt(contact) > now - policy.windowMs && concerns(policy, contact),
  );
}

function isSame(left: Contact, right: Contact): boolean {
  return (
    left.decision === right.decision &&
    left.placement === right.placement &&
    left.action === right.action &&
    left.treatment === right.treatment
  );
}
