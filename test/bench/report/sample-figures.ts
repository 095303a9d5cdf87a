import type { Figures } from '../../../bench/report/figures.ts';

/** What a benchmark may have found. */
export const sampleFigures: Figures = {
  bench: 'sums',
  about: {
    question: 'What does a sum cost?',
    workload: 'numbers',
    baseline: 'no sum',
    notMeasured: 'reading the numbers',
  },
  ratio: 2,
  measures: [
    {
      name: 'a sum | of 1,000',
      unit: 'us',
      ours: 12_345.6,
      theirs: 24.68,
      ratio: { median: 2, low: 1.5, high: 2.5, pairs: 5 },
      target: { least: 3 },
    },
    { name: 'wrong sums', unit: '', ours: 0, target: { most: 0 } },
    { name: 'sums a second', unit: '1/s', ours: 7 },
  ],
  curves: [curveOf('sums by numbers', (x) => x ** 2)],
};

export function curveOf(name: string, cost: (x: number) => number, xs = [10, 100, 1_000, 10_000]) {
  return { name, x: 'numbers', y: 'time (us)', points: xs.map((x) => ({ x, y: cost(x) })) };
}
