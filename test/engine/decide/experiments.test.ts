import { describe, expect, it } from 'vitest';
import {
  anonymousKey,
  type DecideInput,
  type DecisionId,
  decide,
  defaultTenant,
  emptyModel,
  explain,
  newCustomerState,
  type PlacementDecision,
  userKey,
} from '../../../engine/index.ts';
import { bookOf } from '../support/book.ts';
import { hour, noon } from '../support/events.ts';

const base = `
channels:
  web: { direction: pull }
  email: { direction: push }
placements:
  hero: { channel: web, limit: 3, fallback: { title: Hello } }
  side: { channel: web, limit: 3, fallback: { title: Look } }
  mail: { channel: email }
policies:
  club-once: { scope: action, match: { actions: [club] }, limit: 1, within: 1d }
---
action: voucher
group: sales/vouchers
value: 100
treatments:
  plain: { channel: web, content: { title: Ten off } }
  bold: { channel: web, content: { title: TEN OFF } }
  letter: { channel: email, content: { subject: Ten off } }
---
action: club
group: sales/loyalty
value: 50
treatments:
  card: { channel: web, content: { title: Club } }
---
action: guide
group: service/advice
value: 20
treatments:
  card: { channel: web, content: { title: Guide } }
  letter: { channel: email, content: { subject: Guide } }
`;

function bookWith(experiments: string) {
  return bookOf(`${base}\n---\n${experiments}`);
}

function input(experiments: string, more: Partial<DecideInput> = {}): DecideInput {
  return {
    id: 'd1' as DecisionId,
    tenant: defaultTenant,
    customer: userKey('ada'),
    state: undefined,
    rulebook: bookWith(experiments),
    model: emptyModel,
    cause: { kind: 'request', requestId: 'r' },
    seed: 'seed',
    now: noon,
    placements: ['hero'],
    context: {},
    explain: true,
    budgets: { left: () => 1_000_000 },
    ...more,
  };
}

function reasonsOf({ reasons }: PlacementDecision): Readonly<Record<string, string>> {
  return Object.fromEntries(
    reasons.map(({ action, code, by }) => [action, by === undefined ? code : `${code} ${by}`]),
  );
}

function arm(experiment: string, of: string): Partial<DecideInput> {
  return { arms: new Map([[experiment, of]]) };
}

describe('hold-outs', () => {
  const cases: readonly (readonly [
    title: string,
    match: string,
    held: Readonly<Record<string, readonly string[]>>,
  ])[] = [
    ['of one channel', '{ channels: [email] }', { hero: [], mail: ['voucher', 'guide'] }],
    ['of one placement', '{ placements: [hero] }', { hero: ['voucher', 'club', 'guide'], mail: [] }],
    ['of an issue', '{ groups: [sales] }', { hero: ['voucher', 'club'], mail: ['voucher'] }],
    ['of a group', '{ groups: [sales/loyalty] }', { hero: ['club'], mail: [] }],
    ['of one action', '{ actions: [guide] }', { hero: ['guide'], mail: ['guide'] }],
    ['of one action in one channel', '{ actions: [guide], channels: [web] }', { hero: ['guide'], mail: [] }],
  ];

  it.each(cases)('%s hold back what they match and nothing else', (_title, match, held) => {
    const experiments = `experiments: { control: { holdout: { share: 0.5, match: ${match} } } }`;
    for (const [placement, actions] of Object.entries(held)) {
      const asked = input(experiments, { ...arm('control', 'holdout'), placements: [placement] });
      const [decided] = decide(asked).decision.placements;
      const found = decided?.reasons.filter(({ code, by }) => code === 'holdout' && by === 'control');
      expect(found?.map(({ action }) => action).sort()).toEqual([...actions].sort());
      const treated = decide({ ...asked, ...arm('control', 'treated') }).decision;
      expect(treated.placements[0]?.reasons.some(({ code }) => code === 'holdout')).toBe(false);
      expect(treated.arms).toEqual([{ experiment: 'control', arm: 'treated' }]);
    }
  });

  it('leave what is mandatory alone', () => {
    const rulebook = bookOf(
      `${base.replace('group: service/advice', 'group: service/advice\nmandatory: true')}\n---\nholdout: { share: 1 }`,
    );
    const { decision } = decide(input('', { rulebook }));
    expect(decision.placements[0]?.treatments.map(({ action }) => action)).toEqual(['guide']);
  });

  it('are asked last: who is out by a policy has the same reason in every arm', () => {
    const experiments = 'experiments: { control: { holdout: { share: 0.5 } } }';
    const state = newCustomerState(userKey('ada'));
    const contact = {
      decision: 'before' as DecisionId,
      at: noon - hour,
      ...{ action: 'club', group: 'sales/loyalty', treatment: 'card', channel: 'web', placement: 'hero' },
    };
    const known = { ...state, own: { ...state.own, contacts: [contact] } };
    const [held] = decide(input(experiments, { state: known, ...arm('control', 'holdout') })).decision
      .placements;
    const [treated] = decide(input(experiments, { state: known, ...arm('control', 'treated') })).decision
      .placements;
    expect(held && reasonsOf(held)).toEqual({
      voucher: 'holdout control',
      club: 'contact-policy club-once',
      guide: 'holdout control',
    });
    expect(treated && reasonsOf(treated).club).toBe('contact-policy club-once');
    expect(held?.fallback).toEqual({ fallback: true, content: { title: 'Hello' } });
  });
});

