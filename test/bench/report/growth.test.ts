import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { growthOf, nLogN, toleranceAtDoubling } from '../../../bench/report/growth.ts';
import { missedTargets } from '../../../bench/report/missed.ts';
import { growthText } from '../../../bench/report/tables.ts';
import { curveOf, sampleFigures } from './sample-figures.ts';

const isFaster = (cost: (x: number) => number, xs?: number[]) => growthOf(curveOf('c', cost, xs))?.isFaster;

describe('the growth of a cost', () => {
  it.each([
    ['a constant', () => 7],
    ['log n', (x: number) => Math.log(x)],
    ['n', (x: number) => 3 * x],
    ['n log n', (x: number) => 0.01 * nLogN(x)],
  ])('does not call %s faster than n log n', (_, cost) => {
    expect(isFaster(cost)).toBe(false);
  });

  it.each([
    ['n squared', (x: number) => x ** 2],
    ['n to the power of one and a half', (x: number) => x ** 1.5],
    ['a square that a fixed cost hides at first', (x: number) => 1e5 + x ** 2],
  ])('calls %s faster than n log n', (_, cost) => {
    expect(isFaster(cost)).toBe(true);
  });

  it('judges by the upper half alone', () => {
    const steepThenFlat = (x: number) => Math.min(x ** 2, 1e4);
    expect(isFaster(steepThenFlat, [1, 10, 100, 1_000, 10_000])).toBe(false);
  });

  it('lets noise of a tenth pass on n log n, whatever the sizes and the scale are', () => {
    const noise = fc.array(fc.double({ min: 0.95, max: 1.05, noNaN: true }), { minLength: 4, maxLength: 8 });
    fc.assert(
      fc.property(noise, fc.double({ min: 1e-3, max: 1e3, noNaN: true }), (factors, scale) => {
        const points = factors.map((factor, index) => ({
          x: 10 * 4 ** index,
          y: scale * nLogN(10 * 4 ** index) * factor,
        }));
        expect(growthOf({ points })?.isFaster).toBe(false);
      }),
    );
  });

  it('tells what a doubling costs, of two points too', () => {
    const growth = growthOf(curveOf('c', (x) => x ** 2, [1, 2]));
    expect(growth?.perDoubling).toBeCloseTo(4);
    expect(growth?.reference).toBeCloseTo(nLogN(2) / nLogN(1));
    expect(growth?.isFaster).toBe(4 > (nLogN(2) / nLogN(1)) * toleranceAtDoubling);
  });

  it('judges nothing by one point, nor by points that have no logarithm', () => {
    expect(growthOf(curveOf('c', (x) => x, [10]))).toBeUndefined();
    expect(growthOf(curveOf('c', (x) => x, [0, 10]))).toBeUndefined();
    expect(growthText(curveOf('c', (x) => x, [10]))).toBe('too few points to tell how it grows');
  });

  it('is told in words, and missed as a target is', () => {
    const [square] = sampleFigures.curves ?? [];
    expect(square && growthText(square)).toBe(
      'grows **faster than n log n**: 4.00x at each doubling over the upper half, n log n 2.22x',
    );
    expect(growthText(curveOf('c', (x) => x))).toContain('does not grow faster than n log n: 2.00x');
    expect(missedTargets(sampleFigures)).toEqual([
      'a sum | of 1,000',
      'sums by numbers grows faster than n log n',
    ]);
  });
});
