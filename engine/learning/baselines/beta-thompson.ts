import type { Tally } from '../../model/model-snapshot.ts';
import { drawBeta } from './draw-beta.ts';

/**
 * The first shadow baseline: Thompson sampling on one Beta distribution a treatment, blind to the customer. It is what a
 * contextual model has to beat, and on weak signals often does not (Chapelle and Li 2011).
 *
 * BT1. All it keeps is a `Tally`: integers that add up in any order and can be taken back (`addOutcome` with `times: -1`).
 * BT2. A draw is a function of the tally, the prior and the uniform numbers it is handed.
 */
export interface BetaPrior {
  readonly positives: number;
  readonly negatives: number;
}

/** Every propensity as likely as any other. */
export const uniformPrior: BetaPrior = { positives: 1, negatives: 1 };

export const emptyTally: Tally = [0, 0];

/** One more outcome, or with `times: -1` one that is taken back. */
export function addOutcome(tally: Tally, isPositive: boolean, times = 1): Tally {
  return [tally[0] + times, tally[1] + (isPositive ? times : 0)];
}

export function mergeTallies(left: Tally, right: Tally): Tally {
  return [left[0] + right[0], left[1] + right[1]];
}

/** Mean of the posterior. */
export function betaMean([trials, positives]: Tally, prior: BetaPrior = uniformPrior): number {
  return (prior.positives + positives) / (prior.positives + prior.negatives + trials);
}

/** One propensity drawn from the posterior: who takes the largest chooses each treatment as often as it is the best. */
export function drawPropensity(
  [trials, positives]: Tally,
  uniform: () => number,
  prior: BetaPrior = uniformPrior,
): number {
  return drawBeta(prior.positives + positives, prior.negatives + trials - positives, uniform);
}
