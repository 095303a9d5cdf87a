import type { ErasureMark } from '../customer/erasure-mark.ts';
import type { FoldContext, FoldResult } from '../customer/fold-context.ts';
import { foldCustomer } from '../customer/fold-customer.ts';
import { budgetsAfter } from '../decide/budget.ts';
import type { BudgetSpend } from '../decide/decide-input.ts';
import { addTallies } from '../learning/propensity.ts';
import { limits } from '../limits.ts';
import type { CustomerState } from '../model/customer-state.ts';
import type { Decision } from '../model/decision.ts';
import type { CustomerKey } from '../model/ids.ts';
import {
  type CustomerMessage,
  type LogEntry,
  noTableVersions,
  type TableVersions,
} from '../model/log-message.ts';
import type { Rulebook } from '../model/rulebook.ts';
import { noTables, type TablesInForce } from '../overlays/reference-table.ts';
import type { OutboxItem } from '../ports.ts';
import { addDeltas, emptyTotals, type SegmentDay, underDefinitions } from '../segments/segment-totals.ts';
import { fitsIntoMessage } from './message-size.ts';
import type { DeadLetterCause } from './observer.ts';
import type { PartitionDocument } from './partition-document.ts';
import { outboxOf, saltedReceipt } from './publish.ts';

/** What a batch of messages comes to; nothing is stored yet. */
export interface FoldedBatch {
  /** Customers whose state changed; undefined: the document goes away. */
  readonly states: ReadonlyMap<CustomerKey, CustomerState | undefined>;
  readonly partition: PartitionDocument;
  readonly outbox: readonly OutboxItem[];
  readonly decisions: readonly Decision[];
  readonly spends: readonly BudgetSpend[];
  readonly notes: readonly { readonly message: CustomerMessage; readonly note: FoldResult['note'] }[];
  /** Messages that cannot be applied: a bug, a message of a newer version. They are kept and passed by. */
  readonly dead: readonly DeadEntry[];
  /** Customers that were erased, with the marks they leave. */
  readonly erased: ReadonlyMap<CustomerKey, ErasureMark>;
  /** Days of the segments that are over with this batch. */
  readonly segmentDays?: readonly SegmentDay[];
}

/** What the folds of a batch may read beside their customers. */
export type BatchContext = Omit<FoldContext, 'model' | 'tables' | 'erasure'> & {
  /** Finds the tables of any versions that are in force before the batch or come into force within it. */
  readonly tablesOf?: (versions: TableVersions) => TablesInForce;
  /** Marks of customers that were erased lately; of those at least that have no document or are to be erased. */
  readonly marks: ReadonlyMap<CustomerKey, ErasureMark>;
};

export interface DeadEntry {
  readonly entry: LogEntry;
  readonly cause: DeadLetterCause;
  readonly reason: string;
}

