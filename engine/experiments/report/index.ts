/** What the experiments of a deployment have shown, from its log. */

export {
  type ArmReport,
  type ComparisonReport,
  controlOf,
  type ExperimentReport,
  experimentReport,
} from './experiment-report.ts';
export {
  ExperimentGathering,
  type GatheredDecision,
  type GatheredExperiment,
  type GatheringOptions,
} from './gather-experiments.ts';
export type { Goal } from './goal.ts';
