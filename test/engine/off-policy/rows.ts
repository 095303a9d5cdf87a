import {
  type EstimatorOptions,
  type Evaluation,
  type LoggedRow,
  OffPolicyEstimator,
} from '../../../engine/index.ts';

/** A row of its own: weight 1, no model. */
export const plainRow: LoggedRow = {
  reward: 0,
  propensity: 0.5,
  target: 0.5,
  predicted: 0,
  expected: 0,
  unsupported: 0,
};

export function row(more: Partial<LoggedRow>): LoggedRow {
  return { ...plainRow, ...more };
}

export function evaluationOf(rows: readonly LoggedRow[], options: EstimatorOptions = {}): Evaluation {
  const estimator = new OffPolicyEstimator(options);
  for (const one of rows) estimator.add(one);
  const evaluation = estimator.evaluation();
  if (!evaluation) throw new Error('no rows');
  return evaluation;
}

export function estimatesOf(
  rows: readonly LoggedRow[],
  options: EstimatorOptions = {},
): Evaluation['estimates'] {
  return evaluationOf(rows, options).estimates;
}
