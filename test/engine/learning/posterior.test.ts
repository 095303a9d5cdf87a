import { describe, expect, it } from 'vitest';
import { AdditiveSums, unitsPerOne } from '../../../engine/learning/additive-sums.ts';
import { PosteriorSolver } from '../../../engine/learning/posterior.ts';

const prior = { precision: 2, interceptPrecision: 0.5, interceptMean: -1 };

/** Of outcomes that each weigh 1 and pull as told. */
function sumsOf(
  outcomes: readonly { readonly ids: readonly number[]; readonly pull: number }[],
): AdditiveSums {
  const sums = new AdditiveSums(6);
  for (const { ids, pull } of outcomes) {
    sums.addShown(ids, { weight: unitsPerOne, pull: pull * unitsPerOne, bin: 0 }, 1);
  }
  return sums;
}

describe('the posterior of the weights', () => {
  it('is the prior where nothing occurred', () => {
    const { weights, variances } = new PosteriorSolver(6).solve(new AdditiveSums(6), prior);
    expect([...weights]).toEqual([-1, 0, 0, 0, 0, 0]);
    expect([...variances]).toEqual([2, 0.5, 0.5, 0.5, 0.5, 0.5]);
  });

  it('solves the system of prior and outcomes', () => {
    const outcomes = [
      { ids: [1, 4], pull: 1 },
      { ids: [2, 4], pull: 0 },
      { ids: [1, 5], pull: 0.5 },
    ];
    const { weights } = new PosteriorSolver(6).solve(sumsOf(outcomes), prior);
    // The gradient of the log-posterior is nothing there, id by id.
    for (const id of [0, 1, 2, 4, 5]) {
      const mean = id === 0 ? prior.interceptMean : 0;
      const precision = id === 0 ? prior.interceptPrecision : prior.precision;
      let gradient = precision * (mean - (weights[id] as number));
      for (const { ids, pull } of outcomes) {
        if (id !== 0 && !ids.includes(id)) continue;
        const value = (weights[0] as number) + ids.reduce((sum, each) => sum + (weights[each] as number), 0);
        gradient += pull - value;
      }
      expect(gradient).toBeCloseTo(0, 5);
    }
    expect(weights[3]).toBe(0);
  });

  it('is surer of what occurred more often', () => {
    const often = Array.from({ length: 20 }, (_, index) => ({ ids: [1, index < 2 ? 4 : 5], pull: 0 }));
    const { variances } = new PosteriorSolver(6).solve(sumsOf(often), prior);
    expect(variances[5]).toBeLessThan(variances[4] as number);
    expect(variances[4]).toBeLessThan(variances[3] as number);
    expect(variances[3]).toBe(0.5);
  });
});
