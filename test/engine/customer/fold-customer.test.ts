import { describe, expect, it } from 'vitest';
import { traitsOf } from '../../../engine/customer/profile.ts';
import {
  anonymousKey,
  type Contact,
  type CustomerKey,
  type CustomerState,
  type DecisionId,
  decodeState,
  defaultTenant,
  emptyProfile,
  encodeState,
  type LogMessage,
  newCustomerState,
  type Partition,
  profilesOf,
  type TouchpointEvent,
  userKey,
} from '../../../engine/index.ts';
import { bookOf, shopYaml } from '../support/book.ts';
import { hour, noon, track } from '../support/events.ts';
import { openLedger, received } from '../support/fold.ts';

const book = bookOf(shopYaml);
const ada = userKey('ada');
const visitor = anonymousKey('v1');

function byVisitor(name: string, options: Partial<TouchpointEvent> = {}): TouchpointEvent {
  const { userId: _none, ...event } = track(name, options);
  return { anonymousId: 'v1', ...event };
}

const signIn = (): TouchpointEvent => track('identify', { type: 'identify', anonymousId: 'v1' });

function contact(decision: string, at: number, action = 'voucher'): Contact {
  const group = 'sales/vouchers';
  return {
    decision: decision as DecisionId,
    at,
    action,
    group,
    treatment: 'hero',
    channel: 'web',
    placement: 'hero',
  };
}

function decided(key: CustomerKey, contacts: readonly Contact[]): LogMessage {
  const [first] = contacts as [Contact];
  const home = { tenant: defaultTenant, partition: 0 as Partition };
  return { kind: 'decision', id: `d:${first.decision}`, ...home, receivedAt: first.at, key, contacts };
}

function allContacts(state: CustomerState | undefined): readonly Contact[] {
  return state ? [state.own, ...Object.values(state.sources)].flatMap(({ contacts }) => contacts) : [];
}

describe('a merge', () => {
  it('counts a contact once whose decision comes through the log after the merge', () => {
    const ledger = openLedger(book);
    const made = contact('d1', noon);
    ledger.fold(received(byVisitor('Page')));
    // The request's own commit put the contact into the visitor's document.
    const before = ledger.states.get(visitor) as CustomerState;
    ledger.states.set(visitor, { ...before, own: { ...before.own, contacts: [made] } });
    ledger.fold(received(signIn()));
    ledger.fold(decided(visitor, [made]));
    expect(allContacts(ledger.states.get(ada))).toEqual([made]);
  });

  it('takes the waits of the merged id along', () => {
    const ledger = openLedger(book);
    ledger.fold(received(byVisitor('Cart Updated')));
    ledger.fold(received({ ...signIn(), timestamp: noon + 1 }));
    expect(ledger.states.get(visitor)?.timers).toEqual([]);
    expect(ledger.states.get(ada)?.timers).toMatchObject([{ trigger: 'cart-left', due: noon + 2 * hour }]);
    ledger.fold(received(track('Page', { timestamp: noon + 3 * hour })));
    expect(ledger.decisions).toMatchObject([{ customer: ada, at: noon + 2 * hour }]);
  });

  it('lets the later of two waits of one trigger stand', () => {
    const ledger = openLedger(book);
    ledger.fold(received(byVisitor('Cart Updated')));
    ledger.fold(received(track('Cart Updated', { timestamp: noon + hour })));
    ledger.fold(received({ ...signIn(), timestamp: noon + hour + 1 }));
    // Both wait, so that the visitor's could go with the visitor; the earlier one ends without asking.
    expect(ledger.states.get(ada)?.timers).toMatchObject([{ of: visitor }, { due: noon + 3 * hour }]);
    ledger.fold(received(track('Page', { timestamp: noon + 2.5 * hour })));
    expect(ledger.decisions).toEqual([]);
    ledger.fold(received(track('Page', { timestamp: noon + 4 * hour })));
    expect(ledger.decisions).toMatchObject([{ customer: ada, at: noon + 3 * hour }]);
  });

  it('by an alias of a visitor keeps the customer under the id that was given', () => {
    const ledger = openLedger(book);
    ledger.fold(received(byVisitor('Page')));
    // "v1" sorts behind "zoe" as a user id; nobody ever was the user "v1".
    const alias: TouchpointEvent = track('alias', { type: 'alias', userId: 'zoe', previousId: 'v1' });
    ledger.fold(received(alias));
    const zoe = ledger.states.get(userKey('zoe'));
    expect(zoe?.forward).toBeUndefined();
    expect(Object.keys(zoe?.sources ?? {})).toEqual([visitor]);
  });

  it('by an alias of a known id leads both ids to one document', () => {
    for (const [userId, previousId] of [
      ['ada', 'bob'],
      ['bob', 'ada'],
    ] as const) {
      const ledger = openLedger(book);
      ledger.fold(received(track('Page', { userId: 'ada' })), received(track('Page', { userId: 'bob' })));
      ledger.fold(received(track('alias', { type: 'alias', userId, previousId })));
      expect(ledger.states.get(userKey('bob'))?.forward).toBe(ada);
      expect(Object.keys(ledger.states.get(ada)?.sources ?? {})).toContain(userKey('bob'));
    }
  });
});

describe('a trait that two ids set at the same moment', () => {
  it('reads the same whichever id was merged first', () => {
    const plans = (['v1', 'v2'] as const).map((first) => {
      const second = first === 'v1' ? 'v2' : 'v1';
      let state = newCustomerState(ada);
      for (const id of [first, second]) {
        const profile = { ...emptyProfile, traits: { plan: [id, noon] as const } };
        state = { ...state, sources: { ...state.sources, [anonymousKey(id)]: profile } };
      }
      return [traitsOf(profilesOf(state)), traitsOf(profilesOf(decodeState(encodeState(state))))];
    });
    expect(plans.flat()).toEqual(Array.from({ length: 4 }, () => ({ plan: 'v1' })));
  });
});

describe('outcomes of one event', () => {
  it('teach of every contact that they mark', () => {
    const twice = bookOf(
      shopYaml.replace(
        'bought: { on: Order Completed, outcome: conversion, within: 7d }',
        'bought: { on: Order Completed, outcome: conversion, within: 7d }\n' +
          '  named: { on: Order Completed, outcome: conversion, within: 7d, decision: properties.decision }',
      ),
    );
    const ledger = openLedger(twice);
    ledger.fold(decided(ada, [contact('d1', noon - 2)]), decided(ada, [contact('d2', noon - 1)]));
    const learned = ledger.learnedBy(received(track('Order Completed', { properties: { decision: 'd1' } })));
    expect(learned).toEqual({ 'voucher/hero': [0, 2] });
  });
});
