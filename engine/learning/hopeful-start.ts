/** What the odds of a treatment that is little known are multiplied by. */
const hope = 3;
/** Nothing is certain before it was tried, whatever the book assumes: a model could not come back from there. */
const certainMax = 1 - 2 ** -20;

/**
 * The propensity that a model begins with, from the rate that is expected of its treatment (its own, drawn towards that of
 * its action, its group and so on): three times the odds. Little known treatments are tried for their promise; the rate of
 * one that failed again and again falls, and its promise with it.
 */
export function hopefulStart(rate: number): number {
  const start = (hope * rate) / (hope * rate + 1 - rate);
  return Math.min(certainMax, Math.max(1 - certainMax, start));
}
