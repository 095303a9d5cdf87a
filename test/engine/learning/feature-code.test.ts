import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildCode, type CodeSamples } from '../../../engine/learning/build-code.ts';
import { encode, idOf, sizeOf } from '../../../engine/learning/feature-code.ts';
import { learningDefaults } from '../../../engine/learning/learning-options.ts';
import type { Json } from '../../../engine/model/json.ts';
import type { PredictorCode } from '../../../engine/model/propensity-model.ts';

const options = learningDefaults;

function codeOf(samples: CodeSamples) {
  return buildCode(samples, 1, options);
}

/** One predictor with these values. */
function predictorOf(values: readonly Json[]): PredictorCode {
  const [predictor] = codeOf({ names: ['it'], rows: values.map((value) => [value]) }).predictors;
  if (!predictor) throw new Error('the predictor was left out');
  return predictor;
}

const hundred = Array.from({ length: 100 }, (_, index) => index);

describe('codes of numbers', () => {
  it('cut at quantiles, with bins of their own for what lies well beyond', () => {
    const predictor = predictorOf(hundred);
    expect(predictor).toMatchObject({ kind: 'number', name: 'it', first: 1 });
    const bins = hundred.map((value) => idOf(predictor, value));
    expect(new Set(bins).size).toBe(8);
    expect(idOf(predictor, -1_000)).toBeLessThan(Math.min(...bins));
    expect(idOf(predictor, 1_000)).toBeGreaterThan(Math.max(...bins));
  });

  it('give every value a bin where there are few of them', () => {
    const predictor = predictorOf([3, 1, 1, 2, 3, 1]);
    expect(new Set([1, 2, 3].map((value) => idOf(predictor, value))).size).toBe(3);
  });

  it('tell the few apart who have more than the nothing of most', () => {
    const predictor = predictorOf(hundred.map((index) => (index < 90 ? 0 : index)));
    const bins = [0, 90, 95, 99].map((value) => idOf(predictor, value));
    expect(new Set(bins).size).toBe(4);
    expect(sizeOf(predictor)).toBeLessThanOrEqual(options.binsMax + 4);
  });

  it('are the same once they were stored, however large the numbers are', () => {
    const largest = Number.MAX_VALUE;
    for (const values of [
      [largest, -largest, 5, 1],
      [1, largest],
      [largest, largest],
    ]) {
      const predictor = predictorOf(values);
      expect(JSON.parse(JSON.stringify(predictor))).toEqual(predictor);
      expect(new Set(values.map((value) => idOf(predictor, value))).size).toBe(new Set(values).size);
    }
  });

  it('have one id for what is missing and for what is no number', () => {
    const predictor = predictorOf(hundred);
    for (const value of [null, undefined, 'twelve', true, Number.NaN, [1], { a: 1 }]) {
      expect(idOf(predictor, value)).toBe(1);
    }
  });

  it('tell a value that changes after it was always the same', () => {
    const predictor = predictorOf(hundred.map(() => 4.857));
    const ids = [4.857, 4.855, 4.9].map((value) => idOf(predictor, value));
    expect(new Set(ids).size).toBe(3);
  });

  it('take a predictor for numbers that is one nearly always', () => {
    expect(predictorOf([...hundred, 'unknown']).kind).toBe('number');
    expect(predictorOf([1, 2, 'a', 'b', 'c']).kind).toBe('symbol');
  });
});

describe('codes of symbols', () => {
  it('know the sampled ones, and put all others into a few ids by their hash', () => {
    const predictor = predictorOf(['b', 'a', 'b', true, false, null]);
    expect(predictor).toEqual({
      kind: 'symbol',
      name: 'it',
      first: 1,
      symbols: ['a', 'b', 'false', 'true'],
      overflow: 16,
    });
    expect(['a', 'b', false, true, null].map((value) => idOf(predictor, value))).toEqual([2, 3, 4, 5, 1]);
    const others = hundred.map((index) => idOf(predictor, `other ${index}`));
    expect(Math.min(...others)).toBeGreaterThanOrEqual(6);
    expect(Math.max(...others)).toBeLessThan(1 + sizeOf(predictor));
    expect(new Set(others).size).toBeGreaterThan(8);
  });

  it('keep the most frequent where there are many', () => {
    const rare = hundred.map((index) => `rare ${index}`);
    const predictor = predictorOf([...rare, ...rare.map(() => 'frequent')]);
    if (predictor.kind !== 'symbol') throw new Error('expected symbols');
    expect(predictor.symbols).toHaveLength(options.symbolsMax);
    expect(predictor.symbols).toContain('frequent');
  });
});

describe('codes', () => {
  it('leave out what never had a value', () => {
    const code = codeOf({
      names: ['none', 'some'],
      rows: [
        [null, 1],
        [null, 2],
      ],
    });
    expect(code.predictors.map(({ name }) => name)).toEqual(['some']);
  });

  it('tell all predictors more coarsely where they are many, and leave out those that vary least', () => {
    for (const count of [10, 40, 200]) {
      const names = Array.from({ length: count }, (_, index) => `p${index}`);
      const rows = hundred.map((row) =>
        names.map((_, index) => (index === 0 ? row % 2 : (row * (index + 7)) % 97)),
      );
      const code = codeOf({ names, rows });
      expect(code.dimension).toBeLessThanOrEqual(options.dimensionMax);
      expect(code.predictors.length).toBe(Math.min(count, 85));
      if (count === 200) expect(code.predictors.map(({ name }) => name)).not.toContain('p0');
    }
  });

  const value = fc.oneof(
    fc.constant(null),
    fc.boolean(),
    fc.integer({ min: -50, max: 50 }),
    fc.double({ noNaN: true }),
    fc.string({ maxLength: 3 }),
  );
  const table = fc
    .integer({ min: 1, max: 5 })
    .chain((width) =>
      fc.array(fc.array(value, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 30 }),
    );

  it('give every value an id within the range of its predictor, the ranges side by side', () => {
    fc.assert(
      fc.property(table, fc.array(value, { minLength: 5, maxLength: 5 }), (rows, unseen) => {
        const names = (rows[0] ?? []).map((_, index) => `p${index}`);
        const code = codeOf({ names, rows });
        const ids = new Uint16Array(code.predictors.length);
        for (const row of [...rows, unseen]) {
          encode(
            code,
            code.predictors.map(({ name }) => row[names.indexOf(name)]),
            ids,
          );
          code.predictors.forEach((predictor, index) => {
            expect(ids[index]).toBeGreaterThanOrEqual(predictor.first);
            expect(ids[index]).toBeLessThan(predictor.first + sizeOf(predictor));
          });
        }
        let next = 1;
        for (const predictor of code.predictors) {
          expect(predictor.first).toBe(next);
          next += sizeOf(predictor);
        }
        expect(code.dimension).toBe(next);
      }),
    );
  });

  it('are the same whatever the order of the samples', () => {
    fc.assert(
      fc.property(table, (rows) => {
        const names = (rows[0] ?? []).map((_, index) => `p${index}`);
        expect(codeOf({ names, rows: [...rows].reverse() })).toEqual(codeOf({ names, rows }));
      }),
    );
  });
});
