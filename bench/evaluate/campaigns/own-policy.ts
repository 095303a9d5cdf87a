import { hopefulStart } from '../../../engine/learning/hopeful-start.ts';
import type { ExplorationOptions, LearningOptions } from '../../../engine/learning/learning-options.ts';
import { PosteriorSolver } from '../../../engine/learning/posterior.ts';
import { optimismOf, propensityOf, scoreOf } from '../../../engine/learning/score.ts';
import { drawnFrom, squareCb } from '../../../engine/learning/squarecb.ts';
import { TreatmentModel } from '../../../engine/learning/treatment-model.ts';
import type { FeatureCode, ScoringRow } from '../../../engine/model/propensity-model.ts';
import type { Policy } from './policy.ts';

export interface OwnPolicyOptions {
  readonly learning: LearningOptions;
  readonly exploration: ExplorationOptions;
}

/** What the engine does: a model an action, and chance by inverse gap weighting on an optimistic index. */
export class OwnPolicy implements Policy {
  readonly #options: OwnPolicyOptions;
  readonly #uniform: () => number;
  readonly #models: readonly TreatmentModel[];
  readonly #rows: ScoringRow[];
  readonly #solver: PosteriorSolver;
  readonly #scores: Float64Array;
  readonly #indices: Float64Array;
  readonly #probabilities: Float64Array;
  #trials = 0;
  #positives = 0;

  constructor(actions: number, code: FeatureCode, options: OwnPolicyOptions, uniform: () => number) {
    this.#options = options;
    this.#uniform = uniform;
    this.#models = Array.from(
      { length: actions },
      () => new TreatmentModel(code.dimension, options.learning),
    );
    this.#solver = new PosteriorSolver(code.dimension);
    for (const model of this.#models) model.refresh(this.#priorOf(model), this.#solver);
    this.#rows = this.#models.map((model) => model.row());
    this.#scores = new Float64Array(actions);
    this.#indices = new Float64Array(actions);
    this.#probabilities = new Float64Array(actions);
  }

  choose(ids: Uint16Array): number {
    const count = this.#rows.length;
    const { gamma, floor, uniform, optimism } = this.#options.exploration;
    for (let action = 0; action < count; action += 1) {
      const row = this.#rows[action] as ScoringRow;
      const score = scoreOf(row, ids);
      const propensity = propensityOf(row, score);
      this.#scores[action] = score;
      this.#indices[action] = propensity + optimism * optimismOf(row, ids, propensity);
    }
    const how = { decisions: this.#trials + 1, gamma, floor, uniform, scale: 1 };
    squareCb(this.#indices, count, how, this.#probabilities);
    return drawnFrom(this.#probabilities, count, this.#uniform());
  }

  learn(ids: Uint16Array, action: number, isPositive: boolean): void {
    const model = this.#models[action] as TreatmentModel;
    model.observed(ids, this.#scores[action] as number, isPositive);
    this.#trials += 1;
    this.#positives += isPositive ? 1 : 0;
    this.#rows[action] = model.row();
    this.#refreshDue();
  }

  /** What one action teaches is the prior of the others, too. */
  #refreshDue(): void {
    for (const [action, model] of this.#models.entries()) {
      const prior = this.#priorOf(model);
      if (!model.isDue(prior)) continue;
      model.refresh(prior, this.#solver);
      this.#rows[action] = model.row();
    }
  }

  /** What its own outcomes and those of all say of it. */
  #priorOf({ trials, positives }: TreatmentModel): number {
    const all = (1 + this.#positives) / (2 + this.#trials);
    const rate = (10 * all + positives) / (10 + trials);
    return hopefulStart(rate);
  }
}
