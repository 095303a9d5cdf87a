import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hopefulStart } from '../../../engine/learning/hopeful-start.ts';
import type { Tallies } from '../../../engine/model/model-snapshot.ts';
import { logit } from '../../../engine/statistics/elementary.ts';
import { weighedBook } from '../decide/learned.ts';

const book = weighedBook('', { exploration: '0' });
const { levels } = book.learning;

function rateOf(name: string, tallies: Tallies): number | undefined {
  const action = book.actions.get(name);
  if (!action) throw new Error(`no action ${name}`);
  return levels.rateOf(tallies, action, tallies[`${name}/t`] ?? [0, 0]);
}

describe('rates that borrow from the levels above', () => {
  it('are unknown while nothing is known of any action of the book', () => {
    expect(rateOf('a', {})).toBeUndefined();
    expect(rateOf('a', { 'gone/t': [1_000, 900] })).toBeUndefined();
  });

  it('leave out what the book does not name any more', () => {
    const tallies: Tallies = { 'a/t': [40, 4], 'c/t': [60, 30] };
    expect(rateOf('b', { ...tallies, 'gone/t': [9_000, 9_000] })).toBe(rateOf('b', tallies));
  });

  it('come from the group first, and from the issue where the group has nothing', () => {
    const issue = (10 * 0.1 + 100) / 1_010;
    expect(rateOf('b', { 'a/t': [20, 10], 'c/t': [1_000, 100] })).toBeCloseTo((10 * issue + 10) / 30, 12);
    expect(rateOf('b', { 'c/t': [1_000, 100] })).toBeCloseTo(issue, 12);
  });

  it('count each contact once, so that what is alone in its group and issue keeps ten contacts of the prior', () => {
    expect(rateOf('c', { 'c/t': [10, 0] })).toBeCloseTo((10 * 0.1 + 0) / 20, 12);
    expect(rateOf('c', { 'c/t': [1, 1] })).toBeCloseTo((10 * 0.1 + 1) / 11, 12);
    expect(rateOf('c', { 'c/t': [10, 0], 'c/u': [20, 10] })).toBeCloseTo((10 * (11 / 30) + 0) / 20, 12);
    expect(rateOf('a', { 'a/t': [0, 0], 'b/t': [10, 0] })).toBeCloseTo(0.05, 12);
  });

  it('are the own rate once that is well known', () => {
    expect(rateOf('a', { 'a/t': [100_000, 1_000], 'b/t': [100_000, 90_000] })).toBeCloseTo(0.01, 3);
  });
});

describe('a hopeful start', () => {
  it('is three times the odds', () => {
    expect(hopefulStart(0.1)).toBeCloseTo(0.25, 12);
    expect(hopefulStart(0.5)).toBeCloseTo(0.75, 12);
  });

  it('leaves room for being wrong, whatever the rate is', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.constantFrom(0, 1, 1e-300), fc.double({ min: 0, max: 1, noNaN: true })),
        (rate) => {
          const start = hopefulStart(rate);
          expect(Math.abs(logit(start))).toBeLessThan(14);
          if (rate > 1e-5 && rate < 0.99) expect(start).toBeGreaterThan(rate);
        },
      ),
    );
  });
});
