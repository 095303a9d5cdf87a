import { isInReach, isViewedBy } from '../attribution/touch.ts';
import { readPath } from '../facts/read-path.ts';
import type { Contact, CustomerState, Profile } from '../model/customer-state.ts';
import { type OutcomeKind, outcomeKinds } from '../model/outcome.ts';
import type { FactValues, OutcomeRule } from '../model/rulebook.ts';
import type { TouchpointEvent } from '../model/touchpoint-event.ts';
import { contactsOf, isSameContact, profilesOf } from './profile.ts';

/**
 * Which contact an outcome belongs to, and which contacts earn learning credit for it. Reporting may share it out among
 * several (`attribution/`); learning does not, or one conversion would be many.
 *
 * AT1. An outcome that names its decision belongs to that decision's contact. Any other belongs to the last touch: of the
 *      contacts that the rule speaks of, inside its window and not after the outcome, the newest one that has no such
 *      outcome yet.
 * AT2. A contact that has to be viewed earns credit for conversions from its first view on, an impression or a click. The
 *      last touch of a conversion is then the last one that may earn credit for it. Where none may, the conversion is noted
 *      on the last touch all the same, because contact policies count it; it is put down to nothing and teaches nothing.
 * AT3. A contact is one trial: when its decision is folded, or at its first view where it has to be viewed. It is at most
 *      one success, behind its trial: at its first conversion that earns credit.
 * AT4. A view that is told of after a conversion that it preceded gives the conversion its credit; so the order in which
 *      the two arrive does not matter. Of conversions without credit a contact keeps the first alone: what came after that
 *      one, and before the view was told of, earns none.
 * AT5. Models that look at the customer learn what came inside the contact's learning window and was told of within a day
 *      of its end (`learning-window.ts`). The tallies count for as long as the contact is remembered.
 * AT6. Only a decision, a view and a conversion teach. Merges, un-merges, repeats and erasures do not, and a contact that
 *      two ids hold is one.
 */

/** What an outcome says of the ledger: which contact, what became of it, when. */
export interface OutcomeMark {
  readonly contact: Contact;
  readonly outcome: OutcomeKind;
  readonly at: number;
}

/** The state with the mark on its contact. The first time of each outcome stays. */
export function markOutcome(
  state: CustomerState,
  { contact, outcome, at }: OutcomeMark,
): { readonly state: CustomerState; readonly contact: Contact } {
  const known = contact.outcomes?.[outcome];
  if (known !== undefined && known <= at) return { state, contact };
  const marked = { ...contact, outcomes: inOrder({ ...contact.outcomes, [outcome]: at }) };
  return { state: replaceContact(state, marked), contact: marked };
}

/** The ledger of all ids. A contact that two of them hold, because its decision reached both sides of a merge, is one. */
export function ledgerOf(profiles: readonly Profile[]): readonly Contact[] {
  const contacts = contactsOf(profiles);
  if (profiles.length === 1) return contacts;
  const ledger: Contact[] = [];
  for (const contact of contacts) {
    let twin = ledger.length - 1;
    while (twin >= 0 && ledger[twin]?.at === contact.at && !isSameContact(ledger[twin] as Contact, contact))
      twin -= 1;
    const known = ledger[twin];
    if (known?.at === contact.at) ledger[twin] = markedTogether(known, contact);
    else ledger.push(contact);
  }
  return ledger;
}

/** One contact that two ledgers hold, with what either of them was told of it. What one of them has taught is taught. */
function markedTogether(one: Contact, other: Contact): Contact {
  const { served: _, ...untold } = one;
  const told = one.served !== undefined && other.served === undefined ? untold : one;
  const taught = other.needsView ? told : withoutNeed(told);
  if (!other.outcomes) return taught;
  const outcomes: Partial<Record<OutcomeKind, number>> = { ...one.outcomes };
  for (const kind of outcomeKinds) {
    const at = other.outcomes[kind];
    if (at !== undefined) outcomes[kind] = Math.min(at, outcomes[kind] ?? at);
  }
  return { ...taught, outcomes: inOrder(outcomes) };
}

