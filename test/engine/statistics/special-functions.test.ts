import fc from 'fast-check';
import { jStat } from 'jstat';
import { describe, expect, it } from 'vitest';
import { chiSquareTail, gammaTail } from '../../../engine/statistics/gamma.ts';
import { normalCdf, normalQuantile } from '../../../engine/statistics/normal.ts';

function expectClose(found: number, right: number, within: number): void {
  expect(Math.abs(found - right)).toBeLessThanOrEqual(within * Math.abs(right));
}

/** jstat itself is right to about nine digits. */
const oracle = 1e-8;

describe('the upper tail of chi-square', () => {
  it.each([
    [3.841458820694124, 1, 0.05],
    [18.307038053275146, 10, 0.05],
    // With an even number it is a sum of Poisson chances: e^-3 (1 + 3 + 3^2 / 2).
    [6, 6, Math.exp(-3) * 8.5],
    [10.827566170662733, 1, 0.001],
    [9.487729036781154, 4, 0.05],
  ])('has the published value beyond %s with %s degrees of freedom', (value, freedom, tail) => {
    expectClose(chiSquareTail(value, freedom), tail, 1e-11);
  });

  it('agrees with jstat', () => {
    const degrees = fc.integer({ min: 1, max: 300 });
    fc.assert(
      fc.property(degrees, fc.double({ min: 0.01, max: 3, noNaN: true }), (freedom, times) => {
        const value = freedom * times;
        expect(
          Math.abs(chiSquareTail(value, freedom) - (1 - jStat.chisquare.cdf(value, freedom))),
        ).toBeLessThan(oracle);
      }),
    );
  });

  it('keeps digits in far tails and with many degrees of freedom', () => {
    // With two degrees of freedom it is e^(-x/2).
    expectClose(chiSquareTail(1_000, 2), Math.exp(-500), 1e-12);
    // At its mean: a half, less 1 / (3 sqrt(2 pi shape)).
    expectClose(gammaTail(5e5, 5e5), 0.5 - 1 / (3 * Math.sqrt(Math.PI * 1e6)), 1e-9);
    expect([gammaTail(2, 0), gammaTail(2, Infinity), gammaTail(-1, 2), gammaTail(1, -2)]).toEqual([
      1,
      0,
      NaN,
      NaN,
    ]);
  });
});

describe('the normal distribution', () => {
  it.each([
    [0, 0.5],
    [1, 0.8413447460685429],
    [-1.96, 0.02499789514822043],
    [-5, 2.866515718791939e-7],
    [-10, 7.61985302416052e-24],
    [-37, 5.725571222524577e-300],
  ])('has the published share below %s', (x, share) => {
    expectClose(normalCdf(x), share, 1e-13);
  });

  it.each([
    [0.975, 1.959963984540054],
    [0.995, 2.5758293035489],
    [0.9, 1.2815515655446004],
    [1e-10, -6.361340902404056],
  ])('has the published quantile at %s', (share, x) => {
    expectClose(normalQuantile(share), x, 1e-14);
  });

  it('agrees with jstat and finds shares back', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-250, max: 1 - 1e-12, noNaN: true }), (share) => {
        const x = normalQuantile(share);
        expectClose(normalCdf(x), share, 1e-12);
        expect(Math.abs(normalCdf(x) - jStat.normal.cdf(x, 0, 1))).toBeLessThan(oracle);
      }),
    );
    expect([0, 0.5, 1, -1, NaN].map(normalQuantile)).toEqual([-Infinity, 0, Infinity, NaN, NaN]);
  });
});
