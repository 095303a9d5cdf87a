import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../../../../bench/measure/random.ts';
import {
  AttributionGathering,
  type AttributionOptions,
  type AttributionReport,
  anonymousKey,
  attributionModels,
  type Contact,
  type CreditedBy,
  type CustomerKey,
  creditedBy,
  type DecisionId,
  type DecisionMessage,
  defaultTenant,
  type LogMessage,
  type Partition,
  userKey,
} from '../../../../engine/index.ts';
import { event, merged, reported } from '../../experiments/report/gathered-shop.ts';
import { bookOf, shopYaml } from '../../support/book.ts';
import { noon } from '../../support/events.ts';
import { openLedger } from '../../support/fold.ts';

const yaml = shopYaml
  .replace('consent: per-channel }', 'consent: per-channel, views: required }')
  .replace(
    'outcome: conversion, within: 7d }',
    'outcome: conversion, within: 7d, groups: [sales], value: properties.revenue }\n' +
      '  pushed: { on: Order Completed, outcome: conversion, within: 1d, channels: [push] }\n' +
      '  opened: { on: Push Opened, outcome: impression, within: 2d, channels: [push], decision: properties.decisionId }',
  );
const book = bookOf(yaml);
const ada = userKey('ada');
const hour = 3_600_000;
const day = 24 * hour;
const since = noon - 30 * day;
const models = attributionModels;

let decisions = 0;

function contact(action: string, at: number, more: Partial<Contact> = {}): Contact {
  decisions += 1;
  const decision = `d${decisions}` as DecisionId;
  const offers: Readonly<Record<string, string>> = {
    voucher: 'sales/vouchers',
    club: 'sales/loyalty',
    guide: 'service/advice',
    'cart-push': 'retention/push',
  };
  const channel = action === 'cart-push' ? 'push' : 'web';
  return {
    ...{ decision, at, action, group: offers[action] ?? '', treatment: 'hero', channel },
    ...{ placement: 'hero', ...more },
  };
}

function shown(key: CustomerKey, contacts: readonly Contact[], presentedAs?: CustomerKey): DecisionMessage {
  const [first] = contacts;
  return {
    ...{ kind: 'decision', id: `d:${first?.decision}`, tenant: defaultTenant, partition: 0 as Partition },
    ...{ receivedAt: first?.at ?? noon, key, contacts, ...(presentedAs && { presentedAs }) },
  };
}

function order(key: CustomerKey, at: number, revenue?: number): LogMessage {
  return event(key, 'Order Completed', at, { ...(revenue !== undefined && { properties: { revenue } }) });
}

function gathered(
  messages: readonly LogMessage[],
  options: Partial<AttributionOptions> = {},
): AttributionReport {
  const gathering = new AttributionGathering({ rulebook: book, models, since, until: noon, ...options });
  for (const message of messages) gathering.takeMessage(message);
  return gathering.report();
}

/** By model, what a row has of the value in whole units. */
function worthOf(report: AttributionReport, by: CreditedBy, name: string) {
  const row = report.rows[by].find((each) => each.name === name);
  const entries = Object.entries(row?.credits ?? {});
  return Object.fromEntries(entries.map(([model, { value }]) => [model, Number(value) / 1e6]));
}

