import type { LearningOptions } from '../../../engine/learning/learning-options.ts';
import { foldsOf } from './folds.ts';
import type { CodedDecision, CodedTrial } from './logged-trial.ts';
import { type Foretells, trainModel } from './trained-models.ts';

export interface Value {
  /** Self-normalised estimate of the mean reward. */
  readonly value: number;
  /** Its standard error, decisions on one person taken together. */
  readonly error: number;
}

/** What it would have been worth to give everybody the action that the models of the other folds hold to be the best. */
export function greedyValue(
  { code, actions, propensities, decisions }: CodedTrial,
  options: LearningOptions,
): Value {
  const rows: WeighedReward[] = [];
  for (const { training, held } of foldsOf(decisions, 5, 1)) {
    const models = actions.map((_, action) =>
      trainModel(
        training.filter((decision) => decision.action === action),
        code,
        options,
      ),
    );
    for (const decision of held) {
      if (bestOf(models, decision) !== decision.action) continue;
      const { person, reward, action } = decision;
      rows.push({ person, reward, weight: 1 / (propensities[action] as number) });
    }
  }
  return weighedMean(rows);
}

/** The best single action, known only when all is over. */
export function bestFixed({ actions, decisions }: CodedTrial): {
  readonly action: number;
  readonly reward: number;
} {
  const rates = actions.map((_, action) => {
    const taken = decisions.filter((decision) => decision.action === action);
    return taken.length === 0 ? 0 : taken.reduce((sum, { reward }) => sum + reward, 0) / taken.length;
  });
  const reward = Math.max(...rates);
  return { action: rates.indexOf(reward), reward };
}

interface WeighedReward {
  readonly person: number;
  readonly reward: number;
  readonly weight: number;
}

function bestOf(models: readonly Foretells[], { ids }: CodedDecision): number {
  const propensities = models.map((foretells) => foretells(ids));
  return propensities.indexOf(Math.max(...propensities));
}

function weighedMean(rows: readonly WeighedReward[]): Value {
  let weights = 0;
  let rewards = 0;
  for (const { weight, reward } of rows) {
    weights += weight;
    rewards += weight * reward;
  }
  const value = rewards / weights;
  const residuals = new Map<number, number>();
  for (const { person, weight, reward } of rows) {
    residuals.set(person, (residuals.get(person) ?? 0) + weight * (reward - value));
  }
  let squares = 0;
  for (const residual of residuals.values()) squares += residual * residual;
  return { value, error: Math.sqrt(squares) / weights };
}
