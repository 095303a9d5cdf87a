import type { Figures } from './figures.ts';
import { growthOf } from './growth.ts';
import { isMet } from './target.ts';

/** What a benchmark found that is not as it is to be: by name, measures first. A curve may not outgrow n log n. */
export function missedTargets({ measures, curves = [] }: Figures): readonly string[] {
  return [
    ...measures.filter((measure) => isMet(measure) === false).map(({ name }) => name),
    ...curves
      .filter((curve) => growthOf(curve)?.isFaster)
      .map(({ name }) => `${name} grows faster than n log n`),
  ];
}

/** How many targets there are; each curve that can be judged has one. */
export function targetCount({ measures, curves = [] }: Figures): number {
  return (
    measures.filter(({ target }) => target !== undefined).length +
    curves.filter((curve) => growthOf(curve) !== undefined).length
  );
}
