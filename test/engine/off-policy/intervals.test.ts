import { jStat } from 'jstat';
import { describe, expect, it } from 'vitest';
import { sequenceHalfWidth } from '../../../engine/off-policy/interval.ts';
import { quantile95 } from '../../../engine/off-policy/spread.ts';
import { estimatesOf, row } from './rows.ts';

describe('the reach of an interval', () => {
  it.each([12, 20, 40, 100, 1_000])(
    "is Student's quantile at %d degrees of freedom, ten more than the spread's own",
    (freedom) => {
      const groups = (freedom - 10) / 2;
      const reach = quantile95({ groups, all: Number.POSITIVE_INFINITY });
      expect(reach / jStat.studentt.inv(0.975, freedom)).toBeCloseTo(1, 2);
    },
  );

  it('is that of the normal distribution where every customer counts alike', () => {
    expect(quantile95({ groups: 500, all: 500 })).toBeCloseTo(1.959964, 6);
  });

  it('is wider for an interval that holds however often one looks, least so at the size it is tuned for', () => {
    const at = (groups: number) =>
      sequenceHalfWidth({ standardError: 1, groups, tunedFor: 5_000 }) / quantile95({ groups, all: groups });
    expect(at(5_000)).toBeCloseTo(1.55, 1);
    expect(at(500)).toBeGreaterThan(at(5_000));
    expect(at(100_000)).toBeGreaterThan(at(5_000));
    const rows = Array.from({ length: 100 }, (_, index) => row({ reward: index % 2 }));
    const { interval, sequence } = estimatesOf(rows).dr;
    expect(sequence.low).toBeLessThan(interval.low);
    expect(sequence.high).toBeGreaterThan(interval.high);
  });

  it('covers the truth in about 95 of 100 logs', () => {
    let covered = 0;
    const logs = 400;
    for (let log = 0; log < logs; log += 1) {
      const rows = Array.from({ length: 120 }, (_, index) => {
        const chance = ((Math.imul(log * 120 + index + 1, 2_654_435_761) >>> 0) % 9_973) / 9_973;
        const isTried = chance < 0.25;
        // Tried with 1/4, it pays in two of five cases; the new rules always try it.
        return row({
          propensity: isTried ? 0.25 : 0.75,
          target: isTried ? 1 : 0,
          reward: chance < 0.1 ? 1 : 0,
        });
      });
      const { low, high } = estimatesOf(rows).ips.interval;
      covered += low <= 0.4 && 0.4 <= high ? 1 : 0;
    }
    expect(covered / logs).toBeGreaterThan(0.92);
  });

  it('is no narrower than the model foresees, so that heavy rows without a success do not look certain', () => {
    const rate = 0.02;
    const logs = 150;
    const coverage = (variance: object) => {
      let covered = 0;
      for (let log = 0; log < logs; log += 1) {
        const rows = Array.from({ length: 400 }, (_, index) => {
          const isTried = index % 10 === 0;
          // One in ten was shown what the new rules always show; one in fifty of those buys.
          const reward = chanceOf(log * 400 + index) < rate ? 1 : 0;
          const odds = isTried ? { propensity: 0.1, target: 1 } : { propensity: 0.9, target: 0 };
          return row({ ...odds, reward, predicted: rate, expected: rate, ...variance });
        });
        const { low, high } = estimatesOf(rows).dr.interval;
        covered += low <= rate && rate <= high ? 1 : 0;
      }
      return covered / logs;
    };
    expect(coverage({})).toBeLessThan(0.8);
    expect(coverage({ variance: rate * (1 - rate) })).toBeGreaterThan(0.93);
  });
});

/** Evenly spread, of a number. */
function chanceOf(number: number): number {
  const mixed = Math.imul(number + 1, 2_654_435_761) >>> 0;
  return (Math.imul(mixed ^ (mixed >>> 15), 2_246_822_519) >>> 0) / 2 ** 32;
}
