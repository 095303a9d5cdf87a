import { encode } from '../learning/feature-code.ts';
import { explorationDefaults } from '../learning/learning-options.ts';
import { propensity, tallyOf } from '../learning/propensity.ts';
import { optimismOf, probabilityOf, propensityOf, scoreAt, scoreOf } from '../learning/score.ts';
import { guessedRateWithout, noActionModel, rateWithout } from '../learning/uplift.ts';
import type { Json } from '../model/json.ts';
import type { Estimate, ModelSnapshot } from '../model/model-snapshot.ts';
import type { PredictorSample, ScoringRow, ScoringSet, ServedContext } from '../model/propensity-model.ts';
import type { Action, FactValues, LearningRules, Rulebook, Treatment } from '../model/rulebook.ts';
import { logit } from '../statistics/elementary.ts';

/**
 * What the models say of each treatment in one decision.
 *
 * MD1. The values of the predictors are read and coded once a decision, and only where a model asks for them.
 * MD2. A treatment that no model knows goes by the tallies, drawn towards its action, its group, its issue and the book;
 *      without any tallies by its prior alone.
 * MD3. What was taken down of an earlier decision is said again, word for word: no model is needed to make it again.
 */
export interface Models {
  /** What it is ranked by. */
  readonly estimate: (action: Action, treatment: Treatment) => Estimate;
  /** What a contact with it is to be learned from; undefined: there is no code to tell it by. */
  readonly served: (action: Action, treatment: Treatment) => readonly ServedContext[] | undefined;
  /** P without any action; undefined while it is not known (UP2). */
  readonly withoutAction: () => number | undefined;
  /** What there is to learn from showing nothing. */
  readonly servedNothing: () => readonly ServedContext[] | undefined;
}

/** undefined: the tallies are all there is. */
export function openModels(
  { model, rulebook }: { readonly model: ModelSnapshot; readonly rulebook: Rulebook },
  facts: FactValues,
): Models | undefined {
  if (model.estimates) return new ToldModels(model, model.estimates);
  return model.scoring ? new ScoringModels(model, rulebook, facts) : undefined;
}

class ToldModels implements Models {
  readonly #model: ModelSnapshot;
  readonly #estimates: Readonly<Record<string, Estimate>>;

  constructor(model: ModelSnapshot, estimates: Readonly<Record<string, Estimate>>) {
    this.#model = model;
    this.#estimates = estimates;
  }

