import type { Measure } from './figures.ts';

/** Whether a measure is as it is to be; undefined where nothing is asked of it. */
export function isMet({ ours, ratio, target }: Measure): boolean | undefined {
  if (target === undefined) return undefined;
  const value = ratio?.median ?? ours;
  return 'least' in target ? value >= target.least : value <= target.most;
}
