import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../../../../bench/measure/random.ts';
import {
  adjustedDifference,
  plainDifference,
} from '../../../../engine/experiments/analysis/adjust-difference.ts';
import { armOfValues, converted, customersLike } from './arms.ts';

function pairOf(seed: number, of: { count: number; weight: number; effect?: number }) {
  const random = new Random(seed);
  return {
    arm: armOfValues('new', customersLike(random, of)),
    control: armOfValues('old', customersLike(random, { ...of, effect: 0 })),
  };
}

describe('a difference of arms', () => {
  it('has the variance of both means', () => {
    const { estimate, variance } = plainDifference({
      arm: converted('new', 200, 30),
      control: converted('old', 100, 10),
    });
    expect(estimate).toBeCloseTo(0.05, 14);
    expect(variance).toBeCloseTo((0.15 * 0.85) / 199 + (0.1 * 0.9) / 99, 14);
  });

  it('loses the variance that what was known before explains', () => {
    // Half of the variance of the outcome is that of the covariate.
    const { adjustment, estimate } = adjustedDifference(pairOf(1, { count: 5_000, weight: 1, effect: 0.3 }));
    expect(adjustment?.varianceCut).toBeCloseTo(0.5, 1);
    expect(adjustment?.theta).toBeCloseTo(1, 1);
    expect(estimate).toBeCloseTo(0.3, 1);
  });

  it('is never less certain than without it', () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.integer({ min: 2, max: 60 }),
        fc.double({ min: -1, max: 1, noNaN: true }),
        (seed, count, weight) => {
          const pair = pairOf(seed, { count, weight });
          const adjusted = adjustedDifference(pair);
          expect(adjusted.variance).toBeLessThanOrEqual(plainDifference(pair).variance);
          expect(adjusted.variance).toBeGreaterThan(0);
        },
      ),
    );
  });

  it('stays where it was on average', () => {
    const runs = 400;
    let [sum, squares] = [0, 0];
    for (let seed = 0; seed < runs; seed += 1) {
      const { estimate } = adjustedDifference(pairOf(seed * 7_919, { count: 40, weight: 1, effect: 0.2 }));
      sum += estimate - 0.2;
      squares += (estimate - 0.2) ** 2;
    }
    expect(Math.abs(sum / runs)).toBeLessThan(3 * Math.sqrt(squares / runs / runs));
  });

  it('stands as it is where nothing was known, or the same of all', () => {
    const plain = { arm: converted('new', 200, 30), control: converted('old', 100, 10) };
    expect(adjustedDifference(plain)).toEqual(plainDifference(plain));
    const alike = {
      arm: armOfValues(
        'new',
        [1, 0, 1].map((outcome) => ({ outcome, before: 7 })),
      ),
      control: armOfValues(
        'old',
        [0, 0, 1].map((outcome) => ({ outcome, before: 7 })),
      ),
    };
    expect(adjustedDifference(alike)).toEqual(plainDifference(alike));
  });
});
