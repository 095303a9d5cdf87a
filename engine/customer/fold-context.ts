import type { BudgetSpend, BudgetView } from '../decide/decide-input.ts';
import type { CustomerState } from '../model/customer-state.ts';
import type { Decision } from '../model/decision.ts';
import type { Partition, Tenant } from '../model/ids.ts';
import type { LogMessage } from '../model/log-message.ts';
import type { ModelSnapshot, Tallies } from '../model/model-snapshot.ts';
import type { Rulebook } from '../model/rulebook.ts';

/** What a fold may read beside the state and the message. */
export interface FoldContext {
  readonly tenant: Tenant;
  readonly partition: Partition;
  readonly partitions: number;
  readonly rulebook: Rulebook;
  readonly model: ModelSnapshot;
  readonly budgets: BudgetView;
}

/** What a message did to a customer, and what follows from it. */
export interface FoldResult {
  readonly state: CustomerState;
  /** Messages for the log: halves of merges, events for the document that this one forwards to. */
  readonly messages: readonly LogMessage[];
  /** Decisions made by triggers. */
  readonly decisions: readonly Decision[];
  readonly spends: readonly BudgetSpend[];
  /** Evidence for the propensities. */
  readonly learned: Tallies;
  /** `duplicate`: the message had been applied before and nothing changed. */
  readonly note: 'applied' | 'duplicate' | 'forwarded' | 'refused';
}