describe('treatments compared', () => {
  const looks = 'experiments: { look: { treatments: { action: voucher, arms: { a: [plain], b: [bold] } } } }';

  it.each([
    ['a', 'plain'],
    ['b', 'bold'],
  ])('show the arm %s its own treatment', (of, treatment) => {
    const { decision } = decide(input(looks, arm('look', of)));
    expect(decision.placements[0]?.treatments[0]).toMatchObject({ action: 'voucher', treatment });
    expect(decision.arms).toEqual([{ experiment: 'look', arm: of }]);
  });

  it('leave treatments that no arm lists to everybody', () => {
    for (const of of ['a', 'b']) {
      const { decision } = decide(input(looks, { ...arm('look', of), placements: ['mail'] }));
      expect(decision.placements[0]?.treatments[0]).toMatchObject({ action: 'voucher', treatment: 'letter' });
    }
  });

  it('let an arm without any go without the action, with a reason', () => {
    const control = looks.replace('b: [bold]', 'b: [plain, bold], none: []').replace('a: [plain], ', '');
    const { decision } = decide(input(control, arm('look', 'none')));
    expect(decision.placements[0] && reasonsOf(decision.placements[0])).toMatchObject({
      voucher: 'other-arm look',
      club: 'chosen',
    });
    const told = explain(decision).placements.hero;
    expect(told?.funnel).toMatchObject({ worthwhile: 3, treated: 2, chosen: 2 });
  });
});

describe('actions compared', () => {
  const offers = 'experiments: { offer: { actions: { arms: { a: [voucher], b: [club] } } } }';

  it('offer each arm its own actions, and everybody the others', () => {
    const [a] = decide(input(offers, arm('offer', 'a'))).decision.placements;
    const [b] = decide(input(offers, arm('offer', 'b'))).decision.placements;
    expect(a && reasonsOf(a)).toEqual({ voucher: 'chosen', club: 'other-arm offer', guide: 'chosen' });
    expect(b && reasonsOf(b)).toEqual({ voucher: 'other-arm offer', club: 'chosen', guide: 'chosen' });
  });

  it('are over when their time is', () => {
    const over = offers.replace('offer: {', 'offer: { valid: { until: 2020-01-01 },');
    const { decision } = decide(input(over, arm('offer', 'a')));
    expect(decision.arms).toEqual([]);
    expect(decision.placements[0]?.treatments).toHaveLength(3);
  });
});

describe('every decision', () => {
  it('tells the arms of all experiments in force, drawn for the id that was seen first', () => {
    const experiments = `
holdout: { share: 0.5 }
experiments:
  b: { actions: { arms: { x: [voucher], y: [club] } } }
  a: { holdout: { share: 0.5, match: { actions: [guide] } } }
`;
    const rulebook = bookWith(experiments);
    const visitor = anonymousKey('v');
    const asVisitor = decide(input('', { rulebook, customer: visitor })).decision;
    expect(asVisitor.arms.map(({ experiment }) => experiment)).toEqual(['universal', 'a', 'b']);
    const state = newCustomerState(userKey('ada'));
    const signedIn = {
      ...state,
      own: { ...state.own, firstSeenAt: noon, lastSeenAt: noon },
      sources: { [visitor]: { ...state.own, firstSeenAt: noon - hour, lastSeenAt: noon - hour } },
    };
    expect(decide(input('', { rulebook, state: signedIn })).decision.arms).toEqual(asVisitor.arms);
  });
});
