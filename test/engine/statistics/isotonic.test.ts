import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isotonicMeans, type WeightedBin } from '../../../engine/statistics/isotonic.ts';

const bins = fc.array(
  fc
    .record({ weight: fc.integer({ min: 0, max: 9 }), mean: fc.integer({ min: 0, max: 8 }) })
    .map(({ weight, mean }): WeightedBin => ({ weight, sum: weight * mean })),
  { maxLength: 12 },
);

/** The definition: the largest over all starts of the least mean over all ends. */
function byDefinition(all: readonly WeightedBin[]): number[] {
  const meanOf = (from: number, to: number) => {
    const part = all.slice(from, to + 1);
    return part.reduce((sum, bin) => sum + bin.sum, 0) / part.reduce((sum, bin) => sum + bin.weight, 0);
  };
  return all.map((_, index) => {
    const starts = all.slice(0, index + 1).map((__, from) => {
      const ends = all.slice(index).map((___, further) => meanOf(from, index + further));
      return Math.min(...ends);
    });
    return Math.max(...starts);
  });
}

describe('isotonic means', () => {
  it('leaves what rises and pools what falls', () => {
    expect(
      isotonicMeans([
        { weight: 10, sum: 1 },
        { weight: 10, sum: 3 },
        { weight: 30, sum: 3 },
        { weight: 10, sum: 9 },
      ]),
    ).toEqual([0.1, 0.15, 0.15, 0.9]);
  });

  it('is the closest rise there is', () => {
    fc.assert(
      fc.property(bins, (all) => {
        const weighed = all.filter(({ weight }) => weight > 0);
        const found = isotonicMeans(weighed);
        for (const [index, value] of byDefinition(weighed).entries())
          expect(found[index]).toBeCloseTo(value, 12);
      }),
    );
  });

  it('gives empty bins the value of the ones before them, or of the first', () => {
    expect(
      isotonicMeans([
        { weight: 0, sum: 0 },
        { weight: 2, sum: 1 },
        { weight: 0, sum: 0 },
        { weight: 2, sum: 2 },
        { weight: 0, sum: 0 },
      ]),
    ).toEqual([0.5, 0.5, 0.5, 1, 1]);
    expect(isotonicMeans([{ weight: 0, sum: 0 }])).toEqual([NaN]);
    expect(isotonicMeans([])).toEqual([]);
  });
});
