import { readPath } from '../facts/read-path.ts';
import type { Contact, CustomerState, Profile } from '../model/customer-state.ts';
import { type OutcomeKind, outcomeKinds } from '../model/outcome.ts';
import type { FactValues, OutcomeRule } from '../model/rulebook.ts';
import type { TouchpointEvent } from '../model/touchpoint-event.ts';
import { contactsOf, profilesOf } from './profile.ts';

/** What an outcome says of the ledger: which contact, what became of it, when. */
export interface OutcomeMark {
  readonly contact: Contact;
  readonly outcome: OutcomeKind;
  readonly at: number;
}

/** The state with the mark on its contact. The first time of each outcome stays; `first` says whether this was it. */
export function markOutcome(
  state: CustomerState,
  mark: OutcomeMark,
): { readonly state: CustomerState; readonly first: boolean } {
  const known = mark.contact.outcomes?.[mark.outcome];
  if (known !== undefined && known <= mark.at) return { state, first: false };
  const marked: Contact = {
    ...mark.contact,
    outcomes: inOrder({ ...mark.contact.outcomes, [mark.outcome]: mark.at }),
  };
  return { state: replaceContact(state, mark.contact, marked), first: known === undefined };
}

/** One contact that two ledgers hold, with what either of them was told of it. */
export function markedTogether(one: Contact, other: Contact): Contact {
  if (!other.outcomes) return one;
  const outcomes: Partial<Record<OutcomeKind, number>> = { ...one.outcomes };
  for (const kind of outcomeKinds) {
    const at = other.outcomes[kind];
    if (at !== undefined) outcomes[kind] = Math.min(at, outcomes[kind] ?? at);
  }
  return { ...one, outcomes: inOrder(outcomes) };
}

/** Outcomes in the order of the vocabulary, whatever order they came in: equal ledgers are equal bytes. */
function inOrder(outcomes: NonNullable<Contact['outcomes']>): NonNullable<Contact['outcomes']> {
  const ordered: Partial<Record<OutcomeKind, number>> = {};
  for (const kind of outcomeKinds) {
    const at = outcomes[kind];
    if (at !== undefined) ordered[kind] = at;
  }
  return ordered;
}

/** The contacts of one decision, narrowed by action or treatment. */
export function findContact(
  state: CustomerState,
  wanted: { readonly decision: string; readonly action?: string; readonly treatment?: string },
): Contact | undefined {
  return contactsOf(profilesOf(state)).find(
    (contact) =>
      contact.decision === wanted.decision &&
      (wanted.action === undefined || contact.action === wanted.action) &&
      (wanted.treatment === undefined || contact.treatment === wanted.treatment),
  );
}

/**
 * The outcomes that an event tells of, by the rulebook's outcome rules: the decision it names, else the last matching
 * contact inside the rule's window that has no such outcome yet (last touch).
 */
export function outcomesOfEvent(
  state: CustomerState,
  event: TouchpointEvent,
  rules: readonly OutcomeRule[] | undefined,
  facts: FactValues,
): readonly OutcomeMark[] {
  const marks: OutcomeMark[] = [];
  for (const rule of rules ?? []) {
    if (rule.where && !rule.where.holds(facts)) continue;
    const contact = contactOf(state, event, rule);
    if (contact) marks.push({ contact, outcome: rule.outcome, at: event.timestamp });
  }
  return marks;
}

function contactOf(state: CustomerState, event: TouchpointEvent, rule: OutcomeRule): Contact | undefined {
  const decision = rule.decisionAt && readPath(event, rule.decisionAt);
  return contactsOf(profilesOf(state)).findLast(
    (contact) =>
      contact.at <= event.timestamp &&
      contact.at > event.timestamp - rule.windowMs &&
      (decision === undefined
        ? contact.outcomes?.[rule.outcome] === undefined
        : contact.decision === decision) &&
      isListed(rule.channels, contact.channel) &&
      isListed(rule.actions, contact.action) &&
      isInGroups(rule.groups, contact.group),
  );
}

function isListed(names: readonly string[], name: string): boolean {
  return names.length === 0 || names.includes(name);
}

/** A group is listed by its full name or by its issue. */
export function isInGroups(groups: readonly string[], group: string): boolean {
  return groups.length === 0 || groups.includes(group) || groups.includes(group.slice(0, group.indexOf('/')));
}

function replaceContact(state: CustomerState, before: Contact, after: Contact): CustomerState {
  const inProfile = (profile: Profile): Profile =>
    profile.contacts.includes(before)
      ? { ...profile, contacts: profile.contacts.map((contact) => (contact === before ? after : contact)) }
      : profile;
  const sources = Object.entries(state.sources).map(([key, profile]) => [key, inProfile(profile)] as const);
  return { ...state, own: inProfile(state.own), sources: Object.fromEntries(sources) };
}
