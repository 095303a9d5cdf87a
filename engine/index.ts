/** The only public door of the engine. */

export { AssertionError, assert, unreachable } from './assert.ts';
export * from './attribution/index.ts';
export * from './attribution/report/index.ts';
export {
  emptyLedgerEntry,
  entryAfterReturn,
  grantOf,
  type LedgerEntry,
} from './budgets/ledger-entry.ts';
export { draw, hash32, hash48, hashId } from './chance/hash.ts';
export { decisionIdOf, partitionOf, partitionOfDecision } from './chance/partition.ts';
export { decodeState, encodeState } from './customer/codec.ts';
export type { ErasureMark } from './customer/erasure-mark.ts';
export type { FoldContext, FoldResult, SegmentDelta } from './customer/fold-context.ts';
export { foldCustomer } from './customer/fold-customer.ts';
export { profilesOf } from './customer/profile.ts';
export { readCustomerId } from './customer/read-customer-id.ts';
export { type DecideResult, decide } from './decide/decide.ts';
export type { BudgetView, DecideInput } from './decide/decide-input.ts';
export { explain } from './decide/explain.ts';
export * from './errors.ts';
export {
  type AnalysisOptions,
  analyseExperiment,
  type ExperimentAnalysis,
} from './experiments/analysis/analyse-experiment.ts';
export type { ArmSums, CovariateSums } from './experiments/analysis/arm-sums.ts';
export type { ArmComparison } from './experiments/analysis/compare-arms.ts';
export type { SampleRatio } from './experiments/analysis/sample-ratio.ts';
export * from './experiments/report/index.ts';
export { alterInput } from './explain/alter-input.ts';
export { type ExplainOptions, explainDecision } from './explain/explain-decision.ts';
export { quintileEdges } from './features/rfm.ts';
export * from './forecast/index.ts';
export { countRulebook } from './history/count-rulebook.ts';
export type { RollbackRequest } from './history/roll-back.ts';
export type { FolderVerdict } from './history/take-folder.ts';
export { snapshotOf } from './learning/propensity.ts';
export { day, limits } from './limits.ts';
export type * from './model/condition.ts';
export type * from './model/contact-policy.ts';
export * from './model/customer-state.ts';
export type * from './model/decision.ts';
export type * from './model/degraded-rules.ts';
export type * from './model/experiment.ts';
export type * from './model/explanation.ts';
export * from './model/ids.ts';
export * from './model/json.ts';
export type * from './model/log-message.ts';
export * from './model/model-snapshot.ts';
export * from './model/outcome.ts';
export type * from './model/propensity-model.ts';
export type * from './model/quiet-hours.ts';
export * from './model/read-touchpoint.ts';
export type * from './model/receipt.ts';
export type * from './model/rulebook.ts';
export * from './model/rulebook-history.ts';
export type * from './model/touchpoint-event.ts';
export * from './off-policy/index.ts';
export { type ReasonCode, reasons } from './reasons.ts';
export type { ChainBreak } from './receipts/check-chain.ts';
export { type ExplainedReceipt, explainReceipt } from './receipts/explain-receipt.ts';
export { inputOf, type Reexecution, reexecute } from './receipts/reexecute.ts';
export * from './rules/index.ts';
export type * from './runtime/application.ts';
export {
  type AttributionLogOptions,
  type AttributionOfLog,
  attributeLog,
} from './runtime/attribution-log.ts';
export {
  type AuditOptions,
  type AuditReport,
  auditDecisions,
  type Mismatch,
  type PartitionEnd,
  type PartitionStart,
} from './runtime/audit.ts';
export type { BudgetLevel } from './runtime/budget-keeper.ts';
export type { BudgetReport } from './runtime/budget-reports.ts';
export type { DeadLetterOperations, FiledLetter, LetterSelection } from './runtime/dead-letters.ts';
export { type Deployment, type DeploymentOptions, startDeployment } from './runtime/deployment.ts';
export { type ExperimentLogOptions, type ExperimentsOfLog, gatherFromLog } from './runtime/experiment-log.ts';
export { type ForecastOfLog, forecastLog, type LeftOut } from './runtime/forecast-log.ts';
export { appendIdOf } from './runtime/messages.ts';
export type { CodeReport, ModelReport, ModelsReport } from './runtime/models-report.ts';
export type {
  DeadLetterCause,
  DegradedCause,
  LearningFigures,
  Observer,
  Repair,
} from './runtime/observer.ts';
export type {
  OverlayListing,
  OverlayLoad,
  OverlayLoadReport,
  OverlayOperations,
} from './runtime/overlay-operations.ts';
export {
  type LogReach,
  type RebuildReport,
  reachOf,
  rebuildStore,
  sendOutbox,
} from './runtime/rebuild.ts';
export { findReceipt } from './runtime/receipt-keeper.ts';
export {
  type CurrentRulebook,
  type OfferedRulebook,
  RulebookKeeper,
  type RulebookOperations,
} from './runtime/rulebook-keeper.ts';
export type { Ports } from './runtime/runtime-context.ts';
export { segmentsNote } from './runtime/segment-sweep.ts';
export { type Difference, type VerifyReport, verifyStore } from './runtime/verify.ts';
export { featuresOf, viewCustomer } from './runtime/view-customer.ts';
export { Bell, WaitingReader } from './runtime/waiting-reader.ts';
export type { SegmentReport, SegmentTrendDay } from './segments/segment-report.ts';
export { fixedFactor, sequenceFactor } from './statistics/confidence-sequence.ts';
export { atOnce, type Steps } from './steps.ts';
export { openDelimited, recordLinesMax, splitDelimited } from './text/split-delimited.ts';
