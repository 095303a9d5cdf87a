import { describe, expect, it } from 'vitest';
import {
  type Baseline,
  type DecideInput,
  type DecideResult,
  type DecisionId,
  day,
  decide,
  explain,
  newCustomerState,
  type Rulebook,
  userKey,
} from '../../../engine/index.ts';
import { bookOf } from '../support/book.ts';
import { noon } from '../support/events.ts';
import { inputOf, rowOf, setOf } from './learned.ts';

/** `renewal` is what people do anyway; `upgrade` is what the action brings about. */
function upliftBook(settings = '', { exploration = '0', together = '' } = {}): Rulebook {
  return bookOf(`channels: { web: { direction: pull } }
placements:
  hero: { channel: web, limit: 1, fallback: {}, rankBy: uplift${together} }
  plain: { channel: web, limit: 1, fallback: {} }
  foot: { channel: web, limit: 1, fallback: {}${together} }
outcomes: { bought: { on: Order Completed, outcome: conversion, within: 7d } }
arbitration: { exploration: ${exploration} }
${settings}
---
action: renewal
group: sales/kept
value: 10
treatments: { t: { channel: web, content: {} } }
---
action: upgrade
group: sales/won
value: 5
treatments: { t: { channel: web, content: {} } }
`);
}

/** Of a thousand each, out of which so many converted. */
function known({ renewal = 400, upgrade = 600, none = 400 }, noneOf = 1_000): DecideInput['model'] {
  return {
    version: 1,
    tallies: {
      'renewal/t': [1_000, renewal],
      'upgrade/t': [1_000, upgrade],
      'none/none': [noneOf, none],
    },
  };
}

function decided(book: Rulebook, request: Partial<DecideInput> = {}): DecideResult {
  return decide(inputOf(book, { model: known({}), ...request }));
}

const shownBy = ({ decision }: DecideResult) =>
  decision.placements.map(({ treatments: [first] }) => first?.action);
const codesOf = ({ decision }: DecideResult) => decision.placements[0]?.reasons.map(({ code }) => code);

const weighing = { exploration: '{ floor: 0.3, uniform: 0.1 }' };

/** The first seed with which something is so. */
function until(book: Rulebook, isSo: (result: DecideResult) => boolean, request?: Partial<DecideInput>) {
  for (let seed = 0; seed < 500; seed += 1) {
    const result = decided(book, { ...request, seed: `${seed}` });
    if (isSo(result)) return result;
  }
  throw new Error('it never was');
}

const drewNothing = ({ decision }: DecideResult) => decision.placements[0]?.treatments.length === 0;

describe('a placement that ranks by uplift', () => {
  it('UP1: prefers what an action adds, where one that ranks by response prefers the sure thing', () => {
    const result = decided(upliftBook(), { placements: ['hero', 'plain'] });
    expect(shownBy(result)).toEqual(['upgrade', 'renewal']);
    const [hero, plain] = result.decision.placements.map(({ treatments: [first] }) => first);
    expect(hero?.P).toBeCloseTo(0.6, 1);
    expect(hero?.P0).toBeCloseTo(0.4, 1);
    expect(hero?.priority).toBe(5 * ((hero?.P ?? 0) - (hero?.P0 ?? 0)));
    expect(plain).not.toHaveProperty('P0');
  });

  it('UP2: ranks by response while it is hardly known what happens without any action', () => {
    for (const model of [known({ none: 39 }, 99), { version: 0, tallies: {} }]) {
      const result = decided(upliftBook(), { model });
      expect(shownBy(result)).toEqual(['renewal']);
      expect(result.decision.placements[0]?.treatments[0]).not.toHaveProperty('P0');
    }
  });

  it('looks at the customer, where a model of no action does', () => {
    const book = upliftBook();
    const rows = { 'none/none': rowOf([2, 0, 0, 0, 0, 0, 0, 0]) };
    const model = { ...known({}), scoring: { sets: [setOf(rows)] }, told: new Map() };
    const result = decided(book, { model });
    expect(codesOf(result)).toEqual(['adds-nothing', 'adds-nothing']);
    const told = model.told.get('none/none');
    expect(told.P).toBeCloseTo(0.88, 1);
    const { told: _, scoring: __, ...kept } = { ...model, estimates: Object.fromEntries(model.told) };
    expect(decided(book, { model: kept }).decision).toEqual(result.decision);
  });

  it('shows nothing of what adds nothing, and that is no trial of no action', () => {
    const result = decided(upliftBook(), { model: known({ none: 700 }) });
    expect(shownBy(result)).toEqual([undefined]);
    expect(codesOf(result)).toEqual(['adds-nothing', 'adds-nothing']);
    expect(explain(result.decision).placements.hero?.funnel).toMatchObject({
      permitted: 2,
      worthwhile: 0,
    });
    expect(result).not.toHaveProperty('baseline');
  });
});

