import { describe, expect, it } from 'vitest';
import { partedBaselines } from '../../../engine/customer/baselines.ts';
import {
  anonymousKey,
  type Baseline,
  type Contact,
  type CustomerState,
  type DecisionId,
  day,
  decodeState,
  defaultTenant,
  emptyProfile,
  encodeState,
  type LogMessage,
  limits,
  newCustomerState,
  type Partition,
  userKey,
} from '../../../engine/index.ts';
import { bookOf } from '../support/book.ts';
import { hour, noon, track } from '../support/events.ts';
import { type Ledger, openLedger, received } from '../support/fold.ts';

const ada = userKey('ada');
const home = { tenant: defaultTenant, partition: 0 as Partition, key: ada };

const book = bookOf(`
channels:
  web: { direction: pull }
  push: { direction: push }
placements:
  hero: { channel: web, limit: 1, fallback: {}, rankBy: uplift }
  message: { channel: push, limit: 1 }
policies: { once: { scope: customer, limit: 1, within: 30d, counts: decided } }
outcomes:
  bought: { on: Order Completed, outcome: conversion, within: 7d, groups: [sales/vouchers] }
  rated: { on: Product Rated, outcome: conversion, within: 7d, groups: [service/advice] }
  named: { on: Order Confirmed, outcome: conversion, within: 7d, decision: properties.decisionId }
triggers: { left: { on: Cart Updated, ask: message } }
holdout: { share: 0 }
---
action: voucher
group: sales/vouchers
value: 10
treatments: { t: { channel: web, content: {} }, p: { channel: push, content: {} } }
---
action: guide
group: service/advice
treatments: { p: { channel: push, content: {} } }
`);

const served = (number: number) => [{ code: 1, ids: [number], score: -300 }];

function baseline(number: number, at: number): Baseline {
  return {
    decision: `d${number}` as DecisionId,
    at,
    channel: 'web',
    placement: 'hero',
    served: served(number),
  };
}

function spared(number: number, at: number): LogMessage {
  const made = { contacts: [], baseline: baseline(number, at) };
  return { kind: 'decision', id: `d:d${number}`, ...home, receivedAt: at, ...made };
}

function shown(number: number, at: number): LogMessage {
  const offer = { action: 'voucher', group: 'sales/vouchers', treatment: 't', channel: 'web' };
  const contact: Contact = { decision: `d${number}` as DecisionId, at, ...offer, placement: 'hero' };
  return { kind: 'decision', id: `d:d${number}`, ...home, receivedAt: at, contacts: [contact] };
}

let serial = 0;

function happened(name: string, timestamp: number, properties: Record<string, string> = {}): LogMessage {
  serial += 1;
  const event = track(name, { messageId: `e${serial}`, timestamp, properties, userId: 'ada' });
  return received(event);
}

const kept = (ledger: Ledger) => ledger.states.get(ada)?.own.baselines ?? [];
const kinds = (ledger: Ledger) => ledger.lessons.map((lesson) => lesson.kind);

describe('a trial of no action', () => {
  it('UP3: teaches when its decision is folded, once, and counts as no contact', () => {
    const ledger = openLedger(book);
    expect(ledger.learnedBy(spared(1, noon))).toEqual({ 'none/none': [1, 0] });
    ledger.fold(spared(1, noon), spared(1, noon));
    expect(ledger.lessons).toEqual([{ kind: 'shown', model: 'none/none', served: served(1) }]);
    expect(ledger.states.get(ada)?.own.contacts).toEqual([]);
    ledger.fold(happened('Cart Updated', noon + hour));
    expect(ledger.decisions[0]?.placements[0]?.treatments).toHaveLength(1);
  });

  it('UP4: is a success at the first conversion in time that may be told of without a decision, the newest first', () => {
    const ledger = openLedger(book);
    ledger.fold(spared(1, noon), spared(2, noon + hour));
    ledger.fold(happened('Product Rated', noon + 2 * hour));
    ledger.fold(happened('Order Confirmed', noon + 2 * hour, { decisionId: 'd2' }));
    expect(kinds(ledger)).toEqual(['shown', 'shown']);
    for (const hours of [3, 4, 5]) ledger.fold(happened('Order Completed', noon + hours * hour));
    expect(ledger.lessons.slice(2)).toEqual([
      { kind: 'converted', model: 'none/none', served: served(2) },
      { kind: 'converted', model: 'none/none', served: served(1) },
    ]);
    expect(kept(ledger)).toEqual([
      expect.objectContaining({ decision: 'd1', converted: noon + 4 * hour }),
      expect.objectContaining({ decision: 'd2', converted: noon + 3 * hour }),
    ]);
    for (const each of kept(ledger)) expect(each).not.toHaveProperty('served');
  });

  it('UP4: loses a conversion to a contact that came since, which has it as without the trial, and to its window', () => {
    const ledger = openLedger(book);
    ledger.fold(spared(1, noon), shown(2, noon + hour));
    const converting = happened('Order Completed', noon + 2 * hour);
    expect(ledger.learnedBy(converting)).toEqual({ 'voucher/t': [0, 1] });
    const late = openLedger(book);
    late.fold(shown(1, noon), spared(2, noon + hour));
    expect(late.learnedBy(happened('Order Completed', noon + 2 * hour))).toEqual({
      'none/none': [0, 1],
      'voucher/t': [0, 1],
    });
    expect(late.learnedBy(happened('Order Completed', noon + 8 * day))).toEqual({});
  });

  it('UP5: goes with its learning window, and beyond a few the oldest go', () => {
    const ledger = openLedger(book);
    const many = limits.baselinesPerIdMax + 3;
    for (let number = 0; number < many; number += 1) ledger.fold(spared(number, noon + number));
    expect(kept(ledger).map(({ decision }) => decision)).toEqual(
      Array.from({ length: limits.baselinesPerIdMax }, (_, index) => `d${index + 3}`),
    );
    ledger.fold(spared(99, noon + 9 * day + hour));
    expect(kept(ledger).map(({ decision }) => decision)).toEqual(['d99']);
  });

  it('is stored and read as it is, and no customer without one takes a byte more', () => {
    const ledger = openLedger(book);
    ledger.fold(happened('Product Viewed', noon));
    const plain = ledger.states.get(ada);
    ledger.fold(spared(1, noon + hour), spared(2, noon + 2 * hour));
    ledger.fold(happened('Order Completed', noon + 3 * hour));
    const state = ledger.states.get(ada);
    if (!state || !plain) throw new Error('nothing was folded');
    expect(decodeState(encodeState(state))).toEqual(state);
    expect(plain.own).not.toHaveProperty('baselines');
  });

  it('UP4: that both sides of an un-merge hold goes with the id, and is one success at most', () => {
    const [open, done] = [baseline(1, noon), { ...baseline(1, noon), converted: noon + hour }];
    const visitor = anonymousKey('v');
    const profile = (...baselines: readonly Baseline[]) => ({ ...emptyProfile, baselines });
    const state: CustomerState = {
      ...newCustomerState(ada),
      own: profile(done, baseline(2, noon + hour)),
      sources: { [visitor]: profile(open) },
    };
    const parted = partedBaselines(state, new Set([visitor]));
    expect(parted.own.baselines).toEqual([baseline(2, noon + hour)]);
    expect(parted.sources[visitor]?.baselines).toEqual([done]);
    const apart: CustomerState = { ...state, own: profile(baseline(2, noon)) };
    expect(partedBaselines(apart, new Set([visitor]))).toBe(apart);
  });
});
