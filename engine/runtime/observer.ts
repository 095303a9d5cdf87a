import type { Decision } from '../model/decision.ts';
import type { Partition } from '../model/ids.ts';
import type { OutcomeKind } from '../model/outcome.ts';

/** What the runtime reports about itself, for metrics, logs and the summaries of a replay. Calls must not throw. */
export interface Observer {
  /** A message was folded. */
  readonly applied: (what: {
    readonly kind: string;
    readonly note: 'applied' | 'duplicate' | 'forwarded' | 'refused';
    readonly outcome?: OutcomeKind;
  }) => void;
  /** A decision was made and committed. */
  readonly decided: (decision: Decision) => void;
  /** A commit met another writer and was done again. */
  readonly conflicted: (what: 'document' | 'checkpoint' | 'budget') => void;
  /** A message whose fold threw; it is kept as a dead letter and passed by. */
  readonly deadLettered: (reason: string) => void;
  /** Something the operator should know; the runtime goes on by itself. */
  readonly troubled: (what: string, error: unknown) => void;
  /** How far a partition is behind its log, in messages, after a batch. */
  readonly advanced: (partition: Partition, applied: number) => void;
}
