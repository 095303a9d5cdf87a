import { millionths } from '../features/totals.ts';

/** What one contact takes from a budget that counts cost. Rounded up: many small contacts never come to more than paid. */
export function costInMillionths(cost: number): number {
  return Math.ceil(cost * millionths);
}