/** What earned credit, and whose first conversion does not say so by itself, asks for no view any more. */
export function withoutNeed(contact: Contact): Contact {
  const { needsView, ...rest } = contact;
  return needsView === undefined ? contact : rest;
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

/** When the customer saw it first; whoever clicks has seen it. */
export function viewedAt({ outcomes }: Contact): number | undefined {
  const { impression, click } = outcomes ?? {};
  if (impression === undefined || click === undefined) return impression ?? click;
  return Math.min(impression, click);
}

/** Whether a conversion at this moment is put down to the contact (AT2). */
export function mayEarnCredit(contact: Contact, at: number): boolean {
  if (!contact.needsView) return true;
  const viewed = viewedAt(contact);
  return viewed !== undefined && isViewedBy({ viewedAt: viewed }, at);
}

/** Whether a conversion was put down to it: at its first one, or behind its first view. */
export function hasEarned(contact: Contact): boolean {
  const conversion = contact.outcomes?.conversion;
  return conversion !== undefined && mayEarnCredit(contact, conversion);
}

/** The first contact of a decision, narrowed by action, treatment and placement. */
export function findContact(
  state: CustomerState,
  wanted: Pick<Contact, 'decision'> & Partial<Pick<Contact, 'action' | 'treatment' | 'placement'>>,
): Contact | undefined {
  return ledgerOf(profilesOf(state)).find(
    (contact) =>
      contact.decision === wanted.decision &&
      (wanted.action === undefined || contact.action === wanted.action) &&
      (wanted.treatment === undefined || contact.treatment === wanted.treatment) &&
      (wanted.placement === undefined || contact.placement === wanted.placement),
  );
}

/** The outcomes that an event tells of, by the rulebook's outcome rules (AT1). */
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
  return lastTouch(ledgerOf(profilesOf(state)), { at: event.timestamp, decision }, rule);
}

/** Of a ledger, the contact that an outcome belongs to by this rule; `decision` is the one that the event names. */
export function lastTouch(
  ledger: readonly Contact[],
  { at, decision }: { readonly at: number; readonly decision?: unknown },
  rule: OutcomeRule,
): Contact | undefined {
  const reach = { at, windowMs: rule.windowMs };
  const isMeant = (contact: Contact): boolean =>
    isInReach(contact, reach) &&
    (decision === undefined || contact.decision === decision) &&
    speaksOf(rule, contact);
  if (rule.outcome === 'conversion') {
    const earning = ledger.findLast(
      (contact) =>
        mayEarnCredit(contact, at) && (decision !== undefined || !hasEarned(contact)) && isMeant(contact),
    );
    if (earning) return earning;
  }
  return ledger.findLast(
    (contact) =>
      (decision !== undefined || contact.outcomes?.[rule.outcome] === undefined) && isMeant(contact),
  );
}

/** Whether a rule is about contacts like this one. */
export function speaksOf(
  { channels, actions, groups }: OutcomeRule,
  contact: Pick<Contact, 'channel' | 'action' | 'group'>,
): boolean {
  return (
    isListed(channels, contact.channel) &&
    isListed(actions, contact.action) &&
    isInGroups(groups, contact.group)
  );
}

function isListed(names: readonly string[], name: string): boolean {
  return names.length === 0 || names.includes(name);
}

/** A group is listed by its full name or by its issue. */
export function isInGroups(groups: readonly string[], group: string): boolean {
  return groups.length === 0 || groups.includes(group) || groups.includes(group.slice(0, group.indexOf('/')));
}

/** The state with every copy of a contact replaced: after a merge, two ids may hold it. */
export function replaceContact(state: CustomerState, contact: Contact): CustomerState {
  const inProfile = (profile: Profile): Profile =>
    profile.contacts.some((other) => isSameContact(other, contact))
      ? {
          ...profile,
          contacts: profile.contacts.map((other) => (isSameContact(other, contact) ? contact : other)),
        }
      : profile;
  const sources = Object.entries(state.sources).map(([key, profile]) => [key, inProfile(profile)] as const);
  return { ...state, own: inProfile(state.own), sources: Object.fromEntries(sources) };
}
