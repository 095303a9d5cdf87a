import type { ScoringRow } from '../model/propensity-model.ts';
import { sigmoid } from '../statistics/elementary.ts';
import type { IdList } from './feature-code.ts';

/**
 * Scoring: what a decision asks of every candidate, so nothing here allocates.
 *
 * LS1. What is served is a whole number of steps: what is learned from it later is a fixed quantity, whoever folds it.
 * LS2. The propensity is a function of that number, so that whoever knows the number knows the propensity.
 */

/** Steps of a served score in one logit, or in a probability of one where the link is the identity. */
export const scoreSteps = { logit: 256, identity: 4_096 } as const;

/** Scores beyond are as good as these, and a served score stays a small number. */
const scoreMax = { logit: 12, identity: 4 } as const;

/** A linear score that says a probability must leave room for what is not expected. */
const identityRange = { low: 0.0005, high: 0.9995 } as const;

/** The served score of a row for active ids: what its weights add up to, in whole steps. */
export function scoreOf({ weights, link }: ScoringRow, ids: IdList): number {
  let sum = weights[0] as number;
  for (let index = 0; index < ids.length; index += 1) sum += weights[ids[index] as number] as number;
  return scoreAt(sum, link);
}

/** The served score of a logit, or of a probability where the link is the identity. */
export function scoreAt(value: number, link: ScoringRow['link']): number {
  const most = scoreMax[link];
  return Math.round(Math.min(most, Math.max(-most, value)) * scoreSteps[link]);
}

/** Whether anything can have been served with it. */
export function isScore(score: number, link: ScoringRow['link']): boolean {
  return Number.isInteger(score) && Math.abs(score) <= scoreMax[link] * scoreSteps[link];
}

/** The probability that a score stands for by itself. */
export function probabilityOf(score: number, link: 'logit' | 'identity'): number {
  const value = score / scoreSteps[link];
  if (link === 'logit') return sigmoid(value);
  return Math.min(identityRange.high, Math.max(identityRange.low, value));
}

/** Bins of the served score in which outcomes are counted, so that scores can be held against what came of them. */
export const calibrationBins = 40;

/** Rates are low more often than high: from about 1 in 2,000 to 9 in 10, three bins a logit. */
const binned = { logit: { from: -8, to: 4 }, identity: { from: 0, to: 1 } } as const;

/** Where a score lies among the centres of the bins: a whole number in the middle of a bin. */
function placeOf(score: number, link: 'logit' | 'identity'): number {
  const { from, to } = binned[link];
  const place = ((score / scoreSteps[link] - from) / (to - from)) * calibrationBins - 0.5;
  return Math.min(calibrationBins - 1, Math.max(0, place));
}

export function binOf(score: number, link: 'logit' | 'identity'): number {
  return Math.round(placeOf(score, link));
}

/** The score in the middle of a bin. */
export function centreOf(bin: number, link: 'logit' | 'identity'): number {
  const { from, to } = binned[link];
  return (from + ((bin + 0.5) * (to - from)) / calibrationBins) * scoreSteps[link];
}

/** The propensity of a served score: calibrated where the row knows how, on straight lines between the bins. */
export function propensityOf({ calibration, link }: ScoringRow, score: number): number {
  const plain = probabilityOf(score, link);
  if (!calibration) return plain;
  const place = placeOf(score, link);
  const bin = Math.floor(place);
  const low = calibration[bin] as number;
  const high = calibration[Math.min(bin + 1, calibrationBins - 1)] as number;
  return low + (high - low) * (place - bin);
}

/**
 * What is put on top of a propensity for what is not known yet: the standard deviation of the score, from the diagonal of
 * the covariance alone, carried over to a probability. The diagonal is as good as the whole, and as cheap as the score.
 */
export function optimismOf({ variances, link }: ScoringRow, ids: IdList, p: number): number {
  let sum = variances[0] as number;
  for (let index = 0; index < ids.length; index += 1) sum += variances[ids[index] as number] as number;
  const slope = link === 'logit' ? p * (1 - p) : 1;
  return slope * Math.sqrt(sum / Math.sqrt(ids.length + 1));
}
