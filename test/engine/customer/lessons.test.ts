import { describe, expect, it } from 'vitest';
import {
  type Contact,
  type DecisionId,
  day,
  defaultTenant,
  type Lesson,
  type LogMessage,
  type OutcomeKind,
  type OutcomeMessage,
  type Partition,
  type PredictorSample,
  userKey,
} from '../../../engine/index.ts';
import { bookOf } from '../support/book.ts';
import { hour, noon, track } from '../support/events.ts';
import { type Ledger, openLedger, received } from '../support/fold.ts';

const ada = userKey('ada');
const home = { tenant: defaultTenant, partition: 0 as Partition, key: ada };

/** Mails have to be viewed; what is shown on the page counts as it is. */
const book = bookOf(`
channels:
  web: { direction: pull }
  mail: { direction: push, views: required }
placements:
  hero: { channel: web, limit: 1, fallback: { title: Hello } }
  inbox: { channel: mail, limit: 1 }
policies:
  remembered: { scope: customer, limit: 1000, within: 60d, counts: decided }
outcomes:
  opened: { on: Mail Opened, outcome: impression, within: 7d, channels: [mail] }
  bought: { on: Order Completed, outcome: conversion, within: 7d }
triggers:
  cart-left: { on: Cart Updated, ask: inbox }
---
action: voucher
group: sales/vouchers
value: 10
treatments:
  hero: { channel: web, content: { title: Ten off } }
  letter: { channel: mail, content: { title: Ten off } }
`);

const served = (number: number) => [{ code: 1, ids: [number], score: -300 }];

function contact(number: number, at: number, options: Partial<Contact> = {}): Contact {
  const offer = { action: 'voucher', group: 'sales/vouchers', treatment: 'hero', channel: 'web' };
  const contact = { decision: `d${number}` as DecisionId, at, ...offer, placement: 'hero' };
  return { ...contact, served: served(number), ...options };
}

const mailed = (number: number, at: number): Contact =>
  contact(number, at, { channel: 'mail', placement: 'inbox', treatment: 'letter', needsView: true });

function decided(contacts: readonly Contact[], sample?: PredictorSample): LogMessage {
  const [{ decision, at }] = contacts as [Contact];
  const made = { kind: 'decision', id: `d:${decision}`, ...home, receivedAt: at, contacts } as const;
  return sample ? { ...made, sample } : made;
}

function reported(
  number: number,
  outcome: OutcomeKind,
  timestamp: number,
  receivedAt = timestamp,
): OutcomeMessage {
  const decision = `d${number}` as DecisionId;
  return { kind: 'outcome', id: `o:${number}:${outcome}`, ...home, receivedAt, decision, outcome, timestamp };
}

type Told = (number: number, model?: string) => Lesson;

const told =
  (kind: 'shown' | 'converted'): Told =>
  (number, model = 'voucher/hero') => ({ kind, model, served: served(number) });
const shown = told('shown');
const converted = told('converted');

function servedLeft(ledger: Ledger): readonly (boolean | undefined)[] {
  return ledger.states.get(ada)?.own.contacts.map((left) => left.served !== undefined) ?? [];
}

