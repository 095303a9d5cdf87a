import { sequenceFactor } from '../../statistics/confidence-sequence.ts';
import type { ArmComparison, ComparisonOptions } from './compare-arms.ts';

/** Beyond so many times what there is, nobody waits. */
const timesMax = 20;
/** As exactly as anybody wants to know it. */
const precision = 0.01;

/**
 * About how many further customers it takes until the interval leaves out zero, if the effect is what it seems to be now.
 * undefined where that is out of reach, or nothing is known.
 */
export function customersMissing(
  { effect, standardError }: ArmComparison,
  { customers, planned, alpha }: ComparisonOptions & { readonly customers: number },
): number | undefined {
  const wouldTell = (times: number) => {
    const factor = sequenceFactor(customers * times, { alpha, narrowestAt: planned });
    return (standardError / Math.sqrt(times)) * factor < Math.abs(effect);
  };
  if (!wouldTell(1 + timesMax)) return undefined;
  let tooFew = 1;
  let enough = 1 + timesMax;
  while (enough - tooFew > precision) {
    const middle = (tooFew + enough) / 2;
    if (wouldTell(middle)) enough = middle;
    else tooFew = middle;
  }
  return Math.ceil(customers * (enough - 1));
}
