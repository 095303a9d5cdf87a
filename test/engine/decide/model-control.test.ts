import { describe, expect, it } from 'vitest';
import {
  type DecideInput,
  type Decision,
  decide,
  type PlacementDecision,
  type Rulebook,
} from '../../../engine/index.ts';
import { bookOf } from '../support/book.ts';
import { inputOf, weighedBook } from './learned.ts';

const chance = 'experiments: { by-chance: { modelControl: { share: 0.5 } } }';
const rounds = 1_500;

function inControl(rulebook: Rulebook, more: Partial<DecideInput> = {}): DecideInput {
  return inputOf(rulebook, { arms: new Map([['by-chance', 'control']]), ...more });
}

function heroOf(input: DecideInput): PlacementDecision {
  const [hero] = decide(input).decision.placements;
  if (!hero) throw new Error('nothing was decided');
  return hero;
}

function shownIn({ treatments }: PlacementDecision): string {
  return treatments.map(({ action, treatment }) => `${action}/${treatment}`).join(' ') || 'nothing';
}

/** How often each answer came, of so many seeds, with the probability that was logged for it. */
function answers(input: DecideInput): ReadonlyMap<string, { count: number; probability: number }> {
  const seen = new Map<string, { count: number; probability: number }>();
  for (let round = 0; round < rounds; round += 1) {
    const hero = heroOf({ ...input, seed: `s${round}` });
    const probability = hero.treatments.reduce((product, one) => product * one.probability, 1);
    const answer = seen.get(shownIn(hero)) ?? { count: 0, probability };
    expect(probability).toBe(answer.probability);
    answer.count += 1;
    seen.set(shownIn(hero), answer);
  }
  return seen;
}

function expectOften(count: number, probability: number): void {
  const spread = Math.sqrt((probability * (1 - probability)) / rounds);
  expect(Math.abs(count / rounds - probability)).toBeLessThan(5 * spread);
}

/** What is a hundred times as good, and known so well that nothing else would be shown. */
const model = { version: 1, tallies: { 'c/t': [100_000, 90_000], 'a/t': [100_000, 10] } } as const;

