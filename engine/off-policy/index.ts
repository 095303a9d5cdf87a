/** Off-policy evaluation: what new rules are worth, told from the log of others. */

export * from './estimates.ts';
export {
  type EstimatorOptions,
  type Evaluation,
  OffPolicyEstimator,
} from './estimator.ts';
export type { Interval } from './interval.ts';
export { type LoggedDecision, ProgressiveRates, rowUnder, type TargetChoice } from './logged-decision.ts';
export { type LoggedDistributions, type LoggedRow, rowOf } from './logged-row.ts';
export {
  type Answer,
  type OffPolicyReport,
  offPolicyReport,
  threeDigits,
} from './report.ts';
export { type Refusal, type RefusalCode, refusalsOf } from './verdict.ts';
