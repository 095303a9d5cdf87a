import { isotonicMeans } from '../statistics/isotonic.ts';
import type { AdditiveSums } from './additive-sums.ts';
import { calibrationBins, centreOf, probabilityOf } from './score.ts';

/** Conversions from which a model is held against what came of it; with fewer its own word is the better one. */
const positivesMin = 200;
/** Outcomes that a bin's own word counts as. */
const ownWord = 1_000;

/**
 * Propensity at the centre of each bin of the score: what came of it, shrunk to what the score says by itself, and never
 * falling. Undefined while there is too little to tell.
 */
export function calibrationOf(sums: AdditiveSums, link: 'logit' | 'identity'): Float32Array | undefined {
  if (sums.positives < positivesMin) return undefined;
  const bins = Array.from({ length: calibrationBins }, (_, bin) => {
    const trials = sums.trialsByBin[bin] as number;
    const own = probabilityOf(centreOf(bin, link), link);
    return { weight: trials + ownWord, sum: (sums.positivesByBin[bin] as number) + own * ownWord };
  });
  return Float32Array.from(isotonicMeans(bins));
}
