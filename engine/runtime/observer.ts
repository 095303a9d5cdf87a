import type { FoldResult } from '../customer/fold-context.ts';
import type { Decision } from '../model/decision.ts';
import type { Partition } from '../model/ids.ts';
import type { OutcomeKind } from '../model/outcome.ts';
import type { BudgetLevel } from './budget-keeper.ts';
import type { LogFault } from './compare-log.ts';

/** What the runtime reports about itself, for metrics, logs and the summaries of a replay. Calls must not throw. */
export interface Observer {
  /** A message was folded. */
  readonly applied: (what: {
    readonly kind: string;
    readonly note: FoldResult['note'];
    readonly outcome?: OutcomeKind;
  }) => void;
  /** A decision was made and committed. */
  readonly decided: (decision: Decision) => void;
  /** A request was answered without the store, by the rulebook's degraded mode. */
  readonly degraded?: (why: DegradedCause, decision: Decision) => void;
  /** A commit met another writer and was done again. */
  readonly conflicted: (what: 'document' | 'checkpoint' | 'budget') => void;
  /**
   * A message that could not be applied or sent on; it is kept as a dead letter and passed by. The reason may quote what
   * a customer told, so it is for the dead letter and for tests, not for logs.
   */
  readonly deadLettered: (reason: string, cause: DeadLetterCause) => void;
  /** A checkpoint that did not agree with its log was moved to where both agree. Entries may have been lost. */
  readonly repaired: (what: Repair) => void;
  /** A partition that was behind its log and did not move was taken up anew. */
  readonly restarted: (partition: Partition) => void;
  /** Something the operator should know; the runtime goes on by itself. */
  readonly troubled: (what: string, error: unknown) => void;
  /** How far a partition is behind its log, in messages, after a batch. */
  readonly advanced: (partition: Partition, applied: number) => void;
  /** What a partition has of budgets, as of a look a few seconds ago; undefined when another node works on it. */
  readonly budgeted?: (partition: Partition, levels: ReadonlyMap<string, BudgetLevel> | undefined) => void;
  /** What of budgets no partition has set aside, as of the same look. */
  readonly budgetsLeft?: (
    left: ReadonlyMap<string, { readonly unit: BudgetLevel['unit']; readonly left: number }>,
  ) => void;
  /** Customers of a partition by segment, as they are now; undefined when another node works on it. */
  readonly counted?: (partition: Partition, sizes: ReadonlyMap<string, number> | undefined) => void;
  /** A round of the learner, where it runs; undefined when another node took over. */
  readonly learned?: (figures: LearningFigures | undefined) => void;
  /** When the newest rows were made that requests of this node score with; epoch ms. */
  readonly scoring?: (at: number) => void;
  /** The same of the folds of a partition. */
  readonly foldScoring?: (partition: Partition, at: number | undefined) => void;
}

/** How the learner fares. */
export interface LearningFigures {
  /** Lessons of this round, and those that it found to be gone before they were learned. */
  readonly learned: number;
  readonly lost: number;
  /** Lessons that are still in the journals, as of a look some seconds ago. */
  readonly waiting: number;
  /** Age of the oldest lesson of this round, 0 where there was none. */
  readonly oldestMs: number;
  /** Time that models were solved for in this round. */
  readonly solvedMs: number;
  /** Models of the code that scores first, and those of them that rest on enough conversions. */
  readonly models: number;
  readonly mature: number;
}

/** `slow`: the store did not answer in time; `failed`: it refused; `resting`: it was not asked, after it had done either too often. */
export type DegradedCause = 'slow' | 'failed' | 'resting';

export interface Repair {
  readonly partition: Partition;
  readonly kind: LogFault['kind'];
  /** Sequences. */
  readonly from: number;
  readonly to: number;
}

/** `fold`: applying it failed; `size`: what follows from it is too large to be sent; `store`: its commit was refused; `log`: it was. */
export type DeadLetterCause = 'fold' | 'size' | 'store' | 'log';