describe('lessons of contacts', () => {
  it('AT3: are one for each contact when the decision is folded, and none when it comes again', () => {
    const ledger = openLedger(book);
    const two = [contact(1, noon), contact(1, noon, { placement: 'side', served: served(2) })];
    ledger.fold(decided(two), decided(two));
    expect(ledger.lessons).toEqual([shown(1), shown(2)]);
    const message = decided([contact(3, noon), contact(3, noon, { placement: 'side' })]);
    expect(ledger.learnedBy(message)).toEqual({ 'voucher/hero': [2, 0] });
  });

  it('say what the decision was made on while that is collected', () => {
    const ledger = openLedger(book);
    const sample = { names: ['orders.count', 'city'], values: [3, null] };
    ledger.fold(decided([contact(1, noon)], sample));
    expect(ledger.lessons).toEqual([{ kind: 'context', ...sample }, shown(1)]);
  });

  it('AT3: are a success at the first conversion, after which the contact keeps nothing', () => {
    const ledger = openLedger(book);
    ledger.fold(decided([contact(1, noon)]), received(track('Order Completed', { timestamp: noon + hour })));
    ledger.fold(reported(1, 'conversion', noon + 2 * hour), reported(1, 'click', noon + 3 * hour));
    expect(ledger.lessons).toEqual([shown(1), converted(1)]);
    expect(servedLeft(ledger)).toEqual([false]);
  });

  it('AT1: go to the contact of the named decision, else to the latest one that has not converted', () => {
    const ledger = openLedger(book);
    for (const number of [1, 2, 3]) ledger.fold(decided([contact(number, noon + number)]));
    ledger.fold(reported(1, 'conversion', noon + hour));
    const order = () => received(track('Order Completed', { timestamp: noon + 2 * hour }));
    ledger.fold(order(), order(), order());
    expect(ledger.lessons.slice(3)).toEqual([converted(1), converted(3), converted(2)]);
  });

  it('AT1: come of the contact in the placement that the outcome is put down to', () => {
    const ledger = openLedger(book);
    const both = [contact(1, noon), contact(1, noon, { placement: 'side', served: served(2) })];
    ledger.fold(decided(both));
    const order = () => received(track('Order Completed', { timestamp: noon + hour }));
    ledger.fold(order(), order(), order());
    expect(ledger.lessons.slice(2)).toEqual([converted(2), converted(1)]);
  });

  it('AT5: end with the window, and the tallies do not', () => {
    const ledger = openLedger(book);
    ledger.fold(decided([contact(1, noon)]), decided([contact(2, noon)]), decided([contact(3, noon)]));
    const late = reported(1, 'conversion', noon + 7 * day + 1);
    expect(ledger.learnedBy(late)).toEqual({ 'voucher/hero': [0, 1] });
    ledger.fold(late);
    ledger.fold(reported(2, 'conversion', noon + day, noon + 8 * day + 1));
    ledger.fold(reported(3, 'conversion', noon + 7 * day, noon + 8 * day));
    expect(ledger.lessons.slice(3)).toEqual([converted(3)]);
  });

  it('leave nothing behind on contacts whose window is over when the ledger is written', () => {
    const ledger = openLedger(book);
    ledger.fold(decided([contact(1, noon)]), decided([contact(2, noon + 8 * day)]));
    expect(servedLeft(ledger)).toEqual([true, true]);
    ledger.fold(decided([contact(3, noon + 10 * day)]));
    expect(servedLeft(ledger)).toEqual([false, true, true]);
    expect(ledger.states.get(ada)?.own.contacts).toHaveLength(3);
  });

  it('AT6: are none once the customer is erased', () => {
    const ledger = openLedger(book);
    ledger.fold(decided([contact(1, noon)]));
    ledger.fold({ kind: 'erase', id: 'e', ...home, receivedAt: noon + 1, until: noon + 1 });
    ledger.fold(reported(1, 'conversion', noon + hour));
    expect(ledger.lessons).toEqual([shown(1)]);
    expect(ledger.states.get(ada)?.own.contacts ?? []).toEqual([]);
  });
});

