/** What the odds of a treatment that is little known are multiplied by. */
const hope = 3;

/**
 * The propensity that a model begins with, from the rate that is expected of its treatment (its own, drawn towards that of
 * its action, its group and so on): three times the odds. Little known treatments are tried for their promise; the rate of
 * one that failed again and again falls, and its promise with it.
 */
export function hopefulStart(rate: number): number {
  return (hope * rate) / (hope * rate + 1 - rate);
}
