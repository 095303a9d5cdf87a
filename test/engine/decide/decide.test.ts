import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type ConsentState,
  type Contact,
  type CustomerKey,
  type CustomerState,
  type DecideInput,
  type DecisionId,
  decide,
  defaultTenant,
  emptyModel,
  explain,
  newCustomerState,
  type PlacementDecision,
  type Rulebook,
  userKey,
} from '../../../engine/index.ts';
import { bookOf, shopYaml } from '../support/book.ts';
import { hour, noon } from '../support/events.ts';

const ada = userKey('ada');
const book = bookOf(shopYaml);
const granted: ConsentState = { status: 'granted', at: 0, source: 'test' };

function input(overrides: Partial<DecideInput> = {}): DecideInput {
  return {
    id: 'd1' as DecisionId,
    tenant: defaultTenant,
    customer: ada,
    state: undefined,
    rulebook: book,
    model: emptyModel,
    cause: { kind: 'request', requestId: 'r' },
    seed: 'seed',
    now: noon,
    placements: ['hero'],
    context: {},
    explain: true,
    budgets: { left: () => 1_000_000 },
    ...overrides,
  };
}

function stateWith(own: Partial<CustomerState['own']>, key: CustomerKey = ada): CustomerState {
  const state = newCustomerState(key);
  return { ...state, own: { ...state.own, ...own } };
}

function contact(action: string, ago: number, more: Partial<Contact> = {}): Contact {
  return {
    decision: `c${ago}` as DecisionId,
    at: noon - ago,
    action,
    group: 'sales/vouchers',
    treatment: 'hero',
    channel: 'web',
    placement: 'hero',
    ...more,
  };
}

function placementOf(overrides: Partial<DecideInput>): PlacementDecision {
  return decide(input(overrides)).decision.placements[0] as PlacementDecision;
}

function codes(overrides: Partial<DecideInput>): Record<string, string> {
  return Object.fromEntries(placementOf(overrides).reasons.map(({ action, code }) => [action, code]));
}

function shown(overrides: Partial<DecideInput>): readonly string[] {
  return placementOf(overrides).treatments.map(({ action }) => action);
}

/** The shop with one passage replaced. */
function shop(search: string, replacement: string): Rulebook {
  if (!shopYaml.includes(search)) throw new Error(`the shop has no ${search}`);
  return bookOf(shopYaml.replace(search, replacement));
}

