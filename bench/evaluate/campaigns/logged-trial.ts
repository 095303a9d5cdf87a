import type { Json } from '../../../engine/index.ts';
import { buildCode } from '../../../engine/learning/build-code.ts';
import { encode } from '../../../engine/learning/feature-code.ts';
import { learningDefaults } from '../../../engine/learning/learning-options.ts';
import type { FeatureCode } from '../../../engine/model/propensity-model.ts';
import { Random } from '../../measure/random.ts';
import { shuffled } from '../data/shuffle.ts';

/** Decisions of a trial that drew its actions by lot. */
export interface LoggedTrial {
  /** Names of the predictors. */
  readonly names: readonly string[];
  readonly actions: readonly string[];
  /** By action: with which probability the trial drew it. */
  readonly propensities: readonly number[];
  readonly decisions: readonly TrialDecision[];
}

export interface TrialDecision {
  /** Whom it was made for: decisions on one person are not independent. */
  readonly person: number;
  /** What was known before it, in the order of the names. */
  readonly values: readonly (Json | undefined)[];
  /** Place of the action that was drawn. */
  readonly action: number;
  readonly reward: 0 | 1;
}

/** A decision under a code. */
export interface CodedDecision {
  readonly person: number;
  readonly ids: Uint16Array;
  readonly action: number;
  readonly reward: 0 | 1;
}

export interface CodedTrial {
  readonly code: FeatureCode;
  readonly actions: readonly string[];
  readonly propensities: readonly number[];
  readonly decisions: readonly CodedDecision[];
}

/** Contexts that a code is made from, without their outcomes. */
const samples = 1000;

/** The same decisions under a code that is made of some of their contexts. */
export function codeTrial({ names, actions, propensities, decisions }: LoggedTrial): CodedTrial {
  const sampled = shuffled(decisions, new Random(0)).slice(0, samples);
  const code = buildCode({ names, rows: sampled.map(({ values }) => values) }, 1, learningDefaults);
  // The code may leave predictors out that do not vary.
  const columns = code.predictors.map(({ name }) => names.indexOf(name));
  return {
    code,
    actions,
    propensities,
    decisions: decisions.map(({ person, values, action, reward }) => {
      const ids = new Uint16Array(columns.length);
      encode(
        code,
        columns.map((column) => values[column]),
        ids,
      );
      return { person, ids, action, reward };
    }),
  };
}

/** Shares of the actions: what the trial drew with. */
export function sharesOf(actions: number, decisions: readonly TrialDecision[]): readonly number[] {
  const counts = Array.from({ length: actions }, () => 0);
  for (const { action } of decisions) counts[action] = (counts[action] as number) + 1;
  return counts.map((count) => count / decisions.length);
}
