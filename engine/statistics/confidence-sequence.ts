import { log } from './elementary.ts';
import { normalQuantile } from './normal.ts';

/**
 * Intervals for an effect.
 *
 * CS1. A sequence holds at every look at once: whoever looks as often as they like, and stops when they like, is wrong in at
 *      most `alpha` of the experiments (asymptotically: Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas, 2024).
 * CS2. An interval for a fixed number of customers holds at one look alone, that was agreed before.
 * CS3. What has no spread yet has no interval: as long as nobody did anything, nothing is known.
 */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

export interface SequenceOptions {
  /** How often an interval may miss, over all looks together. */
  readonly alpha: number;
  /** The number of observations at which the intervals are to be narrowest in comparison. */
  readonly narrowestAt: number;
}

/** Half the width at a number of observations, in units of the standard error of the estimate at that number. */
export function sequenceFactor(observations: number, { alpha, narrowestAt }: SequenceOptions): number {
  const twiceLog = -2 * log(alpha);
  const mixing = (observations / narrowestAt) * (twiceLog + log(twiceLog + 1));
  return Math.sqrt(((2 * (mixing + 1)) / mixing) * log(Math.sqrt(mixing + 1) / alpha));
}

/** Half the width of an interval for one look, in standard errors. */
export function fixedFactor(alpha: number): number {
  return -normalQuantile(alpha / 2);
}

/** undefined while nothing is known. */
export function intervalAround(
  estimate: number,
  { standardError, factor }: { readonly standardError: number; readonly factor: number },
): Interval | undefined {
  const half = standardError * factor;
  return half > 0 && half < Infinity ? { low: estimate - half, high: estimate + half } : undefined;
}
