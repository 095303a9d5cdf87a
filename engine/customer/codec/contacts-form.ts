import { assert } from '../../assert.ts';
import type { DocumentReader } from '../../codec/document-reader.ts';
import type { DocumentWriter } from '../../codec/document-writer.ts';
import type { Contact } from '../../model/customer-state.ts';
import { type OutcomeKind, outcomeKinds } from '../../model/outcome.ts';
import { DecisionIdReader, DecisionIdWriter } from './decision-id-form.ts';
import { ServedReader, ServedWriter } from './served-form.ts';

/**
 * A ledger of contacts, as rows: a number that says which offer it was, what became of it and what there is to tell of
 * the decision's id; then the id and the times, and where contacts of the ledger have one the session and what there is to
 * learn. An offer is what was put before the customer, and told once.
 */

type Offer = Pick<Contact, 'action' | 'group' | 'treatment' | 'channel' | 'placement'>;
type Outcomes = NonNullable<Contact['outcomes']>;

/** The usual courses of things; any other is told by a bit for each outcome that there was. */
const courses: readonly (readonly OutcomeKind[] | undefined)[] = [
  undefined,
  ['impression'],
  ['impression', 'click'],
];
const otherCourse = courses.length;
/** A session is a hash of 48 bits. */
const sessionKinds = { none: 0, same: 1, told: 2 } as const;
const sessionBits = 48;
/** What contacts of a ledger have beside what all have. */
const tells = { sessions: 1, lessons: 2 } as const;

export class ContactsWriter {
  readonly #writer: DocumentWriter;
  readonly #decisions: DecisionIdWriter;
  readonly #served: ServedWriter;
  readonly #offers: Offer[] = [];
  #before: number | undefined;

  constructor(writer: DocumentWriter) {
    this.#writer = writer;
    this.#decisions = new DecisionIdWriter(writer);
    this.#served = new ServedWriter(writer);
  }

  write(contacts: readonly Contact[]): void {
    this.#writer.uint(contacts.length);
    if (contacts.length === 0) return;
    const hasSessions = contacts.some(({ session }) => session !== undefined);
    const hasLessons = contacts.some(({ served, needsView }) => served !== undefined || needsView);
    this.#writer.bits((hasSessions ? tells.sessions : 0) + (hasLessons ? tells.lessons : 0), 2);
    for (const contact of contacts) {
      this.#contact(contact);
      if (hasSessions) this.#session(contact.session);
      if (hasLessons) this.#served.write(contact);
    }
  }

  /** The session of the contact before is told in short. */
  #session(session: number | undefined): void {
    const kind =
      session === undefined
        ? sessionKinds.none
        : session === this.#before
          ? sessionKinds.same
          : sessionKinds.told;
    this.#writer.bits(kind, 2);
    if (kind !== sessionKinds.told || session === undefined) return;
    this.#writer.bits(session, sessionBits);
    this.#before = session;
  }

  #contact(contact: Contact): void {
    const { decision, at, outcomes } = contact;
    const idKind = this.#decisions.kindOf(decision);
    const bits = bitsOf(outcomes);
    const course = courseBits.indexOf(outcomes === undefined ? -1 : bits);
    const offer = this.#offers.findIndex((known) => isSame(known, contact));
    const offerNumber = offer < 0 ? this.#offers.length : offer;
    this.#writer.uint(offerNumber);
    this.#writer.bits(course < 0 ? otherCourse : course, 2);
    this.#writer.bits(idKind, 2);
    if (offer < 0) this.#offer(contact);
    this.#decisions.write(decision, idKind);
    this.#writer.time(at);
    if (outcomes === undefined) return;
    if (course < 0) this.#writer.bits(bits, outcomeKinds.length);
    for (const kind of outcomeKinds) {
      const outcomeAt = outcomes[kind];
      if (outcomeAt !== undefined) this.#writer.time(outcomeAt);
    }
  }

  #offer(offer: Offer): void {
    this.#offers.push(offer);
    this.#writer.text(offer.action);
    this.#writer.text(offer.group);
    this.#writer.text(offer.treatment);
    this.#writer.text(offer.channel);
    this.#writer.text(offer.placement);
  }
}

