import { median, spread } from '../measure/statistics.ts';
import type { Ratio } from './figures.ts';

/** The first of each pair divided by the second: `ratioOf(ours, theirs)` of throughputs is our share of theirs. */
export function ratioOf(first: readonly number[], second: readonly number[]): Ratio {
  const ratios = first.map((one, pair) => one / (second[pair] as number));
  return { median: median(ratios), ...spread(ratios), pairs: ratios.length };
}
