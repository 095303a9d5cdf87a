import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { limits } from '../../../engine/index.ts';
import { featureBook, type Happening, profileAfter, stateOf, stored, valueAt } from './try-feature.ts';

const day = 86_400_000;
const start = Date.UTC(2026, 0, 1);
const book = featureBook({
  ever: '{ distinct: E, of: properties.v }',
  week: '{ distinct: E, of: properties.v, within: 7d }',
  exact: '{ distinct: E, of: properties.v, within: 7d, exact: true }',
});
const rounded = featureBook({
  ever: '{ distinct: E, of: properties.v }',
  week: '{ distinct: E, of: properties.v, within: 7d }',
});
/** Of a HyperLogLog with 256 registers. */
const standardError = 1.04 / 16;

/** As many different values, one a minute, each of them twice. */
function visits(count: number, label: string): readonly Happening[] {
  const once = Array.from(
    { length: count },
    (_, index): Happening => ({ at: start + index * 60_000, properties: { v: `${label}-${index}` } }),
  );
  return [...once, ...once];
}

describe('the number of different values', () => {
  it('is exact up to the bound', () => {
    const profile = profileAfter(book, visits(limits.windowEntriesMax, 'page'));
    expect(valueAt(book, 'ever', [profile], start + day)).toBe(limits.windowEntriesMax);
    expect(valueAt(book, 'week', [profile], start + day)).toBe(limits.windowEntriesMax);
  });

  it.each([100, 300, 640, 1_000, 3_000])(
    'has a mean error within the stated one beyond the bound: %i values',
    (count) => {
      const errors = { ever: [] as number[], week: [] as number[] };
      for (let round = 0; round < 20; round += 1) {
        const profile = profileAfter(rounded, visits(count, `r${round}`).slice(0, count));
        for (const name of ['ever', 'week'] as const) {
          errors[name].push((valueAt(rounded, name, [profile], start + 3 * day) as number) / count - 1);
        }
      }
      for (const relative of Object.values(errors)) {
        const mean = relative.reduce((sum, error) => sum + error, 0) / relative.length;
        const spread = Math.sqrt(relative.reduce((sum, error) => sum + error ** 2, 0) / relative.length);
        // Twenty rounds: the spread is known to a sixth, the mean to a fifth of the standard error.
        expect(spread).toBeLessThan(1.5 * standardError);
        expect(Math.abs(mean)).toBeLessThan(0.8 * standardError);
      }
    },
  );

  it('goes down again as values leave the window', () => {
    const profile = profileAfter(book, visits(3_000, 'page').slice(0, 3_000));
    const end = start + 3_000 * 60_000;
    const half = end + 7 * day - 1_500 * 60_000;
    expect(valueAt(book, 'week', [profile], half)).toBeGreaterThan(1_500 * (1 - 4 * standardError));
    expect(valueAt(book, 'week', [profile], half)).toBeLessThan(1_500 * (1 + 4 * standardError));
    expect(valueAt(book, 'week', [profile], end + 8 * day)).toBe(0);
    expect(valueAt(book, 'exact', [profile], half)).toBe(1_500 - 1);
  });

  it('is that of the union for a customer of several ids', () => {
    const both = [profileAfter(book, visits(400, 'page')), profileAfter(book, visits(600, 'page'))];
    const whole = [profileAfter(book, visits(600, 'page'))];
    for (const name of ['ever', 'week', 'exact']) {
      expect(valueAt(book, name, both, start + day)).toBe(valueAt(book, name, whole, start + day));
    }
    const few = [profileAfter(book, visits(600, 'page')), profileAfter(book, visits(5, 'page'))];
    for (const name of ['ever', 'week']) {
      expect(valueAt(book, name, few, start + day)).toBe(valueAt(book, name, whole, start + day));
    }
  });

  it('does not depend on the order of arrival, beyond the bound either', () => {
    const many = visits(300, 'page').slice(0, 300);
    const inOrder = profileAfter(book, many);
    fc.assert(
      fc.property(fc.shuffledSubarray([...many], { minLength: 300 }), (shuffled) => {
        const other = profileAfter(book, shuffled);
        for (const name of ['ever', 'week'])
          expect(stateOf(book, name, other)).toEqual(stateOf(book, name, inOrder));
      }),
      { numRuns: 10 },
    );
  });

  it('stays small', () => {
    const profile = profileAfter(book, visits(5_000, 'page').slice(0, 5_000));
    expect(JSON.stringify(stateOf(book, 'ever', profile))).toHaveLength(256 + 4);
    expect(stateOf(book, 'week', profile)?.length).toBeLessThan(256 * 5);
    expect(stored(stateOf(book, 'week', profile))).toEqual(stateOf(book, 'week', profile));
  });

  it('tells a number from a text', () => {
    const profile = profileAfter(book, [
      { at: start, properties: { v: 1 } },
      { at: start, properties: { v: '1' } },
    ]);
    expect(valueAt(book, 'ever', [profile], start)).toBe(2);
  });
});