export class ContactsReader {
  readonly #reader: DocumentReader;
  readonly #decisions: DecisionIdReader;
  readonly #served: ServedReader;
  readonly #offers: Offer[] = [];
  #before: number | undefined;

  constructor(reader: DocumentReader) {
    this.#reader = reader;
    this.#decisions = new DecisionIdReader(reader);
    this.#served = new ServedReader(reader);
  }

  read(): readonly Contact[] {
    const contacts: Contact[] = [];
    let left = this.#reader.count();
    const told = left > 0 ? this.#reader.bits(2) : 0;
    for (; left > 0; left -= 1) {
      const contact = this.#contact();
      const session = (told & tells.sessions) !== 0 ? this.#session() : undefined;
      const learning = (told & tells.lessons) !== 0 ? this.#served.read() : undefined;
      const isPlain = session === undefined && learning === undefined;
      contacts.push(
        isPlain ? contact : { ...contact, ...(session !== undefined && { session }), ...learning },
      );
    }
    return contacts;
  }

  #session(): number | undefined {
    const kind = this.#reader.bits(2);
    if (kind === sessionKinds.none) return undefined;
    if (kind === sessionKinds.told) this.#before = this.#reader.bits(sessionBits);
    assert(kind <= sessionKinds.told && this.#before !== undefined, 'a stored contact names no session');
    return this.#before;
  }

  #contact(): Contact {
    const offerNumber = this.#reader.uint();
    const course = this.#reader.bits(2);
    const idKind = this.#reader.bits(2);
    const { action, group, treatment, channel, placement } = this.#offer(offerNumber);
    const decision = this.#decisions.read(idKind);
    const at = this.#reader.time();
    if (course === 0) return { decision, at, action, group, treatment, channel, placement };
    const outcomes = this.#outcomes(courseBits[course] ?? this.#reader.bits(outcomeKinds.length));
    return { decision, at, action, group, treatment, channel, placement, outcomes };
  }

  #offer(number: number): Offer {
    const known = this.#offers[number];
    if (known !== undefined) return known;
    assert(number === this.#offers.length, 'a stored ledger names an offer that it does not hold');
    const offer: Offer = {
      action: this.#reader.text(),
      group: this.#reader.text(),
      treatment: this.#reader.text(),
      channel: this.#reader.text(),
      placement: this.#reader.text(),
    };
    this.#offers.push(offer);
    return offer;
  }

  #outcomes(bits: number): Outcomes {
    const outcomes: Partial<Record<OutcomeKind, number>> = {};
    for (let kind = 0; kind < outcomeKinds.length; kind += 1) {
      if ((bits & (1 << kind)) !== 0) outcomes[outcomeKinds[kind] as OutcomeKind] = this.#reader.time();
    }
    return outcomes;
  }
}

function bitsOf(outcomes: Contact['outcomes']): number {
  let bits = 0;
  for (let kind = 0; outcomes !== undefined && kind < outcomeKinds.length; kind += 1) {
    if (outcomes[outcomeKinds[kind] as OutcomeKind] !== undefined) bits |= 1 << kind;
  }
  return bits;
}

/** -1 where there are no outcomes at all, which is not the same as none of them. */
const courseBits: readonly number[] = courses.map((course) =>
  course === undefined ? -1 : bitsOf(Object.fromEntries(course.map((kind) => [kind, 0]))),
);

function isSame(one: Offer, other: Offer): boolean {
  return (
    one.treatment === other.treatment &&
    one.action === other.action &&
    one.placement === other.placement &&
    one.channel === other.channel &&
    one.group === other.group
  );
}
