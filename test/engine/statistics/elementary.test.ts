import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hash48 } from '../../../engine/index.ts';
import { exp, expm1, log, log1p, logit, pow, sigmoid } from '../../../engine/statistics/elementary.ts';
import { elementaryBits } from '../../support/elementary-bits.ts';

/** Two units of the last place. */
const close = 4.5e-16;

function relativeError(found: number, right: number): number {
  return Object.is(found, right) ? 0 : Math.abs(found - right) / Math.abs(right);
}

/** Holds a function to one of the JavaScript engine's, which is no further off than a unit of the last place. */
function agrees(
  ours: (x: number) => number,
  theirs: (x: number) => number,
  { from, to, within = close }: { from: number; to: number; within?: number },
): void {
  fc.assert(
    fc.property(fc.double({ min: from, max: to, noNaN: true }), (x) => {
      expect(relativeError(ours(x), theirs(x))).toBeLessThanOrEqual(within);
    }),
    { numRuns: 2_000 },
  );
}

describe('powers of e', () => {
  it.each([
    [1, Math.E],
    [-1, 0.36787944117144233],
    [10, 22026.465794806718],
    [0.5, 1.6487212707001282],
    [100, 2.6881171418161356e43],
    [-700, 9.85967654375977e-305],
    [709, 8.218407461554972e307],
  ])('has the published value at %s', (x, value) => {
    expect(relativeError(exp(x), value)).toBeLessThanOrEqual(close);
  });

  it('agrees with the engine over the whole range', () => {
    agrees(exp, Math.exp, { from: -708, to: 709 });
    agrees(exp, Math.exp, { from: -20, to: 20 });
  });

  it('is right at the ends', () => {
    expect([0, -0, Infinity, -Infinity, NaN, 710, -746].map(exp)).toEqual([
      1,
      1,
      Infinity,
      0,
      NaN,
      Infinity,
      0,
    ]);
    expect(exp(-745)).toBe(5e-324);
    expect(Math.abs(exp(-720) - Math.exp(-720))).toBeLessThanOrEqual(1e-323);
  });

  it('keeps what is close to nothing when 1 is taken off', () => {
    agrees(expm1, Math.expm1, { from: -1e-3, to: 1e-3 });
    agrees(expm1, Math.expm1, { from: -50, to: 709, within: 7e-16 });
    expect([0, -0, Infinity, -Infinity, NaN, 1e-320].map(expm1)).toEqual([0, -0, Infinity, -1, NaN, 1e-320]);
  });
});

describe('logarithms', () => {
  it.each([
    [2, Math.LN2],
    [10, Math.LN10],
    [0.5, -Math.LN2],
    [1.5, 0.4054651081081644],
    [1e-300, -690.7755278982137],
    [5e-324, -744.4400719213812],
    [Number.MAX_VALUE, 709.782712893384],
  ])('has the published value at %s', (x, value) => {
    expect(relativeError(log(x), value)).toBeLessThanOrEqual(close);
  });

  it('agrees with the engine over the whole range', () => {
    agrees(log, Math.log, { from: 5e-324, to: Number.MAX_VALUE });
    agrees(log, Math.log, { from: 0.5, to: 2 });
    agrees(log, Math.log, { from: 1e-6, to: 1e6 });
  });

  it('is right at the ends', () => {
    expect([0, -0, 1, Infinity, -1, -Infinity, NaN].map(log)).toEqual([
      -Infinity,
      -Infinity,
      0,
      Infinity,
      NaN,
      NaN,
      NaN,
    ]);
  });

  it('keeps what is close to nothing when 1 is added', () => {
    agrees(log1p, Math.log1p, { from: -1e-3, to: 1e-3 });
    agrees(log1p, Math.log1p, { from: -0.999, to: 1e9 });
    expect([0, -0, -1, Infinity, -2, NaN, 1e-320].map(log1p)).toEqual([
      0,
      -0,
      -Infinity,
      Infinity,
      NaN,
      NaN,
      1e-320,
    ]);
  });
});

describe('probabilities and log-odds', () => {
  it('agrees with the definition on both sides', () => {
    agrees(sigmoid, (x) => 1 / (1 + Math.exp(-x)), { from: -700, to: 40, within: 1e-15 });
    expect([0, Infinity, -Infinity, NaN].map(sigmoid)).toEqual([0.5, 1, 0, NaN]);
  });

  it('finds the log-odds back', () => {
    expect([0, 0.5, 1, NaN, 2].map(logit)).toEqual([-Infinity, 0, Infinity, NaN, NaN]);
    fc.assert(
      fc.property(fc.double({ min: -700, max: 5, noNaN: true }), (x) => {
        expect(Math.abs(logit(sigmoid(x)) - x)).toBeLessThanOrEqual(1e-13 * Math.max(1, Math.abs(x)));
      }),
    );
  });

  it('tells apart what is close to a half', () => {
    expect(relativeError(logit(0.5 + 2 ** -40), 4 * 2 ** -40)).toBeLessThanOrEqual(close);
  });
});

describe('powers', () => {
  it('agrees with the engine', () => {
    const base = fc.double({ min: 1e-300, max: 1e300, noNaN: true });
    fc.assert(
      fc.property(base, fc.double({ min: -4, max: 4, noNaN: true }), (x, y) => {
        const right = x ** y;
        fc.pre(right > 1e-300 && right < Infinity);
        expect(relativeError(pow(x, y), right)).toBeLessThanOrEqual(close);
      }),
      { numRuns: 2_000 },
    );
  });

  it('does not lose digits to large exponents', () => {
    // e, but for e/2n of it: (1 + 1/n)^n.
    const n = 2 ** 40;
    expect(relativeError(pow(1 + 1 / n, n), Math.E * (1 - 1 / (2 * n)))).toBeLessThanOrEqual(close);
    expect(pow(2, 1000)).toBe(2 ** 1000);
    expect(pow(10, 20)).toBe(1e20);
  });

  it('is as the language defines it at the ends', () => {
    const ends = [0, -0, 1, -1, 2, -2, 0.5, -0.5, Infinity, -Infinity, NaN, 1e300, -1e300];
    const exponents = [...ends, 3, -3, 1.5, 1000, -1000];
    for (const x of ends) {
      for (const y of exponents) expect([x, y, pow(x, y)]).toEqual([x, y, x ** y]);
    }
  });
});

it('gives the same bits everywhere', () => {
  expect(hash48(elementaryBits())).toBe(167_874_900_435_158);
});