describe('lessons where views are required', () => {
  const letter = 'voucher/letter';

  it('AT2: begin with the first view, an impression or a click', () => {
    const ledger = openLedger(book);
    ledger.fold(decided([mailed(1, noon)]), decided([mailed(2, noon + 1)]));
    expect(ledger.lessons).toEqual([]);
    expect(ledger.learnedBy(decided([mailed(9, noon)]))).toEqual({});
    const view = reported(1, 'impression', noon + hour);
    expect(ledger.learnedBy(view)).toEqual({ [letter]: [1, 0] });
    ledger.fold(view, reported(1, 'click', noon + 2 * hour), reported(2, 'click', noon + 3 * hour));
    ledger.fold(reported(2, 'impression', noon + hour));
    expect(ledger.lessons).toEqual([shown(1, letter), shown(2, letter)]);
  });

  it('AT2: put a conversion down to the last contact that was viewed by then', () => {
    const ledger = openLedger(book);
    ledger.fold(decided([mailed(1, noon)]), decided([mailed(2, noon + hour)]));
    ledger.fold(reported(1, 'impression', noon + 2 * hour));
    ledger.fold(received(track('Order Completed', { timestamp: noon + 3 * hour })));
    expect(ledger.lessons).toEqual([shown(1, letter), converted(1, letter)]);
  });

  it('AT2: put a conversion without a view down to nothing, and note it for contact policies', () => {
    const ledger = openLedger(book);
    ledger.fold(decided([mailed(1, noon)]));
    const order = received(track('Order Completed', { timestamp: noon + hour }));
    expect(ledger.learnedBy(order)).toEqual({});
    ledger.fold(order, reported(1, 'impression', noon + 2 * hour));
    expect(ledger.lessons).toEqual([shown(1, letter)]);
    expect(ledger.states.get(ada)?.own.contacts[0]?.outcomes?.conversion).toBe(noon + hour);
  });

  it('AT4: give credit for a conversion when a view is told of late', () => {
    const ledger = openLedger(book);
    ledger.fold(decided([mailed(1, noon)]));
    ledger.fold(received(track('Order Completed', { timestamp: noon + 2 * hour })));
    const view = reported(1, 'impression', noon + hour, noon + 3 * hour);
    expect(ledger.learnedBy(view)).toEqual({ [letter]: [1, 1] });
    ledger.fold(view);
    expect(ledger.lessons).toEqual([shown(1, letter), converted(1, letter)]);
    expect(servedLeft(ledger)).toEqual([false]);
  });

  it('AT3: are a success by the first conversion since the view, whatever was noted before it', () => {
    const ordered = (id: string, at: number) =>
      received(track('Order Completed', { messageId: id, timestamp: at }));
    const ledger = openLedger(book);
    ledger.fold(decided([mailed(1, noon)]), decided([mailed(2, noon + 1)]));
    ledger.fold(reported(1, 'impression', noon + 2));
    ledger.fold(reported(2, 'conversion', noon + hour), reported(2, 'impression', noon + 2 * hour));
    const order = ordered('first', noon + 3 * hour);
    expect(ledger.learnedBy(order)).toEqual({ [letter]: [0, 1] });
    ledger.fold(order);
    expect(ledger.lessons).toEqual([shown(1, letter), shown(2, letter), converted(2, letter)]);
    expect(ledger.states.get(ada)?.own.contacts[1]?.outcomes?.conversion).toBe(noon + hour);
    ledger.fold(ordered('second', noon + 4 * hour), ordered('third', noon + 5 * hour));
    expect(ledger.lessons.slice(3)).toEqual([converted(1, letter)]);
  });

  it('AT3: are one success, whatever conversion before the view is told of later', () => {
    const ledger = openLedger(book);
    ledger.fold(decided([mailed(1, noon)]), reported(1, 'impression', noon + 2 * hour));
    ledger.fold(reported(1, 'conversion', noon + 3 * hour));
    const again = (id: string, hours: number): OutcomeMessage => ({
      ...reported(1, 'conversion', noon + hours * hour, noon + 6 * hour),
      id,
    });
    ledger.fold(again('early', 1), again('late', 5));
    ledger.fold({ ...reported(1, 'click', noon + hour / 2, noon + 7 * hour) });
    expect(ledger.lessons).toEqual([shown(1, letter), converted(1, letter)]);
    expect(ledger.learnedBy(again('later', 6))).toEqual({});
  });

  it('AT4: give credit when an earlier view is told of than the one that was known', () => {
    const ledger = openLedger(book);
    ledger.fold(decided([mailed(1, noon)]), reported(1, 'impression', noon + 3 * hour));
    ledger.fold(reported(1, 'conversion', noon + 2 * hour));
    const click = reported(1, 'click', noon + hour, noon + 4 * hour);
    expect(ledger.learnedBy(click)).toEqual({ [letter]: [0, 1] });
    ledger.fold(click, { ...reported(1, 'impression', noon + 1), id: 'once more' });
    expect(ledger.lessons).toEqual([shown(1, letter), converted(1, letter)]);
  });

  it('AT5: teach no success of a trial that was told of too late', () => {
    const ledger = openLedger(book);
    ledger.fold(decided([mailed(1, noon)]));
    ledger.fold(reported(1, 'impression', noon + hour, noon + 9 * day));
    ledger.fold(reported(1, 'conversion', noon + 2 * hour, noon + 7 * day));
    expect(ledger.lessons).toEqual([]);
  });

  it('go by the channel in which a decision put it', () => {
    const ledger = openLedger(book);
    const cart = received(track('Cart Updated'));
    expect(ledger.learnedBy(cart)).toEqual({});
    ledger.fold(cart);
    expect(ledger.states.get(ada)?.own.contacts).toMatchObject([{ channel: 'mail', needsView: true }]);
  });
});
