import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AdditiveSums } from '../../../engine/learning/additive-sums.ts';
import { calibrationOf } from '../../../engine/learning/calibration.ts';
import {
  binOf,
  calibrationBins,
  centreOf,
  optimismOf,
  probabilityOf,
  propensityOf,
  scoreOf,
} from '../../../engine/learning/score.ts';
import type { ScoringRow } from '../../../engine/model/propensity-model.ts';

function rowOf(weights: readonly number[], variances: readonly number[] = weights.map(() => 1)): ScoringRow {
  return {
    weights: Float32Array.from(weights),
    variances: Float32Array.from(variances),
    link: 'logit',
    trials: 0,
    positives: 0,
  };
}

describe('scores', () => {
  it('are the sum over the active ids and the intercept, in whole steps (LS1)', () => {
    expect(scoreOf(rowOf([-2, 0.5, 9, 0.25]), [1, 3])).toBe(-1.25 * 256);
    expect(scoreOf({ ...rowOf([0.1, 0.02]), link: 'identity' }, [1])).toBe(Math.round(0.12 * 4_096));
  });

  it('are bounded', () => {
    expect(scoreOf(rowOf([-80]), [])).toBe(-12 * 256);
    expect(scoreOf(rowOf([80]), [])).toBe(12 * 256);
  });

  it('say a probability between nothing and certainty', () => {
    expect(probabilityOf(0, 'logit')).toBe(0.5);
    for (const link of ['logit', 'identity'] as const) {
      for (const score of [-3_072, 3_072]) {
        expect(probabilityOf(score, link)).toBeGreaterThan(0);
        expect(probabilityOf(score, link)).toBeLessThan(1);
      }
    }
  });

  it('are put on top of the less, the more is known', () => {
    const little = optimismOf(rowOf([0, 0], [4, 4]), [1], 0.5);
    expect(little).toBeCloseTo(0.25 * Math.sqrt(8 / Math.sqrt(2)), 12);
    expect(optimismOf(rowOf([0, 0], [0.1, 0.1]), [1], 0.5)).toBeLessThan(little);
  });
});

/** Sums in which so many outcomes of every bin converted as a function of the bin says. */
function sumsOf(rate: (bin: number) => number, each: number): AdditiveSums {
  const sums = new AdditiveSums(2);
  for (let bin = 0; bin < calibrationBins; bin += 1) {
    const positives = Math.round(rate(bin) * each);
    sums.trialsByBin[bin] = each;
    sums.positivesByBin[bin] = positives;
    sums.trials += each;
    sums.positives += positives;
  }
  return sums;
}

describe('calibration', () => {
  it('waits until there is something to calibrate with', () => {
    expect(
      calibrationOf(
        sumsOf(() => 0.1, 10),
        'logit',
      ),
    ).toBeUndefined();
  });

  it('brings what is said close to what happened, the closer the more happened', () => {
    const half = (bin: number) => probabilityOf(centreOf(bin, 'logit'), 'logit') / 2;
    const score = -256;
    const said = probabilityOf(score, 'logit');
    const errors = [5_000, 50_000].map((each) => {
      const calibration = calibrationOf(sumsOf(half, each), 'logit');
      if (!calibration) throw new Error('expected a calibration');
      return Math.abs(propensityOf({ ...rowOf([0]), calibration }, score) - said / 2);
    });
    expect(errors[0]).toBeLessThan(said / 8);
    expect(errors[1]).toBeLessThan((errors[0] as number) / 2);
  });

  it('never falls where the score rises', () => {
    const rates = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), {
      minLength: calibrationBins,
      maxLength: calibrationBins,
    });
    fc.assert(
      fc.property(rates, fc.constantFrom('logit', 'identity'), (rate, link) => {
        const calibration = calibrationOf(
          sumsOf((bin) => rate[bin] ?? 0, 1_000),
          link,
        );
        if (!calibration) return;
        const row = { ...rowOf([0]), link, calibration };
        let before = 0;
        for (let score = -3_100; score <= 4_200; score += 50) {
          const p = propensityOf(row, score);
          expect(p).toBeGreaterThanOrEqual(before);
          before = p;
        }
      }),
    );
  });

  it('counts a score in the bin whose centre is closest', () => {
    for (let bin = 0; bin < calibrationBins; bin += 1) {
      expect(binOf(Math.round(centreOf(bin, 'logit')), 'logit')).toBe(bin);
    }
    expect(binOf(-9_999, 'logit')).toBe(0);
    expect(binOf(9_999, 'logit')).toBe(calibrationBins - 1);
  });
});
