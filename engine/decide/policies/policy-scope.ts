import { isInGroups } from '../../customer/outcomes.ts';
import type { ContactMatch, PolicyScope } from '../../model/contact-policy.ts';
import type { Contact } from '../../model/customer-state.ts';

/** Where a contact was made, and with what. */
export type ContactSpot = Pick<Contact, 'action' | 'group' | 'treatment' | 'channel' | 'placement'>;

/** Whether a policy with this match speaks of a contact at all, whatever its age. */
export function concerns(match: ContactMatch, contact: ContactSpot): boolean {
  const { channels, placements, groups, actions, treatments } = match;
  return (
    (channels.length === 0 || channels.includes(contact.channel)) &&
    (placements.length === 0 || placements.includes(contact.placement)) &&
    (actions.length === 0 || actions.includes(contact.action)) &&
    isInGroups(groups, contact.group) &&
    (treatments.length === 0 || treatments.includes(treatmentKey(contact.action, contact.treatment)))
  );
}

/** What a treatment is called where treatments of several actions stand together. */
export function treatmentKey(action: string, treatment: string): string {
  return `${action}/${treatment}`;
}

export function issueOf(group: string): string {
  return group.slice(0, group.indexOf('/'));
}

/** Contacts with the same key are counted together. */
export function scopeKey(scope: PolicyScope, contact: ContactSpot): string {
  switch (scope) {
    case 'customer':
      return '';
    case 'issue':
      return issueOf(contact.group);
    case 'treatment':
      return treatmentKey(contact.action, contact.treatment);
    default:
      return contact[scope];
  }
}
