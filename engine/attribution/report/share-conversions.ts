import { hasEarned, lastTouch, mayEarnCredit, speaksOf, withoutNeed } from '../../customer/outcomes.ts';
import type { Contact } from '../../model/customer-state.ts';
import type { OutcomeKind } from '../../model/outcome.ts';
import type { Rulebook } from '../../model/rulebook.ts';
import { type AttributionModel, attributeByAll } from '../attribute.ts';
import { isInReach, type Touch } from '../touch.ts';
import { type CreditTally, millionth } from './credit-tally.ts';
import { type CustomerPath, inTime, type Telling } from './customer-path.ts';

interface Asked {
  readonly rulebook: Rulebook;
  readonly models: Readonly<Record<string, AttributionModel>>;
  readonly since: number;
  readonly until: number;
}

/** Adds the touches and the conversions of one customer to what all of them come to. */
export function shareConversions(path: CustomerPath, asked: Asked, tally: CreditTally): void {
  const tellings = inTime(path.tellings);
  const ledger = viewed(path.touches, tellings);
  // What has earned its one success, as far as was told; models share whatever was told.
  const learned = [...ledger];
  for (const touch of ledger) if (touch.at > asked.since) tally.addTouch(touch);
  for (const telling of tellings) {
    if (!tellsOf(telling, 'conversion')) continue;
    if (isLeftOut(telling, ledger, asked.rulebook)) {
      if (isAsked(telling, asked)) tally.reportsLeftOut += 1;
      continue;
    }
    const successes = learn(learned, telling);
    if (!isAsked(telling, asked)) continue;
    const claims = ledger.filter((contact) => hasClaim(contact, telling));
    tally.addConversion({ ...creditsOf(claims, telling, asked.models), touches: claims, learned: successes });
  }
  tally.addLost(path);
}

function isAsked({ at }: Telling, { since, until }: Asked): boolean {
  return at > since && at <= until;
}

function tellsOf({ of }: Telling, outcome: OutcomeKind): boolean {
  return of.kind === 'report'
    ? of.outcome === outcome
    : of.rules.some(({ rule }) => rule.outcome === outcome);
}

/** The same order, told of a second time by the channel; of a contact that is not on record, it may be. */
function isLeftOut({ of }: Telling, ledger: readonly Contact[], { conversionRules }: Rulebook): boolean {
  if (of.kind === 'event') return false;
  const contact = reportedContact(ledger, of.contact);
  return conversionRules.some((rule) => contact === undefined || speaksOf(rule, contact));
}

function reportedContact(
  ledger: readonly Contact[],
  { decision, action, treatment }: Extract<Telling['of'], { kind: 'report' }>['contact'],
): Contact | undefined {
  return ledger.find(
    (contact) =>
      contact.decision === decision &&
      (action === undefined || contact.action === action) &&
      (treatment === undefined || contact.treatment === treatment),
  );
}

// ---------------------------------------------------------------------------------------------------- views

/** The touches with their first view, where a view is asked for. */
function viewed(touches: readonly Contact[], tellings: readonly Telling[]): readonly Contact[] {
  if (!touches.some(({ needsView }) => needsView)) return touches;
  const ledger = [...touches];
  for (const telling of tellings) {
    for (const outcome of ['impression', 'click'] as const) {
      for (const contact of contactsOfTelling(ledger, telling, outcome)) {
        if (contact.outcomes?.[outcome] !== undefined) continue;
        const marked = { ...contact, outcomes: { ...contact.outcomes, [outcome]: telling.at } };
        ledger[ledger.indexOf(contact)] = marked;
      }
    }
  }
  return ledger;
}

/** The contacts that such an outcome belongs to, one by each rule that tells of it. */
function contactsOfTelling(
  ledger: readonly Contact[],
  { at, of }: Telling,
  outcome: OutcomeKind,
): readonly Contact[] {
  if (of.kind === 'report') {
    const contact = of.outcome === outcome ? reportedContact(ledger, of.contact) : undefined;
    return contact ? [contact] : [];
  }
  const found = of.rules
    .filter(({ rule }) => rule.outcome === outcome)
    .flatMap(({ rule, decision }) => lastTouch(ledger, { at, decision }, rule) ?? []);
  return [...new Set(found)];
}

// ---------------------------------------------------------------------------------------------------- credit

/** The contacts that earn their one success by this conversion, noted in the ledger (GA5). */
function learn(ledger: Contact[], telling: Telling): readonly Contact[] {
  const { at } = telling;
  const earning = contactsOfTelling(ledger, telling, 'conversion').filter(
    (contact) => contact.at <= at && mayEarnCredit(contact, at) && !hasEarned(contact),
  );
  for (const contact of earning) {
    const outcomes = { ...contact.outcomes, conversion: at };
    ledger[ledger.indexOf(contact)] = withoutNeed({ ...contact, outcomes });
  }
  return earning;
}

/** Whether a conversion may be put down to a contact (GA2, GA3). */
function hasClaim(contact: Contact, { at, of }: Telling): boolean {
  if (contact.at > at || !mayEarnCredit(contact, at)) return false;
  if (of.kind === 'report') return reportedContact([contact], of.contact) !== undefined;
  return of.rules.some(
    ({ rule }) =>
      rule.outcome === 'conversion' &&
      isInReach(contact, { at, windowMs: rule.windowMs }) &&
      speaksOf(rule, contact),
  );
}

function creditsOf(
  touches: readonly Touch[],
  { at, value }: Telling,
  models: Readonly<Record<string, AttributionModel>>,
) {
  // Which touches have a claim is known by now.
  const reach = { at, windowMs: Number.POSITIVE_INFINITY };
  return {
    value,
    counted: attributeByAll(touches, { ...reach, value: millionth }, models),
    valued: attributeByAll(touches, { ...reach, value: value ?? 0 }, models),
  };
}
