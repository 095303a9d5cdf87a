import { isInGroups } from '../../customer/outcomes.ts';
import type { ContactMatch, PolicyScope } from '../../model/contact-policy.ts';
import type { Contact } from '../../model/customer-state.ts';
import type { Option } from '../frame.ts';

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

/** Whether a key of this scope is of one action, or of one of its treatments. */
export function isOfOffers(scope: PolicyScope): boolean {
  return scope === 'action' || scope === 'treatment';
}

/** The key under which contacts with this option are counted. */
export function optionKey(scope: PolicyScope, { action, treatment, placement }: Option): string {
  switch (scope) {
    case 'customer':
      return '';
    case 'channel':
      return placement.channel;
    case 'placement':
      return placement.name;
    case 'issue':
      return action.issue;
    case 'group':
      return action.group;
    case 'action':
      return action.name;
    case 'treatment':
      return treatment.key;
  }
}

/** Whether a contact is counted together with this option; of a treatment without a key to be made for each contact. */
export function isOfKey(scope: PolicyScope, option: Option, contact: ContactSpot): boolean {
  if (scope !== 'treatment') return scopeKey(scope, contact) === optionKey(scope, option);
  return contact.action === option.action.name && contact.treatment === option.treatment.name;
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