describe('the control of a model control', () => {
  it.each(['0', '0.3', '{ floor: 0.2, uniform: 0.1 }'])(
    'draws every rank alike from all that is left, whatever is explored (%s), as the record says',
    (exploration) => {
      const rulebook = weighedBook(chance, { exploration });
      const seen = answers(inControl(rulebook, { model }));
      // Six options for the first rank, of one action two; then four, of the two actions that are left.
      expect(seen.size).toBe(24);
      for (const { count, probability } of seen.values()) {
        expect(probability).toBe((1 / 6) * (1 / 4));
        expectOften(count, probability);
      }
    },
  );

  it('tells the odds of every rank, each 1/n', () => {
    const { odds, treatments } = heroOf(inControl(weighedBook(chance, { exploration: '0' }), { model }));
    expect(odds?.options.toSorted()).toEqual(['a/t', 'a/u', 'b/t', 'b/u', 'c/t', 'c/u']);
    expect(odds?.ranks[0]).toEqual(new Array(6).fill(1 / 6));
    expect(odds?.ranks[1]?.toSorted()).toEqual([0, 0, 0.25, 0.25, 0.25, 0.25]);
    expect(treatments.map(({ probability }) => probability)).toEqual([1 / 6, 1 / 4]);
  });

  it('leaves everybody else to the ranking, and one option alone to itself', () => {
    const rulebook = weighedBook(chance, { exploration: '0' });
    const treated = { ...inControl(rulebook, { model }), arms: new Map([['by-chance', 'treated']]) };
    const without = inputOf(weighedBook('', { exploration: '0' }), { model });
    expect(heroOf(treated).treatments).toEqual(heroOf(without).treatments);
    expect(heroOf(treated)).not.toHaveProperty('odds');
    const alone = bookOf(`channels: { web: { direction: pull } }
placements: { hero: { channel: web, limit: 1, fallback: {} } }
${chance}
---
action: a
group: sales/first
treatments: { t: { channel: web, content: {} } }
`);
    expect(heroOf(inControl(alone)).treatments[0]?.probability).toBe(1);
    expect(heroOf(inControl(alone))).not.toHaveProperty('odds');
  });

  it('deals customers by the share, always alike', () => {
    const rulebook = weighedBook(chance.replace('0.5', '0.1'));
    const armOf = (number: number): Decision['arms'] =>
      decide(inputOf(rulebook, { customer: `u:${number}` as DecideInput['customer'] })).decision.arms;
    const numbers = Array.from({ length: 600 }, (_, number) => number);
    const control = numbers.filter((number) => armOf(number)[0]?.arm === 'control');
    expect(control.length).toBeGreaterThan(40);
    expect(control.length).toBeLessThan(80);
    expect(control.every((number) => armOf(number)[0]?.arm === 'control')).toBe(true);
  });

  it('draws from nothing that a cap, a budget, a condition, a hold-out or another arm keeps out', () => {
    const offers = [...'abcdef'].map(
      (name) => `---
action: ${name}
group: sales/${name === 'd' ? 'held' : 'first'}
value: 2
${name === 'b' ? 'budgets: [purse]\n' : ''}${name === 'c' ? 'eligibility: { fact: context.age, operator: equal, value: 5 }\n' : ''}treatments: { t: { channel: web, content: {} } }
`,
    );
    const rulebook = bookOf(`channels: { web: { direction: pull } }
placements: { hero: { channel: web, limit: 3, fallback: {} } }
budgets: { purse: { unit: contacts, total: 10, period: day } }
policies:
  never: { scope: action, match: { actions: [a] }, limit: 0, within: 1d }
  two: { scope: customer, limit: 2, within: 1d }
experiments:
  by-chance: { modelControl: { share: 0.5 } }
  still: { holdout: { share: 0.5, match: { groups: [sales/held] } } }
${offers.join('')}`);
    const arms = new Map([
      ['by-chance', 'control'],
      ['still', 'holdout'],
    ]);
    const seen = answers(inControl(rulebook, { arms, budgets: { left: () => 0 } }));
    expect([...seen.keys()].toSorted()).toEqual(['e/t f/t', 'f/t e/t']);
    for (const { count, probability } of seen.values()) {
      expect(probability).toBe(0.5);
      expectOften(count, 0.5);
    }
  });

  it('shows what is mandatory first, ranked as always', () => {
    const rulebook = bookOf(`channels: { web: { direction: pull } }
placements: { hero: { channel: web, limit: 2, fallback: {} } }
${chance}
${[...'abcd'].map((name, index) => `---\naction: ${name}\ngroup: sales/first\nvalue: ${index}\n${index < 2 ? 'mandatory: true\n' : ''}treatments: { t: { channel: web, content: {} } }\n`).join('')}`);
    const seen = answers(inControl(rulebook));
    expect([...seen.keys()]).toEqual(['b/t a/t']);
    const three = answers(inControl(rulebook, { limit: 3 }));
    expect([...three.keys()].toSorted()).toEqual(['b/t a/t c/t', 'b/t a/t d/t']);
    for (const { count } of three.values()) expectOften(count, 0.5);
  });

  it('shows nothing as often as any option where that is one', () => {
    const rulebook = bookOf(`channels: { web: { direction: pull } }
placements: { hero: { channel: web, limit: 1, fallback: {}, rankBy: uplift } }
arbitration: { exploration: {}, prior: { positives: 1, negatives: 9 } }
${chance}
${[...'ab'].map((name) => `---\naction: ${name}\ngroup: sales/first\nvalue: 2\ntreatments: { t: { channel: web, content: {} } }\n`).join('')}`);
    const input = inControl(rulebook);
    expect(heroOf(input).odds?.options).toEqual(['a/t', 'b/t', 'none/none']);
    expect(heroOf(input).odds?.ranks[0]).toEqual([1 / 3, 1 / 3, 1 / 3]);
    const seen = answers(input);
    expect([...seen.keys()].toSorted()).toEqual(['a/t', 'b/t', 'nothing']);
    for (const { count } of seen.values()) expectOften(count, 1 / 3);
  });
});