/** Folds a batch in order. Pure: `before` holds the documents as they were read. */
export function foldBatch(
  entries: readonly LogEntry[],
  before: ReadonlyMap<string, CustomerState | undefined>,
  partition: PartitionDocument,
  { marks, tablesOf = () => noTables, ...context }: BatchContext,
): FoldedBatch {
  const states = new Map<CustomerKey, CustomerState | undefined>();
  const outbox: OutboxItem[] = [];
  const decisions: Decision[] = [];
  const spends: BudgetSpend[] = [];
  const notes: { message: CustomerMessage; note: FoldResult['note'] }[] = [];
  const dead: DeadEntry[] = [];
  const erased = new Map<CustomerKey, ErasureMark>();
  const segmentDays: SegmentDay[] = [];
  let document = countedBy(partition, context.rulebook, entries);

  for (const entry of entries) {
    const { message } = entry;
    if (message.kind === 'model') {
      if (message.model.version > document.model.version) document = { ...document, model: message.model };
      continue;
    }
    if (message.kind === 'tables') {
      // Revisions only grow, so a word that was overtaken on its way changes nothing.
      const isLater = message.tables.revision > (document.tables ?? noTableVersions).revision;
      if (isLater) document = { ...document, tables: message.tables };
      continue;
    }
    const state = states.has(message.key) ? states.get(message.key) : before.get(message.key);
    const erasure = erased.get(message.key) ?? marks.get(message.key);
    const result = attempt(() =>
      foldCustomer(state, message, {
        ...context,
        ...(erasure && { erasure }),
        model: document.model,
        tables: tablesOf(document.tables ?? noTableVersions),
        budgets: budgetsAfter(context.budgets, spends),
      }),
    );
    if ('reason' in result) {
      dead.push({ entry, ...result });
      continue;
    }
    const follows = followsOf(result);
    const tooLarge = follows.find((item) => !fitsIntoMessage(item));
    if (tooLarge !== undefined) {
      dead.push({ entry, cause: 'size', reason: `what follows from it is too large: ${tooLarge.id}` });
      continue;
    }
    if (result.state !== state) states.set(message.key, result.state);
    if (message.kind === 'erase' && result.note === 'erased') {
      const { key, until } = message;
      const inForce = Math.max(document.erasuresUntil ?? 0, until + limits.erasureMarkMs);
      document = { ...document, erasuresUntil: inForce };
      erased.set(key, { until, count: (erasure?.count ?? 0) + 1 });
      // Written although it may never have been there: whoever stored one meanwhile is found out by its version.
      states.set(key, undefined);
      forget(decisions, ({ customer }) => customer === key);
      forget(dead, ({ entry }) => 'key' in entry.message && entry.message.key === key);
    }
    if (Object.keys(result.learned).length > 0) {
      document = { ...document, tallies: addTallies(document.tallies, result.learned) };
    }
    if (result.segments) {
      const { totals, closed } = addDeltas(document.segments ?? emptyTotals, result.segments);
      document = { ...document, segments: totals };
      if (closed) segmentDays.push(closed);
    }
    outbox.push(...follows);
    decisions.push(...result.decisions);
    spends.push(...result.spends);
    notes.push({ message, note: result.note });
  }
  return {
    states,
    partition: document,
    outbox,
    decisions,
    spends,
    notes,
    dead,
    erased,
    ...(segmentDays.length > 0 && { segmentDays }),
  };
}

/** The segments are counted by the definitions of the rulebook that the batch is folded with. */
function countedBy(
  document: PartitionDocument,
  { segmentation }: Rulebook,
  entries: readonly LogEntry[],
): PartitionDocument {
  const before = document.segments ?? emptyTotals;
  const segments = underDefinitions(before, segmentation, entries[0]?.message.receivedAt ?? 0);
  return segments === before ? document : { ...document, segments };
}

/** What this very batch would have put on record of a customer that it erased afterwards. */
function forget<Entry>(entries: Entry[], isGone: (entry: Entry) => boolean): void {
  const left = entries.filter((entry) => !isGone(entry));
  entries.splice(0, entries.length, ...left);
}

/** A batch that changes nothing but that its one message is put aside. */
export function putAside(dead: DeadEntry, partition: PartitionDocument): FoldedBatch {
  const none = { states: new Map(), outbox: [], decisions: [], spends: [], notes: [], erased: new Map() };
  return { ...none, partition, dead: [dead] };
}

/** What leaves once the message is committed, in its order. */
function followsOf(result: FoldResult): readonly OutboxItem[] {
  const messages = result.messages.map(
    (message): OutboxItem => ({ id: message.id, to: 'log', message: { ...message, follows: true } }),
  );
  // The salt is drawn when the batch is stored: what is folded follows from the log alone.
  const receipts = (result.receipts ?? []).map((receipt) => saltedReceipt(receipt, ''));
  return [...messages, ...result.decisions.flatMap(outboxOf), ...receipts];
}

/** A message that cannot be folded must not block its partition. The reason goes into its dead letter. */
function attempt(fold: () => FoldResult): FoldResult | Omit<DeadEntry, 'entry'> {
  try {
    return fold();
  } catch (error) {
    return { cause: 'fold', reason: reasonOf(error) };
  }
}

export function reasonOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