describe('a report on attribution', () => {
  it('shares a conversion and its value among the touches before it, by every model', () => {
    const report = gathered([
      shown(ada, [contact('voucher', noon - 3 * day)]),
      shown(ada, [contact('club', noon - 2 * day)]),
      shown(ada, [contact('voucher', noon - day)]),
      order(ada, noon - hour, 100),
    ]);
    expect(worthOf(report, 'action', 'voucher')).toMatchObject({
      ...{ lastTouch: 100, firstTouch: 100, positionBased: 80 },
      linear: 66.666667,
    });
    expect(worthOf(report, 'action', 'club')).toMatchObject({
      lastTouch: 0,
      linear: 33.333333,
      positionBased: 20,
    });
    expect(worthOf(report, 'group', 'sales/loyalty')).toMatchObject({ linear: 33.333333 });
    expect(worthOf(report, 'channel', 'web')).toMatchObject({ linear: 100, timeDecay: 100 });
    expect(report).toMatchObject({
      ...{ touches: 3, conversions: 1, learned: 1, withoutValue: 0 },
      total: { conversions: 1_000_000n, value: 100_000_000n },
      unattributed: { conversions: 0n, value: 0n },
    });
    expect(report.rows.action.map(({ name, touches, learned }) => [name, touches, learned])).toEqual([
      ['club', 1, 0],
      ['voucher', 2, 1],
    ]);
  });

  it('tells apart what nothing that was shown has a claim to', () => {
    const report = gathered([
      shown(ada, [contact('guide', noon - 2 * hour)]),
      shown(ada, [contact('voucher', noon - 9 * day)]),
      order(ada, noon - hour, 30),
      order(userKey('nobody'), noon - hour, 12.5),
    ]);
    expect(report.unattributed).toEqual({ conversions: 2_000_000n, value: 42_500_000n });
    expect(report.learned).toBe(0);
  });

  it('takes an event for one conversion, however many rules tell of it, each with its own window', () => {
    const report = gathered([
      shown(ada, [contact('voucher', noon - 3 * day)]),
      shown(ada, [contact('cart-push', noon - 2 * day)]),
      shown(ada, [contact('cart-push', noon - 2 * hour)]),
      order(ada, noon - hour, 10),
    ]);
    expect(report.total).toEqual({ conversions: 1_000_000n, value: 10_000_000n });
    expect(worthOf(report, 'channel', 'push')).toMatchObject({ linear: 5, lastTouch: 10 });
    // Either rule finds a contact of its own to learn from.
    expect(report.learned).toBe(2);
  });

  it('counts a conversion without a number as one without a value', () => {
    const report = gathered([
      shown(ada, [contact('voucher', noon - 3 * day)]),
      order(ada, noon - 2 * hour),
      order(ada, noon - hour, 2e9),
      order(ada, noon - hour / 2, -5),
    ]);
    expect(report).toMatchObject({ conversions: 3, withoutValue: 2, learned: 1 });
    expect(report.total).toEqual({ conversions: 3_000_000n, value: -5_000_000n });
  });

  it('gives nothing to what was not viewed by then, where the channel asks for views', () => {
    const unseen = contact('cart-push', noon - 5 * hour, { needsView: true });
    const seen = contact('cart-push', noon - 4 * hour, { needsView: true, action: 'boots-push' });
    const late = contact('cart-push', noon - 3 * hour, { needsView: true, action: 'late-push' });
    const opened = ({ decision }: Contact, at: number): LogMessage => {
      const message = event(ada, 'Push Opened', at);
      return { ...message, event: { ...message.event, properties: { decisionId: decision } } };
    };
    const report = gathered([
      ...[unseen, seen, late].map((touch) => shown(ada, [touch])),
      order(ada, noon - 2 * hour, 10),
      // Told of after the order, which it preceded.
      opened(seen, noon - 3 * hour),
      opened(late, noon - hour),
    ]);
    for (const model of Object.keys(models)) {
      expect(worthOf(report, 'action', 'boots-push')).toMatchObject({ [model]: 10 });
    }
    expect(report.rows.action.map(({ name, learned }) => [name, learned])).toEqual([
      ['boots-push', 1],
      ['cart-push', 0],
      ['late-push', 0],
    ]);
  });

  it('leaves a reported conversion to its contact, where no event tells of one', () => {
    const silent = bookOf(shopYaml.replace('outcome: conversion, within: 7d', 'outcome: click, within: 7d'));
    const touch = contact('voucher', noon - 2 * hour);
    const messages = [
      shown(ada, [touch]),
      shown(ada, [contact('club', noon - hour)]),
      { ...reported(ada, touch.decision, noon - 1), value: 7 },
    ];
    const report = gathered([...messages, ...messages], { rulebook: silent });
    expect(worthOf(report, 'action', 'voucher')).toMatchObject({ lastTouch: 7, linear: 7, firstTouch: 7 });
    expect(report).toMatchObject({ conversions: 1, learned: 1, reportsLeftOut: 0 });
    expect(gathered(messages)).toMatchObject({ conversions: 0, reportsLeftOut: 1 });
  });

  it('follows a customer through a merge, and forgets who was erased', () => {
    const visitor = anonymousKey('v');
    const messages = [
      shown(visitor, [contact('voucher', noon - 3 * hour)]),
      merged(visitor, ada, noon - 2 * hour),
      order(ada, noon - hour, 10),
    ];
    expect(worthOf(gathered(messages), 'action', 'voucher')).toMatchObject({ linear: 10 });
    const erased = [visitor, ada].map((key) => ({
      ...{ ...merged(visitor, ada, noon), kind: 'erase' as const, key, until: noon },
    }));
    expect(gathered([...messages, ...erased])).toMatchObject({ touches: 0, conversions: 0 });
  });

  it('counts what happened in the period, and touches before it that were in the window', () => {
    const options = { since: noon - day };
    const report = gathered(
      [
        shown(ada, [contact('voucher', noon - 2 * day)]),
        order(ada, noon - day, 1),
        order(ada, noon - day + 1, 2),
        order(ada, noon + 1, 4),
      ],
      options,
    );
    expect(report.total.value).toBe(2_000_000n);
    expect(worthOf(report, 'action', 'voucher')).toMatchObject({ linear: 2 });
    // The first order was the one success of the contact.
    expect(report).toMatchObject({ touches: 0, learned: 0 });
  });

  it('tells of touches and events that it had no room for', () => {
    const touches = Array.from({ length: 259 }, (_, number) => contact('voucher', noon - day + number));
    const orders = Array.from({ length: 130 }, (_, number) => order(ada, noon - hour + number, 1));
    const report = gathered([...touches.map((touch) => shown(ada, [touch])), ...orders]);
    expect(report.lost).toEqual({ touches: 3, tellings: 2 });
    expect(report.total.conversions).toBe(128_000_000n);
  });

  it('counts as learned what the tallies of the fold count, where all is told as it happens', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const log = livedThrough(new Random(seed));
        const messages = [...log].sort((one, other) => one.receivedAt - other.receivedAt);
        const ledger = openLedger(book);
        const successes: Record<string, number> = {};
        for (const message of messages) {
          for (const [key, [, positives]] of Object.entries(ledger.learnedBy(message))) {
            const action = key.slice(0, key.indexOf('/'));
            if (positives > 0) successes[action] = (successes[action] ?? 0) + positives;
          }
          ledger.fold(message);
        }
        const rows = gathered(messages).rows.action;
        const learned = rows.flatMap((row) => (row.learned > 0 ? [[row.name, row.learned] as const] : []));
        expect(Object.fromEntries(learned)).toEqual(successes);
      }),
      { numRuns: 60 },
    );
  });

  it('sums to the conversions exactly by every model, whatever comes twice and in whatever order', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const random = new Random(seed);
        const messages = livedThrough(random);
        const report = gathered(messages);
        for (const by of creditedBy) {
          for (const model of Object.keys(models)) {
            const sum = (part: 'conversions' | 'value') =>
              report.rows[by].reduce((all, row) => all + (row.credits[model]?.[part] ?? 0n), 0n);
            expect(sum('conversions') + report.unattributed.conversions).toBe(report.total.conversions);
            expect(sum('value') + report.unattributed.value).toBe(report.total.value);
          }
        }
        expect(report.total.conversions).toBe(BigInt(report.conversions) * 1_000_000n);
        const again = random.some(
          [...messages, ...messages.map((message) => ({ ...message }))],
          2 * messages.length,
        );
        expect(gathered(again)).toEqual(report);
      }),
      { numRuns: 60 },
    );
  });
});

/** Contacts, views and orders of three people, no two at one moment. */
function livedThrough(random: Random): readonly LogMessage[] {
  const people = ['a', 'b', 'c'].map((name) => userKey(name));
  return Array.from({ length: random.between(5, 40) }, (_, number) => {
    const key = random.pick(people);
    const at = noon - random.between(1, 200) * hour - number;
    const action = random.pick(['voucher', 'club', 'guide', 'cart-push']);
    const needsView = action === 'cart-push' && { needsView: true as const };
    if (random.chance(0.6)) return shown(key, [contact(action, at, { ...needsView })]);
    if (random.chance(0.4)) return event(key, 'Push Opened', at);
    return order(key, at, random.chance(0.8) ? random.between(-500, 99_999) / 100 : undefined);
  });
}
