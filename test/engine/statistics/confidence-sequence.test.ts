import { describe, expect, it } from 'vitest';
import {
  fixedFactor,
  intervalAround,
  sequenceFactor,
} from '../../../engine/statistics/confidence-sequence.ts';

const options = { alpha: 0.05, narrowestAt: 5_000 };

describe('a confidence sequence', () => {
  it('has the half-width of the normal mixture', () => {
    const n = 1_234;
    const rho = (-2 * Math.log(0.05) + Math.log(-2 * Math.log(0.05) + 1)) / options.narrowestAt;
    const half = Math.sqrt(
      ((2 * (n * rho + 1)) / (n * n * rho)) * Math.log(Math.sqrt(n * rho + 1) / options.alpha),
    );
    expect(sequenceFactor(n, options) / Math.sqrt(n)).toBeCloseTo(half, 14);
  });

  it.each([
    [0.1, 1.97],
    [1, 1.55],
    [20, 1.7],
  ])('is, at %s times the planned number, %s times as wide as an interval for one look', (times, ratio) => {
    const found = sequenceFactor(times * options.narrowestAt, options) / fixedFactor(options.alpha);
    expect(found).toBeCloseTo(ratio, 2);
  });

  it('is narrowest in comparison where it was planned to be', () => {
    const at = (times: number) => sequenceFactor(times * options.narrowestAt, options);
    expect(at(1)).toBeLessThan(at(0.8));
    expect(at(1)).toBeLessThan(at(1.2));
  });
});

describe('an interval', () => {
  it('is not there while nothing is known', () => {
    expect(intervalAround(0.5, { standardError: 0, factor: 3 })).toBeUndefined();
    expect(intervalAround(NaN, { standardError: NaN, factor: 3 })).toBeUndefined();
    expect(intervalAround(0, { standardError: Infinity, factor: 3 })).toBeUndefined();
    expect(intervalAround(1, { standardError: 0.5, factor: 2 })).toEqual({ low: 0, high: 2 });
  });
});
