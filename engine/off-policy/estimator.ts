import {
  type Estimates,
  type IntervalEstimate,
  type Overlap,
  type Shrinkage,
  shrinkageDefault,
} from './estimates.ts';
import { column, GroupSums } from './group-sums.ts';
import { type Interval, intervalAround, sequenceHalfWidth } from './interval.ts';
import { checkRow, type LoggedRow } from './logged-row.ts';
import { quantile95, spreadOf } from './spread.ts';

export interface EstimatorOptions {
  readonly shrinkage?: Shrinkage;
  /** Customers at which the always-valid interval is narrowest. */
  readonly tunedFor?: number;
  /** More customers than this share groups. */
  readonly groupsMax?: number;
}

/** What a log says about new rules. */
export interface Evaluation {
  readonly rows: number;
  readonly clusters: number;
  /** Customers that the spread of DR rests on in effect. */
  readonly restsOn: number;
  readonly overlap: Overlap;
  readonly estimates: Estimates;
}

/**
 * Value of new rules from the log of others. One pass, one row at a time; knows nothing of where rows come from.
 *
 * OP1. Bounded: sums by customer, of a bounded number of customers; no row is kept.
 * OP2. A weight is the probability under the new rules over the final probability logged, never clipped without a word.
 * OP3. DR, SNDR, SNIPS, IPS and their differences have intervals, by the spread between customers; the rest are points.
 *      Where the model foresees the spread of rewards, those of DR and of its difference are no narrower than that makes
 *      them: a few heavy weights on which no success happened to fall look certain, and are not.
 * OP4. DR takes the guess that was logged with the decision, made before its outcome was known, so nothing is fitted to
 *      what it is judged by.
 * OP5. A function of the rows and their order alone.
 */
export class OffPolicyEstimator {
  private readonly sums: GroupSums;
  private readonly shrinkage: Shrinkage;
  private readonly tunedFor: number;
  private rows = 0;
  private squares = 0;
  private foreseenSquares = 0;
  private foreseenRows = 0;
  private largest = 0;
  private unsupported = 0;
  /** Squares of weights times foreseen variances: of the new rules, and of their difference to those in force. */
  private noise = 0;
  private noiseOfDifference = 0;
  private rowsWithVariance = 0;
  private switched = 0;
  private shrunk = 0;

  constructor(options: EstimatorOptions = {}) {
    this.sums = new GroupSums(options.groupsMax);
    this.shrinkage = options.shrinkage ?? shrinkageDefault;
    this.tunedFor = options.tunedFor ?? 5_000;
  }

  add(row: LoggedRow): void {
    checkRow(row);
    const weight = row.target / row.propensity;
    const error = row.reward - row.predicted;
    const { switchWeight, lambda } = this.shrinkage;
    this.rows += 1;
    this.squares += weight * weight;
    if (row.weightSquare !== undefined) {
      this.foreseenRows += 1;
      this.foreseenSquares += row.weightSquare;
    }
    if (row.variance !== undefined) this.addNoise(row, weight, row.variance);
    this.largest = Math.max(this.largest, weight);
    this.unsupported += row.unsupported;
    if (weight <= switchWeight) this.switched += weight * error;
    this.shrunk += ((lambda * weight) / (weight * weight + lambda)) * error;
    this.addToGroup(row, weight, error);
  }

  /** What the rows so far say; undefined without rows. */
  evaluation(): Evaluation | undefined {
    if (this.rows === 0) return undefined;
    const { estimates, restsOn } = this.estimates();
    return { rows: this.rows, clusters: this.sums.count, restsOn, overlap: this.overlap(), estimates };
  }

  private addNoise({ old, propensity }: LoggedRow, weight: number, variance: number): void {
    const beyondOld = weight - (old ? old.target / propensity : 1);
    this.rowsWithVariance += 1;
    this.noise += weight * weight * variance;
    this.noiseOfDifference += beyondOld * beyondOld * variance;
  }

  private addToGroup(row: LoggedRow, weight: number, error: number): void {
    const { sums } = this;
    const place = sums.place(row.cluster);
    const { old } = row;
    sums.add(place, column.count, 1);
    sums.add(place, column.weight, weight);
    sums.add(place, column.weighted, weight * row.reward);
    sums.add(place, column.expected, row.expected);
    sums.add(place, column.correction, weight * error);
    sums.add(place, column.oldExpected, old ? old.expected : row.predicted);
    sums.add(place, column.old, old ? old.expected + (old.target / row.propensity) * error : row.reward);
  }