describe('showing nothing by chance', () => {
  it('UP3: is an option of its own where options are weighed, with its share in the odds', () => {
    const book = upliftBook('', weighing);
    const result = until(book, drewNothing);
    const odds = result.decision.placements[0]?.odds;
    expect(odds?.options).toEqual(['renewal/t', 'upgrade/t', 'none/none']);
    expect(odds?.ranks[0]?.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
    expect(odds?.ranks[0]?.[2]).toBeGreaterThanOrEqual(0.1);
    expect(codesOf(result)).toEqual(['left-alone', 'left-alone']);
    const { id: decision, at } = result.decision;
    expect(result.baseline).toEqual({ decision, at, channel: 'web', placement: 'hero' });
    expect(until(book, (each) => !drewNothing(each))).not.toHaveProperty('baseline');
  });

  it('takes most of the share from what adds nothing, which is still tried with what the floor leaves it', () => {
    const result = decided(upliftBook('', weighing), { model: known({ none: 700 }) });
    const [renewal, upgrade, nothing] = result.decision.placements[0]?.odds?.ranks[0] ?? [];
    expect(nothing).toBeGreaterThan(0.6);
    for (const share of [renewal, upgrade]) expect(share).toBeGreaterThanOrEqual(0.1);
  });

  it('is drawn as often as its odds say', () => {
    const book = upliftBook('', weighing);
    let drawn = 0;
    let share = 0;
    for (let seed = 0; seed < 500; seed += 1) {
      const result = decided(book, { seed: `s${seed}` });
      share = result.decision.placements[0]?.odds?.ranks[0]?.[2] ?? 0;
      if (result.baseline) drawn += 1;
    }
    expect(Math.abs(drawn / 500 - share)).toBeLessThan(4 * Math.sqrt((share * (1 - share)) / 500));
  });

  it('is no option where placements rank by response, or stand and fall together', () => {
    const options = (book: Rulebook, placement: string) =>
      decided(book, { placements: [placement] }).decision.placements[0]?.odds?.options;
    expect(options(upliftBook('', weighing), 'plain')).toEqual(['renewal/t', 'upgrade/t']);
    const coupled = upliftBook('', { ...weighing, together: ', together: pair' });
    expect(options(coupled, 'hero')).toEqual(['renewal/t', 'upgrade/t']);
  });

  it('UP3: is what a hold-out does as well; without anything to show it is no trial', () => {
    const held = 'holdout: { share: 1 }';
    expect(decided(upliftBook(held)).baseline?.placement).toBe('hero');
    expect(decided(upliftBook(held), { placements: ['plain'] })).not.toHaveProperty('baseline');
    const nobody = bookOf(`channels: { web: { direction: pull } }
placements: { hero: { channel: web, rankBy: uplift } }
holdout: { share: 1 }
---
action: renewal
group: sales/kept
eligibility: { fact: context.never, operator: equal, value: true }
treatments: { t: { channel: web, content: {} } }
`);
    expect(decided(nobody)).not.toHaveProperty('baseline');
  });

  it('UP3: is a trial of somebody held out as often as a contact policy would have let there be a contact', () => {
    const book = upliftBook(
      'holdout: { share: 1 }\npolicies: { one: { scope: action, limit: 1, within: 7d, counts: decided } }',
    );
    const insteadOf = (baselines: readonly Baseline[]) => {
      const state = newCustomerState(userKey('ada'));
      return decided(book, { state: { ...state, own: { ...state.own, baselines } } }).baseline?.instead
        ?.action;
    };
    const spared = (action: string, agoMs: number): Baseline => ({
      decision: `${action}-${agoMs}` as DecisionId,
      at: noon - agoMs,
      channel: 'web',
      placement: 'hero',
      instead: { action, group: 'sales/won', treatment: 't' },
    });
    expect(insteadOf([])).toBe('upgrade');
    expect(insteadOf([spared('upgrade', day)])).toBe('renewal');
    expect(insteadOf([spared('renewal', 2 * day), spared('upgrade', day)])).toBeUndefined();
    expect(insteadOf([spared('renewal', 2 * day), spared('upgrade', 8 * day)])).toBe('upgrade');
  });

  it('UP3: is no trial in a decision that shows something else', () => {
    const both = { placements: ['hero', 'plain'] };
    const result = until(upliftBook('', weighing), drewNothing, both);
    expect(result.contacts).toHaveLength(1);
    expect(result).not.toHaveProperty('baseline');
  });
});
