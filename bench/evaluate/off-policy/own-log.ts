import { buildCode } from '../../../engine/learning/build-code.ts';
import { encode } from '../../../engine/learning/feature-code.ts';
import { explorationDefaults, learningDefaults } from '../../../engine/learning/learning-options.ts';
import { PosteriorSolver } from '../../../engine/learning/posterior.ts';
import { optimismOf, propensityOf, scoreOf } from '../../../engine/learning/score.ts';
import { drawnFrom, squareCb } from '../../../engine/learning/squarecb.ts';
import { TreatmentModel } from '../../../engine/learning/treatment-model.ts';
import type { FeatureCode, ScoringRow } from '../../../engine/model/propensity-model.ts';
import type { LoggedDistributions } from '../../../engine/off-policy/index.ts';
import type { Random } from '../../measure/random.ts';

/** Contexts that the bins are frozen from; nobody looks at their classes. */
const warmContexts = 200;

/**
 * The engine's own configuration with the first slow expert alone, coarser, and solved anew less often than in service: a log
 * of a whole run is made some hundred times over.
 */
const options = {
  ...learningDefaults,
  binsMax: 5,
  precisions: learningDefaults.precisions.slice(0, 1),
  parts: [
    ...learningDefaults.parts.slice(0, 1),
    ...learningDefaults.parts.slice(learningDefaults.precisions.length),
  ],
  refreshShare: 0.3,
  refreshMax: 200,
};

/** A situation, and the action that pays in it. */
export interface Situation {
  readonly values: readonly (number | string | null)[];
  readonly label: number;
}

/** One decision of the learner, as its log has it. */
export type LoggedStep = Pick<LoggedDistributions, 'chosen' | 'logged' | 'predicted' | 'reward'>;

/**
 * The engine's learner decides on situations one after the other and learns from each at once: the log that a product of ours
 * would have written, with the final probabilities and with what was foreseen before the outcome.
 */
export class OwnLog {
  private readonly code: FeatureCode;
  private readonly solver: PosteriorSolver;
  private readonly models: readonly TreatmentModel[];
  private readonly rows: ScoringRow[];
  private readonly ids: Int32Array;
  private readonly indices: Float64Array;
  private readonly scores: Int32Array;
  private decisions = 0;
  private positives = 0;

  constructor(given: {
    readonly situations: readonly Situation[];
    readonly names: readonly string[];
    readonly actions: number;
  }) {
    const samples = given.situations.slice(0, warmContexts).map(({ values }) => values);
    this.code = buildCode({ names: given.names, rows: samples }, 1, options);
    this.solver = new PosteriorSolver(this.code.dimension);
    this.models = Array.from(
      { length: given.actions },
      () => new TreatmentModel(this.code.dimension, options),
    );
    this.rows = this.models.map((model) => this.solved(model));
    this.ids = new Int32Array(this.code.predictors.length);
    this.indices = new Float64Array(given.actions);
    this.scores = new Int32Array(given.actions);
  }

  decide(situation: Situation, floor: number, random: Random): LoggedStep {
    encode(this.code, situation.values, this.ids);
    const predicted = new Float64Array(this.rows.length);
    this.rows.forEach((row, action) => {
      const score = scoreOf(row, this.ids);
      const p = propensityOf(row, score);
      this.scores[action] = score;
      predicted[action] = p;
      this.indices[action] = p + explorationDefaults.optimism * optimismOf(row, this.ids, p);
    });
    const logged = new Float64Array(this.rows.length);
    this.decisions += 1;
    const { gamma } = explorationDefaults;
    const how = { decisions: this.decisions, gamma, floor, uniform: 0, scale: 1 };
    squareCb(this.indices, this.rows.length, how, logged);
    const chosen = drawnFrom(logged, this.rows.length, random.next());
    const reward = chosen === situation.label ? 1 : 0;
    this.learn(chosen, reward === 1);
    return { chosen, logged, predicted, reward };
  }

  private learn(action: number, isPositive: boolean): void {
    const model = this.models[action] as TreatmentModel;
    model.observed(this.ids, this.scores[action] as number, isPositive);
    this.positives += isPositive ? 1 : 0;
    if (model.isDue()) this.rows[action] = this.solved(model);
  }

  /** A treatment begins with three times the rate of all, as cheerful as half at most. */
  private solved(model: TreatmentModel): ScoringRow {
    const rate = (this.positives + 1) / (this.decisions + 2);
    model.refresh(Math.min(0.5, 3 * rate), this.solver);
    return model.row();
  }
}
