import type { BudgetSpend, BudgetView } from '../decide/decide-input.ts';
import { noEvidence } from '../learning/propensity.ts';
import type { CustomerState } from '../model/customer-state.ts';
import type { Decision } from '../model/decision.ts';
import type { Partition, Tenant } from '../model/ids.ts';
import type { LogMessage } from '../model/log-message.ts';
import type { ModelSnapshot, Tallies } from '../model/model-snapshot.ts';
import type { Lesson } from '../model/propensity-model.ts';
import type { Rulebook } from '../model/rulebook.ts';
import type { TablesInForce } from '../overlays/reference-table.ts';
import type { ReceiptMaking, UnsaltedReceipt } from '../receipts/make-receipt.ts';
import type { ErasureMark } from './erasure-mark.ts';

/** What a fold may read beside the state and the message. */
export interface FoldContext {
  readonly tenant: Tenant;
  readonly partition: Partition;
  readonly partitions: number;
  readonly rulebook: Rulebook;
  readonly model: ModelSnapshot;
  /** The reference tables in force in this partition; absent: none are loaded. */
  readonly tables?: TablesInForce;
  readonly budgets: BudgetView;
  /** Absent: no receipts of decisions are kept. */
  readonly receipts?: ReceiptMaking;
  /** Decisions tell the odds of every rank; who forecasts asks for it. */
  readonly tellsOdds?: true;
  /** What is left of the erasure of the message's customer, if there was one lately. */
  readonly erasure?: ErasureMark;
}

/** What a customer's entering or leaving, or a change of value, does to the totals of a segment. */
export interface SegmentDelta {
  readonly segment: string;
  /** Epoch ms; the day it counts for. */
  readonly at: number;
  readonly size: -1 | 0 | 1;
  /** Millionths. */
  readonly value: number;
  /** Whether it counts as an entering or a leaving: a merged document leaves without its person leaving. */
  readonly event?: 'entered' | 'left';
}

/** What a message did to a customer, and what follows from it. */
export interface FoldResult {
  /** undefined: nothing is left of the customer. */
  readonly state: CustomerState | undefined;
  /** Messages for the log: halves of merges, events for the document that this one forwards to. */
  readonly messages: readonly LogMessage[];
  /** Decisions made by triggers. */
  readonly decisions: readonly Decision[];
  /** Of those decisions; absent where none is kept. */
  readonly receipts?: readonly UnsaltedReceipt[];
  readonly spends: readonly BudgetSpend[];
  /** Evidence for the propensities. */
  readonly learned: Tallies;
  /** What the models learn from it, in the order in which it happened; absent: nothing. */
  readonly lessons?: readonly Lesson[];
  /** Absent: nothing changed in any segment. */
  readonly segments?: readonly SegmentDelta[];
  /** `duplicate`: the message had been applied before and nothing changed. */
  readonly note: 'applied' | 'duplicate' | 'forwarded' | 'refused' | 'erased';
}

/** Nothing follows but the state. Members in one order: what most messages come to then is of one form for the machine. */
export function quiet<State extends CustomerState | undefined>(
  state: State,
): FoldResult & { readonly state: State } {
  return {
    state,
    messages: none,
    decisions: none,
    spends: none,
    learned: noEvidence,
    note: 'applied',
  };
}

const none: readonly never[] = [];
