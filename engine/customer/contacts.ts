import { claimsOn, policyMemoryMs } from '../decide/policies/contact-memory.ts';
import { limits } from '../limits.ts';
import type { ContactPolicy } from '../model/contact-policy.ts';
import { type Contact, type CustomerState, emptyProfile, type Profile } from '../model/customer-state.ts';
import type { CustomerKey } from '../model/ids.ts';
import type { DecisionMessage } from '../model/log-message.ts';
import type { OutcomeRule, Rulebook } from '../model/rulebook.ts';
import { addBaseline } from './baselines.ts';
import { addForgotten } from './forgotten-contacts.ts';
import { withoutOldLessons } from './learning-window.ts';
import { byTime, contactsOf, isSameContact, profileFor, profilesOf, withProfile } from './profile.ts';

interface Memory {
  readonly now: number;
  readonly rulebook: Pick<
    Rulebook,
    'contactMemoryMs' | 'policies' | 'challengers' | 'conversionRules' | 'placements'
  >;
  /** The id that the contacts were made through; the document's own when absent. */
  readonly presented?: CustomerKey | undefined;
}

/** How long contacts are remembered: as long as any policy or outcome rule can still ask for them. */
export function contactMemoryMs(
  policies: readonly ContactPolicy[],
  outcomes: readonly OutcomeRule[],
): number {
  const longest = policies.reduce((most, policy) => Math.max(most, policyMemoryMs(policy)), 0);
  return outcomes.reduce((most, rule) => Math.max(most, rule.windowMs), longest);
}

/**
 * The ledger with new contacts, without those that no policy and no outcome rule can still ask for, and without what no
 * lesson can need any more. A contact that
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
  const fresh = contacts.filter((contact) => !known.some((other) => isSameContact(other, contact)));
  if (fresh.length === 0) return state;
  const through = memory.presented ?? state.key;
  const presented = profileFor(state, through) ? through : state.key;
  const profile = profileFor(state, presented) ?? emptyProfile;
  return withProfile(state, presented, remembered(profile, fresh, memory));
}

/** The state with what a decision made: contacts, or a trial of no action. */
export function addDecided(
  state: CustomerState,
  { contacts, baseline }: Pick<DecisionMessage, 'contacts' | 'baseline'>,
  memory: Memory,
): CustomerState {
  return addBaseline(addContacts(state, contacts, memory), baseline, memory);
}

function remembered(profile: Profile, fresh: readonly Contact[], { now, rulebook }: Memory): Profile {
  const horizon = now - rulebook.contactMemoryMs;
  const policies = policiesOf(rulebook);
  const kept = profile.contacts.filter((contact) => lastAt(contact) > horizon);
  const all = [...kept, ...fresh].sort(byTime);
  const left = bounded(all, policies, now);
  const forgotten =
    kept.length < profile.contacts.length || left.length < all.length
      ? addForgotten(profile.forgotten, gone(profile.contacts, left), policies)
      : profile.forgotten;
  const contacts = left.map((contact) => withoutOldLessons(contact, now, rulebook));
  return { ...profile, contacts, ...(forgotten !== undefined && { forgotten }) };
}

/** Policies of challengers bind customers in their arms, who share one ledger with all others. */
function policiesOf({ policies, challengers }: Memory['rulebook']): readonly ContactPolicy[] {
  if (challengers.size === 0) return policies;
  return [...policies, ...[...challengers.values()].flatMap((book) => book.policies)];
}

function gone(before: readonly Contact[], after: readonly Contact[]): readonly Contact[] {
  const left = new Set(after);
  return before.filter((contact) => !left.has(contact));
}

/** A policy may count an outcome, which comes later than its contact and is in the window longer. */
function lastAt(contact: Contact): number {
  return Math.max(contact.at, ...Object.values(contact.outcomes ?? {}));
}

/**
 * Beyond the limit the oldest go, those first that no policy counts, then those that only may come to count: a cap must
 * hold however much else was shown (C16).
 */
function bounded(
  ledger: readonly Contact[],
  policies: readonly ContactPolicy[],
  now: number,
): readonly Contact[] {
  const surplus = ledger.length - limits.contactsPerCustomerMax;
  if (surplus <= 0) return ledger;
  const { needed, awaited } = claimsOn(ledger, { policies, now });
  const free = ledger.filter((contact) => !needed.has(contact));
  const inTurn = [
    ...free.filter((contact) => !awaited.has(contact)),
    ...free.filter((contact) => awaited.has(contact)),
  ];
  const dropped = new Set(inTurn.slice(0, surplus));
  return ledger.filter((contact) => !dropped.has(contact)).slice(-limits.contactsPerCustomerMax);
}
