import { assert } from '../assert.ts';
import type { ScoringRow } from '../model/propensity-model.ts';
import { logit } from '../statistics/elementary.ts';
import { AdditiveSums, type OutcomeUnits, unitsPerOne } from './additive-sums.ts';
import { calibrationOf } from './calibration.ts';
import { FastExpert } from './fast-expert.ts';
import type { IdList } from './feature-code.ts';
import type { LearningOptions } from './learning-options.ts';
import { Mixture } from './mixture.ts';
import type { Posterior, PosteriorSolver } from './posterior.ts';
import { binOf, isScore, probabilityOf, scoreSteps } from './score.ts';

/** The least weight of an outcome in the information form: one that was thought certain still teaches. */
const weightMin = 0.02;
/** Experts are judged as if none had ever been more certain than this. */
const certainMax = 0.9995;

/** From so many trials on a model goes by what it knows; before, a prior that moved this far makes a difference. */
const ownTrials = 50;
const priorStep = { logit: 0.25, identity: 0.05 } as const;

/** How an outcome reaches the parts that cannot take anything back. */
type Label =
  /** Pending: it may convert yet. */
  | 'shown'
  /** It had been shown, and converted now. */
  | 'converted'
  /** Known at once. */
  | 'yes'
  | 'no';

/**
 * The learner of one treatment: slow experts that differ in their prior and share one additive memory, fast ones that
 * follow drift, and the mixture of all, which is linear in the score and therefore one row of weights.
 *
 * LM1. The additive part is order-free, mergeable and retractable (LE1): `converted` turns what `shown` said into what a
 *      conversion known at once would have said, exactly.
 * LM2. The fast experts, the shares and the row depend on the order of the outcomes, so a model has one writer. All of it is
 *      stored: a model that was read again goes on as it would have.
 * LM3. For the parts that cannot take anything back, what is pending counts (1 - p)(1 + p) and what converts 1 + p (Ktena et
 *      al. 2019): in the mean they go the way that they would with labels known at once.
 */
export class TreatmentModel {
  readonly options: LearningOptions;
  readonly sums: AdditiveSums;
  /** By rate. */
  readonly fast: readonly FastExpert[];
  readonly mixture: Mixture;
  /** By precision of the prior; empty before the first solution. */
  slow: readonly Posterior[] = [];
  /** Where the intercept's prior stood when it was last solved: a logit, or a probability with the identity link. */
  prior = 0;
  /** Lessons since then. */
  pending = 0;
  readonly #likelihoods: Float64Array;

  constructor(dimension: number, options: LearningOptions) {
    this.options = options;
    this.sums = new AdditiveSums(dimension);
    const { precisions, fastRates, fastDamping: damping, parts, mixRate, mixShare } = options;
    assert(parts.length === precisions.length + fastRates.length, 'every expert begins with a part');
    this.fast = fastRates.map((rate) => new FastExpert(dimension, { rate, damping }));
    this.mixture = new Mixture(parts, { rate: mixRate, share: mixShare });
    this.#likelihoods = new Float64Array(parts.length);
  }

  get trials(): number {
    return this.sums.trials;
  }

  get positives(): number {
    return this.sums.positives;
  }

  /** Whether it knows so little of its own that the prior it begins with makes a difference. */
  get isYoung(): boolean {
    return this.trials < ownTrials;
  }

