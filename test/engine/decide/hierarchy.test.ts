import { describe, expect, it } from 'vitest';
import {
  type ConsentState,
  type DecideInput,
  type DecisionId,
  decide,
  defaultTenant,
  emptyModel,
  newCustomerState,
  type PlacementDecision,
  userKey,
} from '../../../engine/index.ts';
import { bookOf } from '../support/book.ts';

const day = 86_400_000;
const july = Date.UTC(2026, 6, 10);

const yaml = `
channels: { web: { direction: pull } }
placements: { hero: { channel: web, limit: 9, fallback: {} } }
hierarchy:
  retention:
    eligibility: { fact: context.adult, operator: equal, value: true }
    suitability: { fact: context.angry, operator: notEqual, value: true }
    valid: { from: 2026-07-01, until: 2026-07-31 }
  retention/vouchers:
    purpose: marketing
    eligibility: { fact: context.member, operator: equal, value: true }
    applicability: { fact: context.away, operator: greaterThan, value: 30 }
    valid: { until: 2026-07-20 }
---
action: voucher
group: retention/vouchers
value: 10
eligibility: { fact: context.open, operator: equal, value: true }
valid: { from: 2026-07-05 }
treatments:
  card:
    channel: web
    valid: { until: 2026-07-15 }
    applicability: { fact: context.screen, operator: greaterThan, value: 600 }
  line: { channel: web, suitability: { fact: context.quiet, operator: notEqual, value: true }, value: 5 }
---
action: club
group: retention/club
value: 1
treatments: { card: { channel: web } }
`;
const book = bookOf(yaml);
const all = { adult: true, angry: false, member: true, away: 40, open: true, screen: 900, quiet: false };
const granted: ConsentState = { status: 'granted', at: 0, source: 'test' };

function answer(context: DecideInput['context'], given: Partial<DecideInput> = {}): PlacementDecision {
  const customer = userKey('ada');
  const state = newCustomerState(customer);
  const { decision } = decide({
    id: 'd1' as DecisionId,
    tenant: defaultTenant,
    customer,
    state: { ...state, own: { ...state.own, consent: { marketing: granted } } },
    rulebook: book,
    model: emptyModel,
    cause: { kind: 'request', requestId: 'r' },
    seed: 'seed',
    now: july,
    placements: ['hero'],
    context,
    explain: true,
    budgets: { left: () => 1_000_000 },
    ...given,
  });
  return decision.placements[0] as PlacementDecision;
}

function reasonOf(action: string, context: DecideInput['context'], given: Partial<DecideInput> = {}) {
  return answer(context, given).reasons.find((reason) => reason.action === action);
}

describe('conditions of the levels', () => {
  it('let an action through when all of them do', () => {
    expect(reasonOf('voucher', all)).toMatchObject({ code: 'chosen', treatment: 'card' });
  });

  it.each([
    ['the issue', { ...all, adult: false }, 'eligibility', 'context.adult'],
    ['the group', { ...all, member: false }, 'eligibility', 'context.member'],
    ['the action', { ...all, open: false }, 'eligibility', 'context.open'],
    ['the group, in the second tier', { ...all, away: 3 }, 'applicability', 'context.away'],
    ['the issue, in the third tier', { ...all, angry: true }, 'suitability', 'context.angry'],
  ])('add up: a "no" of %s is one', (_, context, code, fact) => {
    expect(reasonOf('voucher', context)).toMatchObject({ code, failed: { fact } });
  });

  it('are asked from the issue down, tier by tier', () => {
    const none = { adult: false, member: false, open: false, away: 0, angry: true };
    expect(reasonOf('voucher', none)).toMatchObject({
      code: 'eligibility',
      failed: { fact: 'context.adult' },
    });
    expect(reasonOf('voucher', { ...all, angry: true, away: 0 })).toMatchObject({ code: 'applicability' });
  });

  it('keep their own places, so that an explanation can point at the level', () => {
    const tree = book.actions.get('voucher')?.eligibility?.tree;
    const places = tree?.kind === 'all' ? tree.children.map(({ at }) => at.place.line) : [];
    expect(places).toEqual([6, 11, 18]);
  });

  it('of another group do not count', () => {
    expect(reasonOf('club', { adult: true })).toMatchObject({ code: 'chosen' });
    expect(reasonOf('club', {})).toMatchObject({ code: 'eligibility' });
  });
});

describe('the time of the levels', () => {
  it.each([
    [Date.UTC(2026, 5, 30), 'not-valid-now'],
    [Date.UTC(2026, 6, 4), 'not-valid-now'],
    [Date.UTC(2026, 6, 5), 'chosen'],
    [Date.UTC(2026, 6, 20) + day - 1, 'chosen'],
    [Date.UTC(2026, 6, 20) + day, 'not-valid-now'],
  ])('is what all of them have in common', (now, code) => {
    expect(reasonOf('voucher', all, { now })?.code).toBe(code);
  });

  it('of the issue alone holds where the group says nothing', () => {
    expect(reasonOf('club', all, { now: Date.UTC(2026, 6, 31) })?.code).toBe('chosen');
    expect(reasonOf('club', all, { now: Date.UTC(2026, 7, 1) })?.code).toBe('not-valid-now');
  });
});

describe('the purpose of a level', () => {
  it('is that of its actions, unless they have their own', () => {
    expect(reasonOf('voucher', all, { state: undefined })).toMatchObject({
      code: 'consent',
      by: 'marketing',
    });
    expect(reasonOf('club', all, { state: undefined })).toMatchObject({ code: 'chosen' });
    const own = bookOf(yaml.replace('value: 10', 'value: 10\npurpose: research'));
    expect(reasonOf('voucher', all, { rulebook: own })).toMatchObject({ code: 'consent', by: 'research' });
  });

  it('of the group goes before that of the issue', () => {
    const issue = bookOf(yaml.replace('  retention:\n', '  retention:\n    purpose: research\n'));
    expect(issue.actions.get('voucher')?.purpose).toBe('marketing');
    expect(issue.actions.get('club')?.purpose).toBe('research');
  });
});

describe('a treatment', () => {
  it('that says no leaves the place to another one of its action', () => {
    expect(reasonOf('voucher', { ...all, screen: 300 })).toMatchObject({ code: 'chosen', treatment: 'line' });
    const late = { now: Date.UTC(2026, 6, 16) };
    expect(reasonOf('voucher', all, late)).toMatchObject({ code: 'chosen', treatment: 'line' });
  });

  it('gives the reason with its name when none is left', () => {
    const context = { ...all, screen: 300, quiet: true };
    expect(reasonOf('voucher', context)).toEqual({
      action: 'voucher',
      treatment: 'card',
      code: 'applicability',
      failed: { fact: 'context.screen', operator: 'greaterThan', expected: 600, seen: 300 },
    });
    expect(reasonOf('voucher', context, { explain: false })).toEqual({
      action: 'voucher',
      treatment: 'card',
      code: 'applicability',
    });
  });
});
