import fc from 'fast-check';
import { jStat } from 'jstat';
import { describe, expect, it } from 'vitest';
import { betaCdf, betaQuantile } from '../../../engine/statistics/beta.ts';
import { chiSquareTail, gammaTail, logGamma } from '../../../engine/statistics/gamma.ts';
import { normalCdf, normalQuantile } from '../../../engine/statistics/normal.ts';

function expectClose(found: number, right: number, within: number): void {
  expect(Math.abs(found - right)).toBeLessThanOrEqual(within * Math.abs(right));
}

/** jstat itself is right to about nine digits. */
const oracle = 1e-8;

describe('the gamma function', () => {
  it.each([
    [0.5, Math.log(Math.PI) / 2],
    [5, Math.log(24)],
    [10.5, 13.940625219403763],
    [100, 359.1342053695754],
    [1e-5, 11.512919692895826],
  ])('has the published logarithm at %s', (x, value) => {
    expect(Math.abs(logGamma(x) - value)).toBeLessThanOrEqual(2e-15 * Math.max(1, value));
  });

  it('has the logarithm that jstat finds', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.01, max: 1e6, noNaN: true }), (x) => {
        expect(Math.abs(logGamma(x) - jStat.gammaln(x))).toBeLessThan(
          1e-11 * Math.max(1, Math.abs(logGamma(x))),
        );
      }),
    );
    expect([0, -1, NaN, Infinity].map(logGamma)).toEqual([NaN, NaN, NaN, Infinity]);
  });
});

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

describe('the beta distribution', () => {
  it.each([
    // (2 / pi) arcsin(sqrt x); 1 - (1 - x)^b; and sums of binomial chances.
    [0.1, 0.5, 0.5, (2 / Math.PI) * Math.asin(Math.sqrt(0.1))],
    [0.01, 1, 100, 1 - 0.99 ** 100],
    [0.5, 2, 3, 11 / 16],
    [0.999, 50, 1, 0.999 ** 50],
    [1e-10, 1, 1, 1e-10],
  ])('has the closed value below %s for a = %s, b = %s', (x, a, b, share) => {
    expectClose(betaCdf(x, { a, b }), share, 1e-13);
  });

  it('agrees with jstat', () => {
    const parameter = fc.double({ min: 0.1, max: 300, noNaN: true });
    fc.assert(
      fc.property(parameter, parameter, fc.double({ min: 0, max: 1, noNaN: true }), (a, b, x) => {
        expect(Math.abs(betaCdf(x, { a, b }) - jStat.beta.cdf(x, a, b))).toBeLessThan(1e-6);
      }),
    );
  });

  it('finds shares back by their quantiles', () => {
    const parameter = fc.double({ min: 0.05, max: 1e5, noNaN: true });
    fc.assert(
      fc.property(parameter, parameter, fc.double({ min: 1e-9, max: 0.9999, noNaN: true }), (a, b, share) => {
        const x = betaQuantile(share, { a, b });
        fc.pre(x > 1e-300 && x < 1 - 1e-6);
        expectClose(betaCdf(x, { a, b }), share, 1e-9);
      }),
    );
    expectClose(betaQuantile(0.975, { a: 11, b: 91 }), jStat.beta.inv(0.975, 11, 91), 1e-7);
  });

  it('is right at the ends', () => {
    const beta = { a: 2, b: 5 };
    expect([-1, 0, 1, 2, NaN].map((x) => betaCdf(x, beta))).toEqual([0, 0, 1, 1, NaN]);
    expect([0, 1, -1, NaN].map((share) => betaQuantile(share, beta))).toEqual([0, 1, NaN, NaN]);
    expect([betaCdf(0.5, { a: 0, b: 1 }), betaQuantile(0.5, { a: 1, b: -1 })]).toEqual([NaN, NaN]);
  });
});