  /** A contact was made and has not converted so far; with the score that it was served with. */
  shown(ids: IdList, score: number): void {
    this.sums.addShown(ids, this.#unitsOf(score), 1);
    this.#follow(ids, score, 'shown');
  }

  /** A contact that was `shown` with this score converted. */
  converted(ids: IdList, score: number): void {
    this.sums.addConverted(ids, this.#unitsOf(score), 1);
    this.#follow(ids, score, 'converted');
  }

  /** Both in one, where the outcome is known at once. */
  observed(ids: IdList, score: number, isPositive: boolean): void {
    const units = this.#unitsOf(score);
    this.sums.addShown(ids, units, 1);
    if (isPositive) this.sums.addConverted(ids, units, 1);
    this.#follow(ids, score, isPositive ? 'yes' : 'no');
  }

  /** Takes a lesson back from the additive part, as if it had never been; the others forget in time. */
  retract(ids: IdList, score: number, lesson: 'shown' | 'converted'): void {
    if (lesson === 'shown') this.sums.addShown(ids, this.#unitsOf(score), -1);
    else this.sums.addConverted(ids, this.#unitsOf(score), -1);
    this.pending += 1;
  }

  /** Adds what another writer learned: its additive part. */
  merge(other: TreatmentModel): void {
    this.sums.add(other.sums);
    this.pending += other.sums.trials;
  }

  /**
   * Whether enough is new for solving it again to be worth while; or its prior is by now another one, if that is told, and
   * it knows too little of its own for that to be indifferent.
   */
  isDue(prior?: number): boolean {
    const { refreshShare, refreshMax } = this.options;
    const enough = Math.min(refreshMax, Math.max(1, refreshShare * this.trials));
    if (this.slow.length === 0 || this.pending >= enough) return true;
    if (prior === undefined || !this.isYoung) return false;
    return Math.abs(this.#valueOf(prior) - this.prior) > priorStep[this.options.link];
  }

  /** Solves the slow experts from what is known now; the prior is the propensity that its treatment begins with. */
  refresh(prior: number, solver: PosteriorSolver): void {
    const { precisions } = this.options;
    this.renew(
      prior,
      precisions.map((_, expert) => this.solved(expert, prior, solver)),
    );
  }

  /** One slow expert as it is now. It takes some milliseconds, so whoever must not be away for long rests between them. */
  solved(expert: number, prior: number, solver: PosteriorSolver): Posterior {
    const { precisions, interceptPrecision } = this.options;
    const precision = precisions[expert];
    assert(precision !== undefined, 'there is no such slow expert');
    return solver.solve(this.sums, { precision, interceptPrecision, interceptMean: this.#valueOf(prior) });
  }

  /** Takes all slow experts as they were solved under a prior, with nothing learned since. */
  renew(prior: number, slow: readonly Posterior[]): void {
    assert(slow.length === this.options.precisions.length, 'every slow expert is solved');
    this.prior = this.#valueOf(prior);
    this.slow = slow;
    this.pending = 0;
  }

  /** What it is scored with. To be asked for after a `refresh`, and cheap enough to be asked for after every outcome. */
  row(): ScoringRow {
    const { link } = this.options;
    const weights = new Float32Array(this.sums.dimension);
    const variances = new Float32Array(this.sums.dimension);
    for (let id = 0; id < weights.length; id += 1) {
      weights[id] = this.#weightOf(id);
      variances[id] = this.#varianceOf(id);
    }
    const calibration = calibrationOf(this.sums, link);
    const { trials, positives } = this.sums;
    return { weights, variances, ...(calibration && { calibration }), link, trials, positives };
  }

  #weightOf(id: number): number {
    const { shares } = this.mixture;
    let weight = 0;
    for (let expert = 0; expert < this.slow.length; expert += 1) {
      weight += (shares[expert] as number) * (this.slow[expert]?.weights[id] as number);
    }
    const first = shares.length - this.fast.length;
    for (let expert = 0; expert < this.fast.length; expert += 1) {
      const fast = this.fast[expert] as FastExpert;
      const own = fast.isNew && id === 0 ? this.prior : fast.weight(id);
      weight += (shares[first + expert] as number) * own;
    }
    return weight;
  }

  /** Only slow experts know how much they do not know. */
  #varianceOf(id: number): number {
    const { shares } = this.mixture;
    let sum = 0;
    let variance = 0;
    for (let expert = 0; expert < this.slow.length; expert += 1) {
      variance += (shares[expert] as number) * (this.slow[expert]?.variances[id] as number);
      sum += shares[expert] as number;
    }
    return variance / sum;
  }

  /** What an outcome that was served with a score adds to the sums (LE1). */
  #unitsOf(score: number): OutcomeUnits {
    const { link } = this.options;
    assert(isScore(score, link), 'a model learns from scores that were served');
    const bin = binOf(score, link);
    if (link === 'identity') return { weight: unitsPerOne, pull: 0, bin };
    const p = probabilityOf(score, link);
    const weight = Math.round(Math.max(p * (1 - p), weightMin) * unitsPerOne);
    const working = (weight * score) / scoreSteps[link] - p * unitsPerOne;
    return { weight, pull: Math.round(working), bin };
  }

  /** Moves the fast experts, and the shares of all. */
  #follow(ids: IdList, score: number, label: Label): void {
    this.pending += 1;
    const isPositive = label === 'converted' || label === 'yes';
    const { link } = this.options;
    const times = timesOf(label, probabilityOf(score, link));
    if (this.slow.length > 0) this.#judge(ids, { isPositive, times });
    for (const fast of this.fast) {
      // What it was served with is the best that was known before the first outcome.
      if (fast.isNew) fast.begin(score / scoreSteps[link]);
      const value = fast.value(ids);
      const p = probabilityOf(this.#stepsOf(value), link);
      fast.step(ids, timesOf(label, p) * ((link === 'logit' ? p : value) - (isPositive ? 1 : 0)));
    }
  }

  #judge(ids: IdList, outcome: { readonly isPositive: boolean; readonly times: number }): void {
    const first = this.slow.length;
    for (let expert = 0; expert < first; expert += 1) {
      const value = sumOf((this.slow[expert] as Posterior).weights, ids);
      this.#likelihoods[expert] = this.#likelihoodOf(value, outcome.isPositive);
    }
    for (let expert = 0; expert < this.fast.length; expert += 1) {
      const value = (this.fast[expert] as FastExpert).value(ids);
      this.#likelihoods[first + expert] = this.#likelihoodOf(value, outcome.isPositive);
    }
    this.mixture.judge(this.#likelihoods, outcome.times);
  }

  #likelihoodOf(value: number, isPositive: boolean): number {
    const p = probabilityOf(this.#stepsOf(value), this.options.link);
    return Math.max(1 - certainMax, isPositive ? p : 1 - p);
  }

  #valueOf(propensity: number): number {
    return this.options.link === 'logit' ? logit(propensity) : propensity;
  }

  #stepsOf(value: number): number {
    return value * scoreSteps[this.options.link];
  }
}

function sumOf(weights: Float32Array, ids: IdList): number {
  let sum = weights[0] as number;
  for (let index = 0; index < ids.length; index += 1) sum += weights[ids[index] as number] as number;
  return sum;
}

function timesOf(label: Label, p: number): number {
  if (label === 'shown') return (1 - p) * (1 + p);
  if (label === 'converted') return 1 + p;
  return 1;
}
