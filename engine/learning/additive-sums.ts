import { assert } from '../assert.ts';
import type { IdList } from './feature-code.ts';
import { calibrationBins } from './score.ts';

/**
 * What a treatment's outcomes add up to: a Gaussian in information form, and counts for the calibration.
 *
 * LE1. Every outcome adds whole numbers that follow from its own record alone (the ids and the score it was served with), so
 *      neither order nor grouping matters: sums of several workers add up, and taking back is exact.
 * LE2. Whole numbers stay below 2^53, and so exact: 2^20 units an outcome leave room for eight billion of them.
 */
export const unitsPerOne = 2 ** 20;

/** What one outcome adds, in 2^-20. */
export interface OutcomeUnits {
  /** To the precision of each pair of its ids. */
  readonly weight: number;
  /** To the pull on each of its ids while it has not converted. */
  readonly pull: number;
  /** Which bin its score is counted in. */
  readonly bin: number;
}

export class AdditiveSums {
  readonly dimension: number;
  trials = 0;
  positives = 0;
  /** Sum of the weights: the precision of the intercept. */
  weight = 0;
  /** Pull on the intercept. */
  pull = 0;
  /**
   * Precisions by pair of ids, the intercept left out, row by row up to the diagonal; absent before the first outcome. Every
   * outcome has the intercept, so that its row is the diagonal and need not be kept.
   */
  pairs: Float64Array | undefined;
  /** By id; the place of the intercept stays empty. */
  readonly pulls: Float64Array;
  readonly trialsByBin = new Float64Array(calibrationBins);
  readonly positivesByBin = new Float64Array(calibrationBins);

  constructor(dimension: number) {
    this.dimension = dimension;
    this.pulls = new Float64Array(dimension);
  }

  /** Adds (or takes back, with `times` -1) what was shown and has not converted so far. */
  addShown(ids: IdList, { weight, pull, bin }: OutcomeUnits, times: 1 | -1): void {
    this.#check(ids);
    this.pairs ??= new Float64Array(pairsOf(this.dimension));
    const { pairs, pulls } = this;
    this.trials += times;
    this.weight += times * weight;
    this.pull += times * pull;
    this.trialsByBin[bin] = (this.trialsByBin[bin] as number) + times;
    for (let index = 0; index < ids.length; index += 1) {
      const id = ids[index] as number;
      pulls[id] = (pulls[id] as number) + times * pull;
      for (let other = 0; other <= index; other += 1) {
        const at = pairAt(id, ids[other] as number);
        pairs[at] = (pairs[at] as number) + times * weight;
      }
    }
  }

  /** What was shown converted after all: with it the outcome is as if it had been a conversion from the start. */
  addConverted(ids: IdList, { bin }: OutcomeUnits, times: 1 | -1): void {
    this.#check(ids);
    const pull = times * unitsPerOne;
    this.positives += times;
    this.pull += pull;
    this.positivesByBin[bin] = (this.positivesByBin[bin] as number) + times;
    for (let index = 0; index < ids.length; index += 1) {
      const id = ids[index] as number;
      this.pulls[id] = (this.pulls[id] as number) + pull;
    }
  }

  /** Before anything is added: half an outcome could never be taken back. */
  #check(ids: IdList): void {
    for (let index = 0; index < ids.length; index += 1) {
      const id = ids[index] as number;
      assert(Number.isInteger(id) && id > 0 && id < this.dimension, 'an id lies outside of its code');
    }
  }

  add(other: AdditiveSums): void {
    assert(other.dimension === this.dimension, 'sums of different codes cannot be added');
    this.trials += other.trials;
    this.positives += other.positives;
    this.weight += other.weight;
    this.pull += other.pull;
    addEach(this.pulls, other.pulls);
    addEach(this.trialsByBin, other.trialsByBin);
    addEach(this.positivesByBin, other.positivesByBin);
    if (!other.pairs) return;
    this.pairs ??= new Float64Array(pairsOf(this.dimension));
    addEach(this.pairs, other.pairs);
  }
}

/** Where the precision of two ids, neither of them the intercept, is kept. */
export function pairAt(one: number, other: number): number {
  const high = one > other ? one - 1 : other - 1;
  const low = one > other ? other - 1 : one - 1;
  return (high * (high + 1)) / 2 + low;
}

export function pairsOf(dimension: number): number {
  return (dimension * (dimension - 1)) / 2;
}

function addEach(sums: Float64Array, others: Float64Array): void {
  for (let index = 0; index < sums.length; index += 1) {
    sums[index] = (sums[index] as number) + (others[index] as number);
  }
}
