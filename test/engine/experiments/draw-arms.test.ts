import { describe, expect, it } from 'vitest';
import { armOf, armsTold, bookOfArms, drawArms, drawnFor } from '../../../engine/experiments/draw-arms.ts';
import {
  anonymousKey,
  type CustomerKey,
  newCustomerState,
  type Rulebook,
  userKey,
} from '../../../engine/index.ts';
import type { Experiment } from '../../../engine/model/experiment.ts';
import { bookOf, shopYaml } from '../support/book.ts';
import { noon } from '../support/events.ts';

const people = 100_000;
const ids: readonly CustomerKey[] = Array.from({ length: people }, (_, index) =>
  userKey(`customer-${index}`),
);

const experiments = `
holdout: { name: everybody, share: 0.1 }
experiments:
  by-thirds: { actions: { arms: { one: [voucher], two: [guide], three: [] } } }
  uneven: { actions: { arms: { a: [voucher], b: [guide] }, weights: { a: 3, b: 1 } } }
  of-sales: { holdout: { share: 0.25, match: { groups: [sales] } } }
`;
const book = bookOf(`${shopYaml}\n---\n${experiments}`);

function experimentOf(name: string, of = book): Experiment {
  const found = of.experiments.find((experiment) => experiment.name === name);
  if (!found) throw new Error(`no experiment ${name}`);
  return found;
}

function counts(experiment: Experiment): Readonly<Record<string, number>> {
  const counted: Record<string, number> = {};
  for (const id of ids) {
    const arm = armOf(experiment, id);
    counted[arm] = (counted[arm] ?? 0) + 1;
  }
  return counted;
}

/** Five standard errors of a share. */
function slack(share: number): number {
  return 5 * Math.sqrt((share * (1 - share)) / people);
}

describe('arms', () => {
  it.each([
    ['everybody', { holdout: 0.1, treated: 0.9 }],
    ['of-sales', { holdout: 0.25, treated: 0.75 }],
    ['by-thirds', { one: 1 / 3, two: 1 / 3, three: 1 / 3 }],
    ['uneven', { a: 0.75, b: 0.25 }],
  ])('deals 100,000 customers into the shares of `%s`', (name, shares) => {
    const counted = counts(experimentOf(name));
    expect(Object.keys(counted).sort()).toEqual(Object.keys(shares).sort());
    for (const [arm, share] of Object.entries(shares)) {
      expect(Math.abs((counted[arm] ?? 0) / people - share)).toBeLessThan(slack(share));
    }
  });

  it('deals every experiment apart: an arm of one says nothing about the arm of another', () => {
    const one = experimentOf('by-thirds');
    const other = experimentOf('uneven');
    const both = new Map<string, number>();
    for (const id of ids) {
      const cell = `${armOf(one, id)}/${armOf(other, id)}`;
      both.set(cell, (both.get(cell) ?? 0) + 1);
    }
    for (const arm of ['one', 'two', 'three']) {
      for (const [second, weight] of [['a', 0.75] as const, ['b', 0.25] as const]) {
        const share = weight / 3;
        expect(Math.abs((both.get(`${arm}/${second}`) ?? 0) / people - share)).toBeLessThan(slack(share));
      }
    }
  });

  it('stay when arms are written in another order, and when the share of a hold-out grows nobody leaves it', () => {
    const swapped = bookOf(
      `${shopYaml}\n---\n${experiments.replace('a: [voucher], b: [guide]', 'b: [guide], a: [voucher]')}`,
    );
    const grown = bookOf(`${shopYaml}\n---\n${experiments.replace('share: 0.25', 'share: 0.5')}`);
    for (const id of ids.slice(0, 5_000)) {
      expect(armOf(experimentOf('uneven', swapped), id)).toBe(armOf(experimentOf('uneven'), id));
      if (armOf(experimentOf('of-sales'), id) === 'holdout') {
        expect(armOf(experimentOf('of-sales', grown), id)).toBe('holdout');
      }
    }
  });

  it('are dealt anew by another salt', () => {
    const salted = bookOf(`${shopYaml}\n---\n${experiments.replace('uneven: {', 'uneven: { salt: next,')}`);
    const moved = ids.filter(
      (id) => armOf(experimentOf('uneven', salted), id) !== armOf(experimentOf('uneven'), id),
    );
    // Whoever is dealt anew changes with the probability 2 x 0.75 x 0.25.
    expect(Math.abs(moved.length / people - 0.375)).toBeLessThan(slack(0.375));
  });

  it('are told of every experiment in force, the universal hold-out first, then by name', () => {
    const limited = experiments.replace(
      'uneven: {',
      'uneven: { valid: { from: 2020-01-01, until: 2020-12-31 },',
    );
    const of = ids[0] as CustomerKey;
    const names = (yaml: string, now: number) =>
      armsTold(drawArms(bookOf(`${shopYaml}\n---\n${yaml}`), { of, now })).map(
        ({ experiment }) => experiment,
      );
    expect(names(limited, Date.UTC(2020, 11, 31, 23))).toEqual([
      'everybody',
      'by-thirds',
      'of-sales',
      'uneven',
    ]);
    expect(names(limited, Date.UTC(2021, 0, 1))).toEqual(['everybody', 'by-thirds', 'of-sales']);
  });

  it('may be given instead of drawn, for what-ifs', () => {
    const forced = new Map([['by-thirds', 'three']]);
    for (const of of ids.slice(0, 20)) {
      const arms = armsTold(drawArms(book, { of, now: noon, forced }));
      expect(arms).toContainEqual({ experiment: 'by-thirds', arm: 'three' });
    }
  });

  it('are drawn for the id that asks while nothing is known of the customer', () => {
    const visitor = anonymousKey('v1');
    expect(drawnFor(undefined, { customer: userKey('ada'), presentedAs: visitor })).toBe(visitor);
    expect(drawnFor(undefined, { customer: visitor })).toBe(visitor);
    expect(drawnFor(newCustomerState(visitor), { customer: visitor })).toBe(visitor);
  });

  it('let one challenger decide: who is in its arm takes no part in the next challenge', () => {
    const challenge = (name: string, share: number) =>
      ({
        ...{ name, salt: name, kind: 'challenger', challenger: name },
        valid: { from: 0, until: Number.MAX_SAFE_INTEGER },
        shares: [
          { arm: 'challenger', share, until: share },
          { arm: 'champion', share: 1 - share, until: 1 },
        ],
      }) as const satisfies Experiment;
    const challenged: Rulebook = {
      ...book,
      experiments: [challenge('first', 0.4), challenge('second', 0.5)],
      challengers: new Map([
        ['first', { ...book, version: 'first' }],
        ['second', { ...book, version: 'second' }],
      ]),
    };
    const seen = new Map<string, number>();
    for (const of of ids.slice(0, 20_000)) {
      const arms = armsTold(drawArms(challenged, { of, now: noon }));
      const key = `${arms.map(({ arm }) => arm).join(' ')} -> ${bookOfArms(challenged, arms).version}`;
      seen.set(key, (seen.get(key) ?? 0) + 1);
    }
    expect([...seen.keys()].sort()).toEqual([
      'challenger -> first',
      'champion challenger -> second',
      'champion champion -> test-book',
    ]);
    expect(Math.abs((seen.get('challenger -> first') ?? 0) / 20_000 - 0.4)).toBeLessThan(0.02);
    expect(Math.abs((seen.get('champion challenger -> second') ?? 0) / 20_000 - 0.3)).toBeLessThan(0.02);
  });
});
