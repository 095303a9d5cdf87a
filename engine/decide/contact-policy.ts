import { isInGroups } from '../customer/outcomes.ts';
import type { Contact } from '../model/customer-state.ts';
import type { ContactPolicy } from '../model/rulebook.ts';

/**
 * The contact policies against one ledger.
 *
 * C1. A cap of n allows n counted contacts of its scope within its window, the contact in question included.
 * C2. Contacts of this very decision count: two treatments of one answer cannot both be "the last one allowed".
 * C3. The window is (now - window, now]: a contact exactly one window old counts no more.
 * C4. Contacts through every id of the customer and every channel are in the one ledger.
 * C5. Contacts from before a policy existed count.
 */
export interface ContactLedger {
  /** Name of the first policy, in the book's order, that forbids this contact. */
  readonly forbids: (contact: Contact) => string | undefined;
  readonly add: (contact: Contact) => void;
}

export function openLedger(
  history: readonly Contact[],
  policies: readonly ContactPolicy[],
  now: number,
): ContactLedger {
  const contacts = [...history];
  const counts = policies.map(() => new Map<string, number>());
  const tallied = policies.map(() => false);

  function countOf(policy: ContactPolicy, index: number, scope: string): number {
    const count = counts[index] as Map<string, number>;
    if (!tallied[index]) {
      for (const contact of contacts) tally(count, policy, contact, now);
      tallied[index] = true;
    }
    return count.get(scope) ?? 0;
  }

  return {
    forbids: (contact) => {
      for (let index = 0; index < policies.length; index += 1) {
        const policy = policies[index] as ContactPolicy;
        if (!concerns(policy, contact)) continue;
        if (countOf(policy, index, scopeOf(policy, contact)) >= policy.limit) return policy.name;
      }
      return undefined;
    },
    add: (contact) => {
      contacts.push(contact);
      policies.forEach((policy, index) => {
        if (tallied[index]) tally(counts[index] as Map<string, number>, policy, contact, now);
      });
    },
  };
}

function tally(count: Map<string, number>, policy: ContactPolicy, contact: Contact, now: number): void {
  const countedAt = policy.counts === 'decided' ? contact.at : contact.outcomes?.[policy.counts];
  if (countedAt === undefined || countedAt <= now - policy.windowMs || !concerns(policy, contact)) return;
  const scope = scopeOf(policy, contact);
  count.set(scope, (count.get(scope) ?? 0) + 1);
}

/** Whether the policy speaks of this contact at all, whatever its age. */
export function concerns(policy: ContactPolicy, contact: Contact): boolean {
  const { channels, placements, groups, actions } = policy.match;
  return (
    (channels.length === 0 || channels.includes(contact.channel)) &&
    (placements.length === 0 || placements.includes(contact.placement)) &&
    (actions.length === 0 || actions.includes(contact.action)) &&
    isInGroups(groups, contact.group)
  );
}

function scopeOf(policy: ContactPolicy, contact: Contact): string {
  switch (policy.scope) {
    case 'customer':
      return '';
    case 'treatment':
      return `${contact.action}/${contact.treatment}`;
    default:
      return contact[policy.scope];
  }
}
