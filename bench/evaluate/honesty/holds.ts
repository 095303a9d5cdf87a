import type { Interval } from '../../../engine/index.ts';

/** Values of a decision are some units of money here; sums of them that were taken in another order differ by less. */
const roundingMax = 1e-9;

export function isNothing(difference: number): boolean {
  return Math.abs(difference) <= roundingMax;
}

/** Where a change changes nothing, the interval is nothing as well, but for the last digits of sums. */
export function holds({ low, high }: Interval, value: number): boolean {
  return low - roundingMax <= value && value <= high + roundingMax;
}
