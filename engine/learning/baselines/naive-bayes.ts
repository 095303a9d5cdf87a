import { assert } from '../../assert.ts';
import type { FeatureCode, PredictorCode } from '../../model/propensity-model.ts';
import { log } from '../../statistics/elementary.ts';
import { sizeOf } from '../feature-code.ts';
import { drawBeta } from './draw-beta.ts';
import { ScoreTable } from './score-table.ts';

/**
 * The second shadow baseline: naive Bayes over the same feature ids as the models, as adaptive decision managers have it:
 * the log odds of the bins averaged with the log odds of all, and a monotonous table that turns this score into a propensity.
 *
 * BY1. All that is kept are counts: integers that add up in any order, merge, and can be taken back exactly.
 * BY2. The score is `[log(1+P) - log(1+N) + sum of contributions] / (1 + predictors)`, a bin's contribution
 *      `log(pos + 1/bins) - log(neg + 1/bins) - log(1+P) + log(1+N)`.
 * BY3. An outcome goes into the table at the score it was served with, so that what the table says was never fitted.
 */
export class NaiveBayes {
  readonly code: FeatureCode;
  /** By feature id; id 0, the intercept, counts all outcomes. */
  private readonly positives: Float64Array;
  private readonly negatives: Float64Array;
  private readonly table = new ScoreTable();
  /** By feature id: what is added to either count before its logarithm is taken. */
  private readonly smoothing: Float64Array;
  /** By feature id: log odds under the present counts. */
  private readonly odds: Float64Array;

  constructor(code: FeatureCode) {
    this.code = code;
    this.positives = new Float64Array(code.dimension);
    this.negatives = new Float64Array(code.dimension);
    this.smoothing = smoothingOf(code);
    this.odds = new Float64Array(code.dimension);
  }

  /** Number of outcomes. */
  get trials(): number {
    return (this.positives[0] as number) + (this.negatives[0] as number);
  }

  /** The averaged log odds of the active ids (without the intercept). */
  score(ids: ArrayLike<number>): number {
    const { odds } = this;
    const overall = odds[0] as number;
    let sum = overall;
    for (let index = 0; index < ids.length; index += 1)
      sum += (odds[ids[index] as number] as number) - overall;
    return sum / (1 + ids.length);
  }

  /** P by the table; 0.5 as long as nothing is known. */
  propensity(ids: ArrayLike<number>): number {
    return this.table.propensityOf(this.score(ids));
  }

  /** One more outcome, or with `times: -1` one that is taken back. `score` is the one that it was served with. */
  learn(ids: ArrayLike<number>, score: number, isPositive: boolean, times = 1): void {
    const counts = isPositive ? this.positives : this.negatives;
    counts[0] = (counts[0] as number) + times;
    this.refresh(0);
    for (let index = 0; index < ids.length; index += 1) {
      const id = ids[index] as number;
      counts[id] = (counts[id] as number) + times;
      this.refresh(id);
    }
    this.table.add(score, isPositive, times);
  }

  /** Takes in what another one has counted under the same code. */
  merge(other: NaiveBayes): void {
    assert(other.code.number === this.code.number, 'naive Bayes models of different codes do not merge');
    for (let id = 0; id < this.code.dimension; id += 1) {
      this.positives[id] = (this.positives[id] as number) + (other.positives[id] as number);
      this.negatives[id] = (this.negatives[id] as number) + (other.negatives[id] as number);
      this.refresh(id);
    }
    this.table.merge(other.table);
  }

  /** All counts, in an order that depends on the code alone: positives and negatives by id, then by bin of the score. */
  counts(): readonly number[] {
    return [...this.positives, ...this.negatives, ...this.table.positives, ...this.table.negatives];
  }

  /** Takes all counts over, as `counts` told them of a model of the same code. */
  restore(counts: readonly number[]): void {
    const { dimension } = this.code;
    this.positives.set(counts.slice(0, dimension));
    this.negatives.set(counts.slice(dimension, 2 * dimension));
    this.table.restore(counts.slice(2 * dimension));
    for (let id = 0; id < dimension; id += 1) this.refresh(id);
  }

  /** Below none, where a conversion was learned before its contact was, a bin says the same as with none. */
  private refresh(id: number): void {
    const smoothing = this.smoothing[id] as number;
    const positives = Math.max(0, this.positives[id] as number);
    const negatives = Math.max(0, this.negatives[id] as number);
    this.odds[id] = log(positives + smoothing) - log(negatives + smoothing);
  }
}

/** One divided by the number of bins of the predictor, and 1 for the intercept. */
function smoothingOf(code: FeatureCode): Float64Array {
  const smoothing = new Float64Array(code.dimension).fill(1);
  for (const predictor of code.predictors) {
    smoothing.fill(1 / binsOf(predictor), predictor.first, predictor.first + sizeOf(predictor));
  }
  return smoothing;
}

/** Strength of what is assumed before the first outcome, in outcomes, and the propensity that is assumed. */
export interface StartingEvidence {
  readonly outcomes: number;
  readonly propensity: number;
}

const ignorance: StartingEvidence = { outcomes: 2, propensity: 0.5 };

/**
 * Thompson sampling on naive Bayes: a draw from `Beta(p E, (1 - p) E)`, where E counts the outcomes and those assumed at the
 * start, and p is the propensity smoothed by them.
 */
export function drawNaiveBayes(
  model: NaiveBayes,
  ids: ArrayLike<number>,
  uniform: () => number,
  start: StartingEvidence = ignorance,
): number {
  const evidence = start.outcomes + model.trials;
  const smooth = (start.outcomes * start.propensity + model.trials * model.propensity(ids)) / evidence;
  return drawBeta(smooth * evidence, (1 - smooth) * evidence, uniform);
}

/** Bins as the formula counts them: symbols beyond the known ones are one bin, whatever the number of their ids. */
function binsOf(predictor: PredictorCode): number {
  if (predictor.kind === 'number') return sizeOf(predictor);
  return 1 + predictor.symbols.length + (predictor.overflow > 0 ? 1 : 0);
}
