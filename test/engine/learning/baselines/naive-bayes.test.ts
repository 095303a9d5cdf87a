import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../../../../bench/measure/random.ts';
import { drawNaiveBayes, NaiveBayes } from '../../../../engine/learning/baselines/naive-bayes.ts';
import type { FeatureCode } from '../../../../engine/model/propensity-model.ts';

/** Four bins of a number (ids 1 to 4, 1 for what is missing), and a symbol with three bins (5 to 8, the last two are one). */
const code: FeatureCode = {
  number: 1,
  dimension: 9,
  predictors: [
    { kind: 'number', name: 'age', first: 1, edges: [20, 40] },
    { kind: 'symbol', name: 'city', first: 5, symbols: ['Rome'], overflow: 2 },
  ],
};

const outcome = fc.record({
  ids: fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 5, max: 8 })),
  score: fc.double({ min: -9, max: 9, noNaN: true }),
  isPositive: fc.boolean(),
});

function learned(outcomes: readonly { ids: number[]; score: number; isPositive: boolean }[]): NaiveBayes {
  const model = new NaiveBayes(code);
  for (const { ids, score, isPositive } of outcomes) model.learn(ids, score, isPositive);
  return model;
}

describe('naive Bayes', () => {
  it('says 0.5 before it knows anything', () => {
    expect(new NaiveBayes(code).score([2, 6])).toBe(0);
    expect(new NaiveBayes(code).propensity([2, 6])).toBe(0.5);
  });

  it('averages the log odds of the active bins with those of all', () => {
    const model = learned([
      { ids: [2, 6], score: 0, isPositive: true },
      { ids: [2, 7], score: 0, isPositive: false },
      { ids: [3, 8], score: 0, isPositive: false },
      { ids: [3, 6], score: 0, isPositive: false },
    ]);
    const overall = Math.log(1 + 1) - Math.log(1 + 3);
    // Four bins of the number; of the symbol three: missing, Rome, all others.
    const age = Math.log(1 + 1 / 4) - Math.log(1 + 1 / 4) - overall;
    const city = Math.log(1 + 1 / 3) - Math.log(1 + 1 / 3) - overall;
    expect(model.score([2, 6])).toBeCloseTo((overall + age + city) / 3, 12);
    const never = Math.log(1 / 4) - Math.log(1 / 4) - overall;
    const elsewhere = Math.log(0 + 1 / 3) - Math.log(1 + 1 / 3) - overall;
    expect(model.score([4, 8])).toBeCloseTo((overall + never + elsewhere) / 3, 12);
  });

  it('tells the smoothed rate of a pool of scores', () => {
    const rising = [-2, 0, 2].flatMap((score, level) =>
      Array.from({ length: 40 }, (_, index) => ({ ids: [2, 6], score, isPositive: index < 10 * level })),
    );
    const model = learned(rising);
    // All 120 outcomes are of one bin each, whose score is the log odds of all.
    expect(model.score([2, 6])).toBeCloseTo(
      (Math.log(31 / 91) +
        Math.log(30.25 / 90.25) -
        Math.log(31 / 91) +
        Math.log((30 + 1 / 3) / (90 + 1 / 3)) -
        Math.log(31 / 91)) /
        3,
      12,
    );
    // It lies between the pools of -2 and 0, where the latter begins: 10 of 40.
    expect(model.propensity([2, 6])).toBeCloseTo(10.5 / 41, 12);
  });

  it('pools scores whose rates fall', () => {
    const falling = [-1, 1].flatMap((score) =>
      Array.from({ length: 50 }, (_, index) => ({
        ids: [2, 6],
        score,
        isPositive: index < (score < 0 ? 30 : 10),
      })),
    );
    expect(learned(falling).propensity([2, 6])).toBeCloseTo(40.5 / 101, 12);
  });

  it('is the same in any order, and merged from parts', () => {
    fc.assert(
      fc.property(fc.array(outcome, { maxLength: 30 }), fc.integer({ min: 0, max: 30 }), (outcomes, cut) => {
        const parts = learned(outcomes.slice(cut));
        parts.merge(learned(outcomes.slice(0, cut)));
        expect(parts.counts()).toEqual(learned(outcomes).counts());
        expect(parts.propensity([2, 6])).toBe(learned([...outcomes].reverse()).propensity([2, 6]));
      }),
    );
  });

  it('forgets what is taken back', () => {
    fc.assert(
      fc.property(fc.array(outcome, { maxLength: 20 }), outcome, (outcomes, extra) => {
        const model = learned([...outcomes, extra]);
        model.learn(extra.ids, extra.score, extra.isPositive, -1);
        expect(model.counts()).toEqual(learned(outcomes).counts());
        expect(model.score([3, 7])).toBe(learned(outcomes).score([3, 7]));
      }),
    );
  });

  it('refuses to merge models of different codes', () => {
    expect(() => new NaiveBayes(code).merge(new NaiveBayes({ ...code, number: 2 }))).toThrow(
      /different codes/,
    );
  });

  it('foretells well where predictors are independent', () => {
    const random = new Random(5);
    const model = new NaiveBayes(code);
    for (let index = 0; index < 4_000; index += 1) {
      const ids = [random.between(2, 4), random.between(5, 6)];
      const p = ids[0] === 4 ? 0.5 : 0.1;
      model.learn(ids, model.score(ids), random.chance(p));
    }
    expect(Math.abs(model.propensity([4, 5]) - 0.5)).toBeLessThan(0.06);
    expect(Math.abs(model.propensity([2, 6]) - 0.1)).toBeLessThan(0.04);
  });
});

describe('Thompson sampling on naive Bayes', () => {
  it('draws around what the model says, more closely the more it knows', () => {
    const model = learned(
      Array.from({ length: 400 }, (_, index) => ({ ids: [2, 6], score: 0, isPositive: index % 4 === 0 })),
    );
    const random = new Random(9);
    const draws = Array.from({ length: 500 }, () => drawNaiveBayes(model, [2, 6], () => random.next()));
    const mean = draws.reduce((sum, value) => sum + value, 0) / draws.length;
    expect(Math.abs(mean - 0.25)).toBeLessThan(0.01);
    expect(Math.max(...draws) - Math.min(...draws)).toBeLessThan(0.2);
  });

  it('begins with anything as likely as anything else', () => {
    const random = new Random(9);
    const draws = Array.from({ length: 500 }, () =>
      drawNaiveBayes(new NaiveBayes(code), [2, 6], () => random.next()),
    );
    expect(Math.min(...draws)).toBeLessThan(0.05);
    expect(Math.max(...draws)).toBeGreaterThan(0.95);
  });
});
