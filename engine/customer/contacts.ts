import { limits } from '../limits.ts';
import type { Contact, CustomerState } from '../model/customer-state.ts';
import { byTime } from './profile.ts';

/**
 * The ledger with new contacts, without those that no policy and no outcome rule can still ask for. A contact that
 * is there already (same decision, placement and treatment) is not added twice.
 */
export function addContacts(
  state: CustomerState,
  contacts: readonly Contact[],
  memory: { readonly now: number; readonly memoryMs: number },
): CustomerState {
  const fresh = contacts.filter((contact) => !state.own.contacts.some((known) => isSame(known, contact)));
  if (fresh.length === 0) return state;
  const kept = state.own.contacts.filter((contact) => contact.at > memory.now - memory.memoryMs);
  const ledger = [...kept, ...fresh].sort(byTime).slice(-limits.contactsPerCustomerMax);
  return { ...state, own: { ...state.own, contacts: ledger } };
}

function isSame(left: Contact, right: Contact): boolean {
  return (
    left.decision === right.decision &&
    left.placement === right.placement &&
    left.action === right.action &&
    left.treatment === right.treatment
  );
}