  private estimates(): { readonly estimates: Estimates; readonly restsOn: number } {
    const { sums, rows } = this;
    const total = (sum: number) => sums.total(sum) / rows;
    const weight = total(column.weight);
    const dm = total(column.expected);
    const correction = total(column.correction);
    const perWeight = (mean: number) => (weight > 0 ? mean / weight : 0);
    const ips = total(column.weighted);
    const snips = perWeight(ips);
    const sndrCorrection = perWeight(correction);
    const dr = dm + correction;
    const old = total(column.old);
    const of = (group: number, sum: number) => sums.read(group, sum) / rows;
    const share = (group: number) => of(group, column.count);
    const influence = {
      ips: (g: number) => of(g, column.weighted) - ips * share(g),
      snips: (g: number) => perWeight(of(g, column.weighted) - snips * of(g, column.weight)),
      dr: (g: number) => of(g, column.expected) + of(g, column.correction) - dr * share(g),
      sndr: (g: number) =>
        of(g, column.expected) -
        dm * share(g) +
        perWeight(of(g, column.correction) - sndrCorrection * of(g, column.weight)),
      old: (g: number) => of(g, column.old) - old * share(g),
    };
    const oldExpected = total(column.oldExpected);
    const foreseen = {
      dr: (g: number) => of(g, column.expected) - dm * share(g),
      old: (g: number) => of(g, column.oldExpected) - oldExpected * share(g),
    };
    const difference = this.withSequence(
      dr - old,
      (g) => influence.dr(g) - influence.old(g),
      this.foreseenSpread((g) => foreseen.dr(g) - foreseen.old(g), this.noiseOfDifference),
    );
    return {
      restsOn: spreadOf(sums.count, influence.dr).groups,
      estimates: {
        ips: this.estimate(ips, influence.ips),
        snips: this.estimate(snips, influence.snips),
        dm: { value: dm },
        dr: this.withSequence(dr, influence.dr, this.foreseenSpread(foreseen.dr, this.noise)),
        sndr: this.estimate(dm + sndrCorrection, influence.sndr),
        switchDr: { value: dm + this.switched / rows },
        drOs: { value: dm + this.shrunk / rows },
        old: this.estimate(old, influence.old),
        difference,
      },
    };
  }

  /** Spread between customers as far as it is foreseen, and of rewards within them; 0 where it is not foreseen. */
  private foreseenSpread(influence: (group: number) => number, noise: number): number {
    if (this.rowsWithVariance < this.rows) return 0;
    const { standardError } = spreadOf(this.sums.count, influence);
    return Math.sqrt(standardError * standardError + noise / this.rows / this.rows);
  }

  private estimate(value: number, influence: (group: number) => number, least = 0): IntervalEstimate {
    const seen = spreadOf(this.sums.count, influence);
    const standardError = Math.max(seen.standardError, least);
    const reach = quantile95({ groups: seen.groups, all: this.sums.count }) * standardError;
    return { value, standardError, interval: intervalAround(value, reach) };
  }

  private withSequence(
    value: number,
    influence: (group: number) => number,
    least: number,
  ): IntervalEstimate & { readonly sequence: Interval } {
    const estimate = this.estimate(value, influence, least);
    const { standardError } = estimate;
    const reach = sequenceHalfWidth({ standardError, groups: this.sums.count, tunedFor: this.tunedFor });
    return { ...estimate, sequence: intervalAround(value, reach) };
  }

  private overlap(): Overlap {
    const { sums, rows } = this;
    const weights = sums.total(column.weight);
    const mean = weights / rows;
    const off = (g: number) => (sums.read(g, column.weight) - mean * sums.read(g, column.count)) / rows;
    // A row of which not all probabilities are known may hide heavy weights: one is enough to know nothing of them.
    const isForeseen = this.foreseenRows === rows && this.foreseenSquares > 0;
    const supported = rows - this.unsupported;
    return {
      unsupported: this.unsupported / rows,
      meanWeight: mean,
      meanWeightError: spreadOf(sums.count, off).standardError,
      largestWeight: this.largest,
      largestShare: weights > 0 ? this.largest / weights : 0,
      effectiveSampleSize: this.squares > 0 ? (weights * weights) / this.squares : 0,
      ...(isForeseen && { foreseenSampleSize: (supported * supported) / this.foreseenSquares }),
    };
  }
}
