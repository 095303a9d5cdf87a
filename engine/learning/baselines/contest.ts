import { assert } from '../../assert.ts';
import { DocumentReader } from '../../codec/document-reader.ts';
import { DocumentWriter } from '../../codec/document-writer.ts';
import type { Tally } from '../../model/model-snapshot.ts';
import type { FeatureCode } from '../../model/propensity-model.ts';
import { betaMean, emptyTally } from './beta-thompson.ts';
import { NaiveBayes } from './naive-bayes.ts';
import { addForetold, emptyForetold, type Foretold, judge } from './shadow-report.ts';

/** Means over the outcomes that a model and its baselines were judged on. */
export interface ContestFigures {
  readonly trials: number;
  readonly positives: number;
  /** Of the model: mean log loss, and probability that a conversion was foretold higher than what did not convert. */
  readonly logLoss: number;
  readonly auc: number;
  /** Of the plain rate up to then, which knows no customer. */
  readonly logLossOfRate: number;
  readonly logLossOfBayes: number;
  readonly aucOfBayes: number;
}

/**
 * A model and its shadow baselines, which nobody decides by, on the same outcomes: the plain rate and naive Bayes.
 *
 * CO1. Everybody foretells an outcome before it is learned. The model is held to what it served. The baselines serve nothing,
 *      so they are asked when the outcome comes to be learned: they know what was learned between contact and lesson as well,
 *      which is an advantage to them and never to the model.
 * CO2. What converts after all was told as a negative before. Then its loss is taken back, and that of a conversion put in
 *      its place: for the model exactly; the baselines are asked anew, by what they know without this contact.
 * CO3. All that is kept are whole numbers of a bounded number; read again, it goes on as it would have.
 */
export class Contest {
  readonly #bayes: NaiveBayes;
  readonly #ofModel = emptyForetold();
  readonly #ofRate = emptyForetold();
  readonly #ofBayes = emptyForetold();
  #tally: Tally = emptyTally;

  constructor(code: FeatureCode) {
    this.#bayes = new NaiveBayes(code);
  }

  /** A contact was made and has not converted so far; `served` is the propensity that the model gave it. */
  shown(ids: ArrayLike<number>, served: number): void {
    const score = this.#bayes.score(ids);
    addForetold(this.#ofModel, served, false);
    addForetold(this.#ofRate, betaMean(this.#tally), false);
    addForetold(this.#ofBayes, this.#bayes.propensity(ids), false);
    this.#bayes.learn(ids, score, false);
    this.#tally = [this.#tally[0] + 1, this.#tally[1]];
  }

  /** A contact that was `shown` with this propensity converted. */
  converted(ids: ArrayLike<number>, served: number): void {
    const score = this.#bayes.score(ids);
    this.#bayes.learn(ids, score, false, -1);
    const [trials, positives] = this.#tally;
    const rate = betaMean([Math.max(positives, trials - 1), positives]);
    instead(this.#ofModel, served);
    instead(this.#ofRate, rate);
    instead(this.#ofBayes, this.#bayes.propensity(ids));
    this.#bayes.learn(ids, score, true);
    this.#tally = [trials, positives + 1];
  }

  figures(): ContestFigures {
    const { logLoss, auc } = judge(this.#ofModel);
    const bayes = judge(this.#ofBayes);
    return {
      trials: this.#tally[0],
      positives: this.#tally[1],
      logLoss,
      auc,
      logLossOfRate: judge(this.#ofRate).logLoss,
      logLossOfBayes: bayes.logLoss,
      aucOfBayes: bayes.auc,
    };
  }

  /** Equal contests give equal bytes. */
  encode(): Uint8Array {
    const writer = new DocumentWriter();
    for (const count of this.#tally) writer.difference(count);
    writeCounts(writer, this.#bayes.counts());
    for (const { logLoss, ...lists } of this.#reports()) {
      writer.difference(logLoss);
      for (const list of listsOf(lists)) writeCounts(writer, list);
    }
    return writer.finish(form);
  }

  /** What was encoded of a contest over the same code. Damage is an assertion. */
  static decode(value: Uint8Array, code: FeatureCode): Contest {
    assert(value[0] === form, `a contest of an unknown form: ${value[0]}`);
    const reader = new DocumentReader(value);
    const contest = new Contest(code);
    contest.#tally = [reader.difference(), reader.difference()];
    contest.#bayes.restore(readCounts(reader, contest.#bayes.counts().length));
    for (const report of contest.#reports()) {
      report.logLoss = reader.difference();
      for (const list of listsOf(report)) list.set(readCounts(reader, list.length));
    }
    reader.end();
    return contest;
  }

  #reports(): readonly Foretold[] {
    return [this.#ofModel, this.#ofRate, this.#ofBayes];
  }
}

/** The loss of no conversion is taken back, and that of a conversion put in its place. */
function instead(report: Foretold, propensity: number): void {
  addForetold(report, propensity, false, -1);
  addForetold(report, propensity, true);
}

const form = 1;

function listsOf({ negatives, positives, sums }: Omit<Foretold, 'logLoss'>): readonly Float64Array[] {
  return [negatives, positives, sums];
}

/** Most are none: only the others are told, each with how many there are before it. */
function writeCounts(writer: DocumentWriter, counts: ArrayLike<number>): void {
  const places = Array.from(counts, (_, place) => place).filter((place) => counts[place] !== 0);
  writer.uint(places.length);
  let next = 0;
  for (const place of places) {
    writer.uint(place - next);
    writer.difference(counts[place] as number);
    next = place + 1;
  }
}

function readCounts(reader: DocumentReader, length: number): number[] {
  const counts = new Array<number>(length).fill(0);
  let place = -1;
  for (let left = reader.count(); left > 0; left -= 1) {
    place += 1 + reader.uint();
    assert(place < length, 'a contest counts beyond its bins');
    counts[place] = reader.difference();
  }
  return counts;
}