describe('the decision pipeline', () => {
  it('gives equal decisions for equal inputs, byte for byte', () => {
    expect(JSON.stringify(decide(input()))).toBe(JSON.stringify(decide(input())));
  });

  it('gives every candidate exactly one reason, for random customers', () => {
    const features = fc.record({
      'orders.count': fc.nat(4),
      'orders.days_since': fc.option(fc.nat(60), { nil: undefined }),
    });
    fc.assert(
      fc.property(features, fc.boolean(), fc.nat(5), fc.string(), (facts, consents, contacts, seed) => {
        const state = stateWith({
          consent: consents ? { marketing: granted } : {},
          contacts: Array.from({ length: contacts }, (_, index) => contact('voucher', (index + 1) * hour)),
        });
        const { decision } = decide(
          input({ state, seed, placements: ['hero', 'side'], overrides: new Map(Object.entries(facts)) }),
        );
        for (const { placement, reasons } of decision.placements) {
          const candidates = book.placements.get(placement)?.candidates ?? [];
          expect(reasons.map(({ action }) => action).sort()).toEqual(
            candidates.map(({ action }) => action.name).sort(),
          );
        }
      }),
    );
  });

  it('names the tier that failed, with the condition and the value it saw', () => {
    const state = stateWith({ consent: { marketing: granted } });
    const reasonOfClub = (facts: Record<string, unknown>) =>
      placementOf({ state, placements: ['side'], overrides: new Map(Object.entries(facts)) }).reasons.find(
        ({ action }) => action === 'club',
      );
    expect(reasonOfClub({ 'orders.count': 1 })).toEqual({
      action: 'club',
      code: 'eligibility',
      failed: { fact: 'orders.count', operator: 'greaterThanInclusive', expected: 2, seen: 1 },
    });
    expect(reasonOfClub({ 'orders.count': 2, 'orders.days_since': 31 })).toMatchObject({
      code: 'applicability',
    });
    expect(reasonOfClub({ 'orders.count': 2, 'orders.days_since': 3 })).toMatchObject({ code: 'chosen' });
  });

  it('makes no contact without the purpose granted', () => {
    const facts = {
      overrides: new Map([
        ['orders.count', 2],
        ['orders.days_since', 3],
      ]),
      placements: ['side'],
    };
    const denied: ConsentState = { ...granted, status: 'withdrawn' };
    expect(codes({ ...facts }).club).toBe('consent');
    expect(codes({ ...facts, state: stateWith({ consent: { marketing: denied } }) }).club).toBe('consent');
    expect(codes({ ...facts, state: stateWith({ consent: { marketing: granted } }) }).club).toBe('chosen');
  });

  it('lets the word of a channel overrule that of the purpose', () => {
    const denied: ConsentState = { ...granted, status: 'denied' };
    const ask = (consent: Record<string, ConsentState>) =>
      codes({ placements: ['push-message'], state: stateWith({ consent }) })['boots-push'];
    expect(ask({ marketing: granted })).toBe('outranked');
    expect(ask({ marketing: granted, 'marketing/push': denied })).toBe('consent');
    expect(ask({ 'marketing/push': granted })).toBe('outranked');
  });

  it('counts contacts of the scope inside the window, and not one that is exactly as old', () => {
    const day = 24 * hour;
    const at = (...ages: number[]) =>
      codes({ state: stateWith({ contacts: ages.map((age) => contact('voucher', age)) }) });
    expect(at(1, 2).voucher).toBe('chosen');
    expect(at(1, 2, 3).voucher).toBe('contact-policy');
    expect(at(1, 2, day).voucher).toBe('chosen');
    expect(at(1, 2, day - 1).voucher).toBe('contact-policy');
  });

  it('counts what the decision itself chose: two treatments cannot both be the last one allowed', () => {
    const rulebook = shop(
      'scope: action, match: { actions: [voucher] }, limit: 3',
      'scope: customer, limit: 1',
    );

    const placement = placementOf({ rulebook, placements: ['hero'], limit: 2 });
    expect(placement.treatments).toHaveLength(1);
    expect(placement.reasons).toContainEqual(
      expect.objectContaining({ action: 'guide', code: 'contact-policy', by: 'voucher-cap' }),
    );
  });

  it('refuses what its budget cannot pay', () => {
    const rulebook = shop('value: 100', 'value: 100\nbudgets: [vouchers]');
    expect(codes({ rulebook, budgets: { left: () => 0 } }).voucher).toBe('budget');
    expect(codes({ rulebook, budgets: { left: () => 1 } }).voucher).toBe('chosen');
  });

  it('refuses what a budget that matches it cannot pay, by channel, group and action', () => {
    const matched = (match: string) =>
      shop('budgets:\n', `budgets:\n  pot: { unit: contacts, total: 5, period: day, match: ${match} }\n`);
    const without = { left: (name: string) => (name === 'pot' ? 0 : 9) };
    expect(codes({ rulebook: matched('{ actions: [voucher] }'), budgets: without }).voucher).toBe('budget');
    expect(codes({ rulebook: matched('{ channels: [web] }'), budgets: without }).voucher).toBe('budget');
    expect(codes({ rulebook: matched('{}'), budgets: without }).voucher).toBe('budget');
    expect(codes({ rulebook: matched('{ actions: [guide] }'), budgets: without }).voucher).toBe('chosen');
    expect(codes({ rulebook: matched('{ channels: [push] }'), budgets: without }).voucher).toBe('chosen');
  });

  it('takes a contact from a budget once, though its action names it and it matches', () => {
    const rulebook = shop(
      'vouchers: { unit: contacts, total: 10, period: day }',
      'vouchers: { unit: contacts, total: 10, period: day, match: { actions: [voucher] } }\n  money: { unit: cost, total: 9, period: week, match: {} }',
    );
    const priced = bookOf(
      shopYaml
        .replace(
          'vouchers: { unit: contacts, total: 10, period: day }',
          'vouchers: { unit: contacts, total: 10, period: day, match: { actions: [voucher] } }\n  money: { unit: cost, total: 9, period: week, match: {} }',
        )
        .replace('value: 100', 'value: 100\nbudgets: [vouchers]\ncost: { web: 0.25 }'),
    );
    expect(decide(input({ rulebook })).spends).toEqual([{ budget: 'vouchers', amount: 1 }]);
    expect(decide(input({ rulebook: priced })).spends).toEqual([
      { budget: 'vouchers', amount: 1 },
      { budget: 'money', amount: 250_000 },
    ]);
  });

  it('tells apart a budget that is exhausted from one that only waits for its time', () => {
    const paced = shop(
      'vouchers: { unit: contacts, total: 10, period: day }',
      'vouchers: { unit: contacts, total: 10, period: day, pace: even, match: { actions: [voucher] } }',
    );
    const none = { left: () => 0 };
    expect(codes({ rulebook: paced, budgets: none }).voucher).toBe('paced');
    const lastMoment = Math.floor(noon / 86_400_000) * 86_400_000 + 86_400_000 - 1;
    expect(codes({ rulebook: paced, budgets: none, now: lastMoment }).voucher).toBe('budget');
  });

  it('drops an action that is expected to earn less than its contact costs', () => {
    const rulebook = shop('value: 100', 'value: 1\ncost: { web: 0.2 }');
    expect(codes({ rulebook }).voucher).toBe('not-worth-its-cost');
  });

  it('multiplies P, V, C and L and takes the cost off, and leaves out what the placement says', () => {
    const rulebook = bookOf(
      shopYaml
        .replace('value: 100', 'value: 100\nlever: 50\ncost: { web: 0.5 }')
        .replace(
          'arbitration: { exploration: 0,',
          'hierarchy: { sales: { lever: 150 } }\narbitration: { exploration: 0, contextWeights: [{ when: { fact: context.rain, operator: equal, value: true }, groups: [sales], weight: 200 }],',
        )
        .replace('side: { channel: web, limit: 2,', 'side: { channel: web, limit: 2, without: [P, cost],'),
    );
    const [first] = placementOf({ rulebook, context: { rain: true } }).treatments;
    expect(first).toMatchObject({ P: 0.1, V: 100, C: 3, L: 3, cost: 0.5 });
    expect(first?.priority).toBeCloseTo(0.1 * 100 * 3 * 3 - 0.5);
    const [guide] = placementOf({ rulebook, placements: ['side'] }).treatments;
    expect(guide).toMatchObject({ action: 'guide', P: 1, V: 50, cost: 0, priority: 50 });
  });

  it('does not show an action in two placements of one request', () => {
    const { decision } = decide(input({ placements: ['hero', 'side'], limit: 2 }));
    expect(decision.placements.map(({ treatments }) => treatments.map(({ action }) => action))).toEqual([
      ['voucher', 'guide'],
      [],
    ]);
    expect(decision.placements[1]?.fallback).toEqual({ fallback: true, content: { title: 'Look' } });
    expect(decision.placements[1]?.reasons).toContainEqual({ action: 'guide', code: 'already-placed' });
  });

  it('shows the fallback to a customer who is held out, and says so', () => {
    const rulebook = bookOf(`${shopYaml}\n---\nholdout: { name: control, share: 1 }\n`);
    const { decision } = decide(input({ rulebook }));
    expect(decision.arms).toEqual([{ experiment: 'control', arm: 'holdout' }]);
    expect(decision.placements[0]).toMatchObject({
      treatments: [],
      fallback: { content: { title: 'Hello' } },
    });
    expect(decision.placements[0]?.reasons.map(({ code }) => code)).toEqual([
      'no-treatment',
      'holdout',
      'holdout',
    ]);
  });

  it('holds out the share it declares, always the same customers', () => {
    const rulebook = bookOf(`${shopYaml}\n---\nholdout: { name: control, share: 0.2 }\n`);
    const isHeld = (index: number) =>
      decide(input({ rulebook, customer: userKey(`c${index}`) })).decision.arms[0]?.arm === 'holdout';
    const held = Array.from({ length: 5_000 }, (_, index) => isHeld(index));
    const share = held.filter(Boolean).length / held.length;
    // Five standard errors of a share of 0.2 over 5,000.
    expect(Math.abs(share - 0.2)).toBeLessThan(5 * Math.sqrt((0.2 * 0.8) / 5_000));
    expect(Array.from({ length: 100 }, (_, index) => isHeld(index))).toEqual(held.slice(0, 100));
  });

  it('logs the probability that chance really has', () => {
    const rulebook = shop('exploration: 0,', 'exploration: 0.4,');
    const counts = new Map<string, number>();
    const rounds = 20_000;
    for (let round = 0; round < rounds; round += 1) {
      const [first] = placementOf({ rulebook, seed: `s${round}`, explain: false }).treatments;
      if (!first) throw new Error('somebody is always chosen');
      counts.set(first.action, (counts.get(first.action) ?? 0) + 1);
      expect(first.probability).toBeCloseTo(first.action === 'voucher' ? 0.8 : 0.2, 12);
    }
    const share = (counts.get('voucher') ?? 0) / rounds;
    expect(Math.abs(share - 0.8)).toBeLessThan(5 * Math.sqrt((0.8 * 0.2) / rounds));
  });

  it('breaks ties at the top by the seed, each as likely as the other', () => {
    const rulebook = shop('value: 100', 'value: 50');
    const firsts = Array.from(
      { length: 400 },
      (_, round) => placementOf({ rulebook, seed: `s${round}` }).treatments[0],
    );
    expect(new Set(firsts.map((first) => first?.action))).toEqual(new Set(['voucher', 'guide']));
    expect(firsts.every((first) => first?.probability === 0.5)).toBe(true);
  });

  it('keeps to the validity period', () => {
    const rulebook = shop('value: 100', 'value: 100\nvalid: { from: 2026-03-01, until: 2026-03-01 }');
    expect(codes({ rulebook }).voucher).toBe('chosen');
    expect(codes({ rulebook, now: Date.UTC(2026, 2, 2) }).voucher).toBe('not-valid-now');
    expect(codes({ rulebook, now: Date.UTC(2026, 1, 28, 23, 59) }).voucher).toBe('not-valid-now');
  });

  it('takes the evidence of each treatment into its propensity', () => {
    const model = { version: 120, tallies: { 'guide/hero': [10, 9] as const } };
    expect(shown({ model })).toEqual(['guide']);
    expect(placementOf({ model }).treatments[0]?.P).toBe((1 + 9) / (10 + 10));
  });

  it('tells how the candidates fell away', () => {
    const { decision } = decide(input({ placements: ['side'] }));
    expect(explain(decision).placements.side?.funnel).toEqual({
      candidates: 3,
      available: 2,
      eligible: 1,
      applicable: 1,
      suitable: 1,
      consented: 1,
      permitted: 1,
      worthwhile: 1,
      treated: 1,
      chosen: 1,
    });
  });
});
