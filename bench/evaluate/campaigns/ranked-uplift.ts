import type { LearningOptions } from '../../../engine/learning/learning-options.ts';
import { qiniCoefficient } from '../../../engine/learning/qini.ts';
import { upliftOf } from '../../../engine/learning/uplift.ts';
import { type Fold, foldsOf } from './folds.ts';
import type { CodedDecision, CodedTrial, LoggedTrial, TrialDecision } from './logged-trial.ts';
import { type Foretells, trainModel, trainNaiveBayes } from './trained-models.ts';

const folds = 5;
const repeats = 4;

/** Qini coefficients, by what customers were ranked. */
export interface UpliftRankings {
  /** P with the action less P without, by two models of the engine. */
  readonly uplift: number;
  /** P with the action alone. */
  readonly response: number;
  /** As the first, by two naive Bayes models. */
  readonly naiveBayes: number;
}

/** Rankings for one action against none, cross-fitted; the mean over several ways to part the customers. */
export function rankByUplift(trial: CodedTrial, action: number, options: LearningOptions): UpliftRankings {
  const decisions = trial.decisions.filter((row) => row.action === 0 || row.action === action);
  let [uplift, response, naiveBayes] = [0, 0, 0];
  for (let repeat = 1; repeat <= repeats; repeat += 1) {
    const scored = foldsOf(decisions, folds, repeat).flatMap((fold) =>
      scoresOf(fold, trial, action, options),
    );
    uplift += qiniOf(scored, (scores) => scores.uplift) / repeats;
    response += qiniOf(scored, (scores) => scores.response) / repeats;
    naiveBayes += qiniOf(scored, (scores) => scores.naiveBayes) / repeats;
  }
  return { uplift, response, naiveBayes };
}

/** The coefficient of a ranking that needs no model: by what is known of a customer. */
export function rankByRule(
  { decisions }: LoggedTrial,
  action: number,
  score: (values: TrialDecision['values']) => number,
): number {
  const rows = decisions.filter((decision) => decision.action === 0 || decision.action === action);
  return qiniOf(
    rows.map((decision) => ({ decision })),
    ({ decision }) => score(decision.values),
  );
}

interface Scored extends UpliftRankings {
  readonly decision: CodedDecision;
}

/** Scores of those held back, by models of the others. */
function scoresOf(
  { training, held }: Fold,
  { code }: CodedTrial,
  action: number,
  options: LearningOptions,
): readonly Scored[] {
  const treated = training.filter((decision) => decision.action === action);
  const others = training.filter((decision) => decision.action === 0);
  const models = [treated, others].map((rows) => trainModel(rows, code, options));
  const naive = [treated, others].map((rows) => trainNaiveBayes(rows, code));
  return held.map((decision) => ({
    decision,
    uplift: difference(models, decision),
    response: models[0]?.(decision.ids) ?? 0,
    naiveBayes: difference(naive, decision),
  }));
}

function difference([withAction, without]: readonly Foretells[], { ids }: CodedDecision): number {
  return upliftOf(withAction?.(ids) ?? 0, without?.(ids)) ?? 0;
}

function qiniOf<Row extends { readonly decision: Pick<CodedDecision, 'action' | 'reward'> }>(
  rows: readonly Row[],
  score: (row: Row) => number,
): number {
  return qiniCoefficient(
    rows.map((row) => ({
      score: score(row),
      isTreated: row.decision.action !== 0,
      outcome: row.decision.reward,
    })),
  );
}
