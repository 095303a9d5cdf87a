import type { ExperimentReport, ExperimentsOfLog } from '../../../engine/index.ts';

/** A report on experiments as `--json` writes it. Shapes change only by additions. */
export interface ExperimentsDocument extends Pick<ExperimentsOfLog, 'decisions' | 'leftOut'> {
  /** Epoch ms. */
  readonly since: number;
  readonly until: number;
  /** Version of the rulebook in force, whose experiments and outcome rules these are. */
  readonly rulebook: string;
  readonly currency: string;
  readonly experiments: readonly ExperimentReport[];
}