  estimate(action: Action, treatment: Treatment): Estimate {
    const key = treatment.key;
    if (Object.hasOwn(this.#estimates, key)) return this.#estimates[key] as Estimate;
    const P = propensity(this.#model, action, treatment);
    return { P, upper: P };
  }

  served(): undefined {
    return undefined;
  }

  withoutAction(): number | undefined {
    return Object.hasOwn(this.#estimates, noActionModel) ? this.#estimates[noActionModel]?.P : undefined;
  }

  servedNothing(): undefined {
    return undefined;
  }
}

/** The context of the decision under one code. */
interface CodedSet {
  readonly set: ScoringSet;
  readonly ids: readonly number[];
}

class ScoringModels implements Models {
  readonly #model: ModelSnapshot;
  readonly #learning: LearningRules;
  readonly #sets: readonly CodedSet[];
  readonly #isWeighed: boolean;
  /** Asked for once a decision at most. */
  #nothing: { readonly P: number | undefined } | undefined;

  constructor(model: ModelSnapshot, { learning, arbitration }: Rulebook, facts: FactValues) {
    this.#model = model;
    this.#learning = learning;
    this.#sets = (model.scoring?.sets ?? []).map((set) => ({ set, ids: coded(set, learning, facts) }));
    this.#isWeighed = arbitration.exploration.kind === 'weighed';
  }

  estimate(action: Action, treatment: Treatment): Estimate {
    const key = treatment.key;
    const [first] = this.#sets;
    const row = first?.set.rows.get(key);
    const estimate = first && row ? this.#scored(row, first.ids) : this.#borrowed(action, treatment, key);
    this.#model.told?.set(key, estimate);
    return estimate;
  }

  #scored(row: ScoringRow, ids: readonly number[]): Estimate {
    const score = scoreOf(row, ids);
    const P = propensityOf(row, score);
    if (!this.#isWeighed) return { P, upper: P };
    const doubt = optimismOf(row, ids, probabilityOf(score, row.link));
    return hopeful(P, doubt);
  }

  #borrowed(action: Action, treatment: Treatment, key: string): Estimate {
    const { tallies } = this.#model;
    const tally = tallyOf(this.#model, key);
    const rate = this.#learning.levels.rateOf(tallies, action, tally);
    const P = rate ?? propensity(this.#model, action, treatment);
    if (!this.#isWeighed) return { P, upper: P };
    return hopeful(P, Math.sqrt((P * (1 - P)) / (tally[0] + 1)));
  }

  served(action: Action, treatment: Treatment): readonly ServedContext[] | undefined {
    if (this.#sets.length === 0) return undefined;
    const key = treatment.key;
    return this.#sets.map(({ set, ids }) => {
      const row = set.rows.get(key);
      const score = row ? scoreOf(row, ids) : this.#plainScore(set, action, treatment);
      return { code: set.code.number, ids, score };
    });
  }

  withoutAction(): number | undefined {
    this.#nothing ??= { P: this.#scoredNothing() };
    return this.#nothing.P;
  }

  #scoredNothing(): number | undefined {
    const rate = rateWithout(this.#model);
    if (rate === undefined) return undefined;
    const [first] = this.#sets;
    const row = first?.set.rows.get(noActionModel);
    const P = first && row ? propensityOf(row, scoreOf(row, first.ids)) : rate;
    this.#model.told?.set(noActionModel, { P, upper: P });
    return P;
  }

  servedNothing(): readonly ServedContext[] | undefined {
    if (this.#sets.length === 0) return undefined;
    return this.#sets.map(({ set, ids }) => {
      const row = set.rows.get(noActionModel);
      const score = row ? scoreOf(row, ids) : this.#scoreFor(set, guessedRateWithout(this.#model));
      return { code: set.code.number, ids, score };
    });
  }

  /** The score that stands for what a treatment without a row was ranked by. */
  #plainScore(set: ScoringSet, action: Action, treatment: Treatment): number {
    const key = treatment.key;
    return this.#scoreFor(set, this.#borrowed(action, treatment, key).P);
  }

  /** In the steps of the set: one that is on its way out may have another link than the book by now. */
  #scoreFor({ rows }: ScoringSet, P: number): number {
    const [row] = rows.values();
    const { link } = row ?? this.#learning;
    return scoreAt(link === 'logit' ? logit(P) : P, link);
  }
}

function hopeful(P: number, doubt: number): Estimate {
  return { P, upper: Math.min(1, P + explorationDefaults.optimism * doubt) };
}

/** What the book does not name any more is missing. */
function coded({ code }: ScoringSet, { slots }: LearningRules, facts: FactValues): readonly number[] {
  const values = code.predictors.map(({ name }) => predictorValue(name, slots, facts));
  const ids = new Array<number>(values.length);
  encode(code, values, ids);
  return ids;
}

function predictorValue(name: string, slots: LearningRules['slots'], facts: FactValues): Json | undefined {
  const slot = slots.get(name);
  const value = slot === undefined ? undefined : facts[slot];
  return isScalar(value) ? value : undefined;
}

function isScalar(value: unknown): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value);
}

/** The values that the models collect to make a code of. */
export function sampleOf(
  { model, rulebook }: { readonly model: ModelSnapshot; readonly rulebook: Rulebook },
  facts: FactValues,
): PredictorSample | undefined {
  const names = model.scoring?.collecting;
  if (!names) return undefined;
  return { names, values: names.map((name) => predictorValue(name, rulebook.learning.slots, facts) ?? null) };
}
