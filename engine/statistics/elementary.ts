import { exp } from './exponential.ts';
import { log, log1p } from './logarithm.ts';

/**
 * Elementary functions for everything that is learned, decided and reported.
 *
 * EL1. The same bits in every JavaScript engine: + - * /, square roots, floors and exact bit operations alone. What
 *      `Math.exp` and its kin return is left to the engine, so a decision made again elsewhere could differ.
 * EL2. Within about two units of the last place over the whole range, right at nothing, infinity and NaN.
 */
export { exp, expm1 } from './exponential.ts';
export { log, log1p } from './logarithm.ts';
export { pow } from './power.ts';

/** The probability whose log-odds are x: 1 / (1 + e^-x). */
export function sigmoid(x: number): number {
  if (x < 0) {
    const odds = exp(x);
    return odds / (1 + odds);
  }
  return 1 / (1 + exp(-x));
}

/** The log-odds of a probability: ln(p / (1 - p)). */
export function logit(p: number): number {
  const isNearHalf = p > 0.25 && p < 0.75;
  return isNearHalf ? log1p((2 * p - 1) / (1 - p)) : log(p / (1 - p));
}
