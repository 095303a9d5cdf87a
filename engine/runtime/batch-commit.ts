import { encodeState } from '../customer/codec.ts';
import { limits } from '../limits.ts';
import type { CustomerState, PendingTimer } from '../model/customer-state.ts';
import type { CustomerKey, Nonce, Partition } from '../model/ids.ts';
import type { LogEntry } from '../model/log-message.ts';
import type {
  Checkpoint,
  Commit,
  CounterWrite,
  DeadLetter,
  DocumentWrite,
  OutboxItem,
  RecordWrite,
  TimerWrite,
} from '../ports.ts';
import { extendTrail } from './checkpoint-trail.ts';
import type { CachedDocument } from './document-cache.ts';
import type { DeadEntry, FoldedBatch } from './fold-batch.ts';
import { type OwnDocuments, ownWrites } from './own-documents.ts';
import { recordOf, saltedReceipt } from './publish.ts';
import { segmentDayRecord } from './segment-records.ts';

/** A folded batch and what it was folded from. */
export interface BatchToCommit {
  readonly partition: Partition;
  readonly entries: readonly LogEntry[];
  readonly folded: FoldedBatch;
  readonly documents: ReadonlyMap<string, CachedDocument>;
  readonly own: OwnDocuments;
  readonly checkpoint: Checkpoint;
  readonly counters: readonly CounterWrite[];
  /** Epoch ms; records expire by it. */
  readonly wall: number;
  /** How long records of decisions are kept. */
  readonly recordMs: number;
  /** What erased customers leave behind. */
  readonly marks: readonly RecordWrite[];
  /** There is a stream of receipts, from which those of erased customers have to go. */
  readonly keepsReceipts: boolean;
  readonly nonce: () => Nonce;
}

/** Everything that a batch changes, as the one step in which it is stored. */
export function commitOfBatch(batch: BatchToCommit): Commit {
  const { partition, entries, folded, checkpoint, counters, nonce } = batch;
  const documents: DocumentWrite[] = [];
  const timers: TimerWrite[] = [];
  for (const [key, state] of folded.states) {
    const before = batch.documents.get(key);
    documents.push({ key, expected: before?.nonce, nonce: nonce(), value: state && encodeState(state) });
    timers.push(...timerWrites(key, before?.state, state));
  }
  documents.push(...checksOf(batch));
  const last = entries[entries.length - 1] as LogEntry;
  documents.push(...ownWrites(batch.own, folded, { at: last.message.receivedAt, nonce }));
  const { sequence } = last;
  const trail = extendTrail(checkpoint.trail, last);
  const time = streamTimeOf(entries) ?? checkpoint.time;
  return {
    partition,
    checkpoint: { expected: checkpoint, next: { sequence, time, nonce: nonce(), trail } },
    documents,
    timers,
    outbox: outboxOfBatch(batch),
    records: [...recordsOf(folded, batch), ...batch.marks],
    counters,
    ...(folded.erased.size > 0 && { forgets: [...folded.erased.keys()] }),
    deadLetters: folded.dead.map((dead) => letterOf(dead, batch.wall)),
  };
}

/** Receipts get their salt, and those of customers who were erased are to go. */
function outboxOfBatch({ folded, entries, keepsReceipts, nonce }: BatchToCommit): readonly OutboxItem[] {
  const items = folded.outbox.map((item) =>
    item.to === 'receipts' && 'receipt' in item ? saltedReceipt(item.receipt, nonce()) : item,
  );
  if (!keepsReceipts) return items;
  const at = entries[entries.length - 1]?.sequence ?? 0;
  const gone = [...folded.erased.keys()].map(
    (forget): OutboxItem => ({ id: `forget:${at}:${forget}`, to: 'receipts', forget }),
  );
  return [...items, ...gone];
}

function letterOf({ entry, cause, reason }: DeadEntry, wall: number): DeadLetter {
  return {
    sequence: entry.sequence,
    reason: `${cause}: ${reason}`.slice(0, limits.deadLetterReasonLengthMax),
    message: entry.message,
    expiresAt: wall + limits.deadLetterMs,
  };
}

/**
 * Documents that nothing changed are written as they were. What was judged by one that a fail-over has undone, such as
 * that a message is a repeat, must not pass the checkpoint on.
 */
function checksOf({ documents, folded }: BatchToCommit): readonly DocumentWrite[] {
  return [...documents].flatMap(([key, { nonce, value }]) => {
    const isWritten = nonce === undefined || value === undefined || folded.states.has(key as CustomerKey);
    return isWritten ? [] : [{ key, expected: nonce, nonce, value }];
  });
}

function recordsOf(
  { decisions, segmentDays = [] }: FoldedBatch,
  { wall, recordMs }: BatchToCommit,
): readonly RecordWrite[] {
  return [
    ...decisions.map((decision) => recordOf(decision, wall + recordMs)),
    ...segmentDays.map((over) => segmentDayRecord(over, wall)),
  ];
}

/** The index holds one timer a customer and clock: the earliest. */
function timerWrites(
  key: CustomerKey,
  before: CustomerState | undefined,
  after: CustomerState | undefined,
): readonly TimerWrite[] {
  const waits = after?.timers ?? [];
  if (before?.timers === waits || (!before && waits.length === 0)) return [];
  return (['wall', 'stream'] as const).flatMap((clock) => {
    const due = earliest(waits, clock);
    return due === earliest(before?.timers ?? [], clock) ? [] : [{ key, clock, due }];
  });
}

function earliest(timers: readonly PendingTimer[], clock: 'wall' | 'stream'): number | undefined {
  const due = timers
    .filter((timer) => (timer.replayed ? 'stream' : 'wall') === clock)
    .map((timer) => timer.due);
  return due.length === 0 ? undefined : Math.min(...due);
}

/**
 * Stream time is told by replayed history alone, as it was presented to this partition. Messages that follow from it
 * (an ended wait, a forwarded event, the event of a segment) carry the time of their cause, and would turn the time back.
 */
function streamTimeOf(entries: readonly LogEntry[]): number | undefined {
  return entries.findLast(
    ({ message }) =>
      message.replayed &&
      message.kind === 'event' &&
      message.presentedAs === undefined &&
      message.origin === undefined,
  )?.message.receivedAt;
}
