import { describe, expect, it } from 'vitest';
import { compared } from '../../../bench/report/compared.ts';
import type { Figures, Measure } from '../../../bench/report/figures.ts';
import { sampleFigures } from './sample-figures.ts';

const asked = { name: 'sums', revision: 'HEAD~1', commit: 'abc' };
const figures = (...measures: readonly Measure[]): Figures => ({ ...sampleFigures, measures });
const time = (ours: number): Measure => ({ name: 'time', unit: 'us', ours });

describe('two revisions compared', () => {
  it('has the ratio of then to now for each pair of runs, by the name of the measure', () => {
    const pairs = [
      { now: figures(time(10)), before: figures({ name: 'old', unit: '', ours: 1 }, time(20)) },
      { now: figures(time(20)), before: figures({ name: 'old', unit: '', ours: 1 }, time(60)) },
      { now: figures(time(10)), before: figures({ name: 'old', unit: '', ours: 1 }, time(50)) },
    ];
    const { measures, raw } = compared(pairs, asked);
    expect(measures).toEqual([{ ...time(10), theirs: 50, ratio: { median: 3, low: 2, high: 5, pairs: 3 } }]);
    expect(raw).toEqual({ onlyNow: [], onlyBefore: ['old'] });
  });

  it('has no ratio to nothing', () => {
    const [measure] = compared([{ now: figures(time(0)), before: figures(time(4)) }], asked).measures;
    expect(measure).toEqual({ ...time(0), theirs: 4 });
  });

  it('says so where the revision measured nothing of the same name', () => {
    const pairs = [{ now: figures(time(1)), before: figures() }];
    expect(() => compared(pairs, asked)).toThrow('sums measured nothing at HEAD~1 that it measures now');
  });
});
