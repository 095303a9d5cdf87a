/** What another rulebook would have done with the log of this one. */

export type { ChangedDecision } from './changed-decisions.ts';
export type { BudgetUse } from './forecast-budgets.ts';
export type { ActionValue, ForecastFindings } from './forecast-findings.ts';
export {
  type ActionForecast,
  type BeforeAfter,
  type Estimated,
  type ForecastReport,
  type ForecastValue,
  forecastReport,
  type LimitForecast,
  type NeverChosen,
  type SegmentForecast,
} from './forecast-report.ts';
export { type ForecastOptions, ForecastRun } from './forecast-run.ts';
export type { BookReach } from './forecast-tally.ts';
export type { ForecastStep, PastDecision } from './past-decision.ts';
