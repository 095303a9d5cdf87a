import type { ErasureMark } from '../customer/erasure-mark.ts';
import type { FoldContext, FoldResult } from '../customer/fold-context.ts';
import { foldCustomer } from '../customer/fold-customer.ts';
import { budgetsAfter } from '../decide/budget.ts';
import type { BudgetSpend } from '../decide/decide-input.ts';
import { addTallies, noEvidence } from '../learning/propensity.ts';
import { limits } from '../limits.ts';
import type { CustomerState } from '../model/customer-state.ts';
import type { Decision } from '../model/decision.ts';
import type { CustomerKey } from '../model/ids.ts';
import {
  type CustomerMessage,
  type LogEntry,
  type ModelMessage,
  noTableVersions,
  type TableVersions,
} from '../model/log-message.ts';
import type { ModelSnapshot } from '../model/model-snapshot.ts';
import type { Lesson } from '../model/propensity-model.ts';
import type { Rulebook } from '../model/rulebook.ts';
import { noTables, type TablesInForce } from '../overlays/reference-table.ts';
import type { OutboxItem } from '../ports.ts';
import { addDeltas, emptyTotals, type SegmentDay, underDefinitions } from '../segments/segment-totals.ts';
import { fitsIntoMessage } from './message-size.ts';
import type { DeadLetterCause } from './observer.ts';
import type { PartitionDocument } from './partition-document.ts';
import { outboxOf, saltedReceipt } from './publish.ts';
import { RowCache } from './row-cache.ts';
import { emptyRecord, recordAfter, type ScoringRecord } from './scoring-record.ts';

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
  /** What the models are to learn, in the order of the log; absent: nothing. */
  readonly lessons?: readonly Lesson[];
  /** What the folds score with from here on; absent: as before. */
  readonly models?: ScoringRecord;
}

/** What the folds of a batch may read beside their customers. */
export type BatchContext = Omit<FoldContext, 'model' | 'tables' | 'erasure'> & {
  /** Finds the tables of any versions that are in force before the batch or come into force within it. */
  readonly tablesOf?: (versions: TableVersions) => TablesInForce;
  /** Marks of customers that were erased lately; of those at least that have no document or are to be erased. */
  readonly marks: ReadonlyMap<CustomerKey, ErasureMark>;
  /** What is scored with before the batch; absent: the evidence alone. */
  readonly models?: ScoringRecord;
  /** Makes rows of what changes within it. */
  readonly rows?: RowCache;
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
  {
    marks,
    models: modelsBefore = emptyRecord,
    rows = new RowCache(),
    tablesOf = () => noTables,
    ...context
  }: BatchContext,
): FoldedBatch {
  const states = new Map<CustomerKey, CustomerState | undefined>();
  const outbox: OutboxItem[] = [];
  const decisions: Decision[] = [];
  const spends: BudgetSpend[] = [];
  const notes: { message: CustomerMessage; note: FoldResult['note'] }[] = [];
  const dead: DeadEntry[] = [];
  const erased = new Map<CustomerKey, ErasureMark>();
  const segmentDays: SegmentDay[] = [];
  const lessons: Lesson[] = [];
  let document = countedBy(partition, context.rulebook, entries);
  let models = modelsBefore;
  let learned = noEvidence;
  /** What all messages are folded with, until one of them changes it. */
  let shared: FoldContext | undefined;
  const contextFor = (erasure: ErasureMark | undefined): FoldContext => {
    shared ??= {
      ...context,
      model: snapshotWith(document.model, models),
      tables: tablesOf(document.tables ?? noTableVersions),
      budgets: budgetsAfter(context.budgets, spends),
    };
    return erasure ? { ...shared, erasure } : shared;
  };

  for (const entry of entries) {
    const { message } = entry;
    if (message.kind === 'model') {
      const after = attempt(() => modelsAfter({ document, models }, message, rows));
      if ('reason' in after) dead.push({ entry, ...after });
      else {
        ({ document, models } = after);
        shared = undefined;
      }
      continue;
    }
    if (message.kind === 'tables') {
      // Revisions only grow, so a word that was overtaken on its way changes nothing.
      const isLater = message.tables.revision > (document.tables ?? noTableVersions).revision;
      if (isLater) {
        document = { ...document, tables: message.tables };
        shared = undefined;
      }
      continue;
    }
    const state = states.has(message.key) ? states.get(message.key) : before.get(message.key);
    const erasure = erased.get(message.key) ?? marks.get(message.key);
    const result = attempt(() => foldCustomer(state, message, contextFor(erasure)));
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
    if (result.learned !== noEvidence) learned = addTallies(learned, result.learned);
    if (result.lessons) {
      lessons.push(...result.lessons);
      document = { ...document, lessons: (document.lessons ?? 0) + result.lessons.length };
    }
    if (result.segments) {
      const { totals, closed } = addDeltas(document.segments ?? emptyTotals, result.segments);
      document = { ...document, segments: totals };
      if (closed) segmentDays.push(closed);
    }
    outbox.push(...follows);
    decisions.push(...result.decisions);
    if (result.spends.length > 0) {
      spends.push(...result.spends);
      shared = undefined;
    }
    notes.push({ message, note: result.note });
  }
  if (Object.keys(learned).length > 0) {
    document = { ...document, tallies: addTallies(document.tallies, learned) };
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
    ...(lessons.length > 0 && { lessons }),
    ...(models !== modelsBefore && { models }),
  };
}

/** The evidence and the rows that a message of the models brings, as far as they are newer. */
function modelsAfter(
  { document, models }: { readonly document: PartitionDocument; readonly models: ScoringRecord },
  message: ModelMessage,
  rows: RowCache,
): { readonly document: PartitionDocument; readonly models: ScoringRecord } {
  const { model } = message;
  const isNewer = model.version > document.model.version;
  return {
    document: isNewer ? { ...document, model } : document,
    models: recordAfter(models, message, rows),
  };
}

function snapshotWith(model: ModelSnapshot, { scoring }: ScoringRecord): ModelSnapshot {
  return scoring ? { ...model, scoring } : model;
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
  // Nothing follows from most messages.
  if (result.messages.length === 0 && result.decisions.length === 0 && !result.receipts) return nothing;
  const messages = result.messages.map(
    (message): OutboxItem => ({ id: message.id, to: 'log', message: { ...message, follows: true } }),
  );
  // The salt is drawn when the batch is stored: what is folded follows from the log alone.
  const receipts = (result.receipts ?? []).map((receipt) => saltedReceipt(receipt, ''));
  return [...messages, ...result.decisions.flatMap(outboxOf), ...receipts];
}

const nothing: readonly OutboxItem[] = [];

/** A message that cannot be folded must not block its partition. The reason goes into its dead letter. */
function attempt<Result>(fold: () => Result): Result | Omit<DeadEntry, 'entry'> {
  try {
    return fold();
  } catch (error) {
    return { cause: 'fold', reason: reasonOf(error) };
  }
}

export function reasonOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
