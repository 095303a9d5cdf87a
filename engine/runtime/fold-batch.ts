import type { FoldContext, FoldResult } from '../customer/fold-context.ts';
import { foldCustomer } from '../customer/fold-customer.ts';
import { budgetsAfter } from '../decide/budget.ts';
import type { BudgetSpend } from '../decide/decide-input.ts';
import { addTallies } from '../learning/propensity.ts';
import type { CustomerState } from '../model/customer-state.ts';
import type { Decision } from '../model/decision.ts';
import type { CustomerKey } from '../model/ids.ts';
import type { CustomerMessage, LogEntry } from '../model/log-message.ts';
import type { OutboxItem } from '../ports.ts';
import type { PartitionDocument } from './partition-document.ts';
import { outboxOf } from './publish.ts';

/** What a batch of messages comes to; nothing is stored yet. */
export interface FoldedBatch {
  /** Customers whose state changed. */
  readonly states: ReadonlyMap<CustomerKey, CustomerState>;
  readonly partition: PartitionDocument;
  readonly outbox: readonly OutboxItem[];
  readonly decisions: readonly Decision[];
  readonly spends: readonly BudgetSpend[];
  readonly notes: readonly { readonly message: CustomerMessage; readonly note: FoldResult['note'] }[];
  /** Messages whose fold threw: a bug or a message of a newer version. They are kept and passed by. */
  readonly dead: readonly { readonly entry: LogEntry; readonly reason: string }[];
}

/** Folds a batch in order. Pure: `before` holds the documents as they were read. */
export function foldBatch(
  entries: readonly LogEntry[],
  before: ReadonlyMap<string, CustomerState | undefined>,
  partition: PartitionDocument,
  context: Omit<FoldContext, 'model'>,
): FoldedBatch {
  const states = new Map<CustomerKey, CustomerState>();
  const outbox: OutboxItem[] = [];
  const decisions: Decision[] = [];
  const spends: BudgetSpend[] = [];
  const notes: { message: CustomerMessage; note: FoldResult['note'] }[] = [];
  const dead: { entry: LogEntry; reason: string }[] = [];
  let document = partition;

  for (const entry of entries) {
    const { message } = entry;
    if (message.kind === 'model') {
      if (message.model.version > document.model.version) document = { ...document, model: message.model };
      continue;
    }
    const state = states.get(message.key) ?? before.get(message.key);
    const result = attempt(() =>
      foldCustomer(state, message, {
        ...context,
        model: document.model,
        budgets: budgetsAfter(context.budgets, spends),
      }),
    );
    if ('reason' in result) {
      dead.push({ entry, reason: result.reason });
      continue;
    }
    if (result.state !== state) states.set(message.key, result.state);
    if (Object.keys(result.learned).length > 0) {
      document = { ...document, tallies: addTallies(document.tallies, result.learned) };
    }
    for (const next of result.messages) outbox.push({ id: next.id, to: 'log', message: next });
    for (const decision of result.decisions) outbox.push(...outboxOf(decision));
    decisions.push(...result.decisions);
    spends.push(...result.spends);
    notes.push({ message, note: result.note });
  }
  return { states, partition: document, outbox, decisions, spends, notes, dead };
}

/** A message that cannot be folded must not block its partition. The reason goes into its dead letter. */
function attempt(fold: () => FoldResult): FoldResult | { readonly reason: string } {
  try {
    return fold();
  } catch (error) {
    return { reason: error instanceof Error ? `${error.name}: ${error.message}` : String(error) };
  }
}
