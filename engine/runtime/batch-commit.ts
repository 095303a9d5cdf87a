import { encodeState } from '../customer/codec.ts';
import { day } from '../limits.ts';
import type { CustomerState, PendingTimer } from '../model/customer-state.ts';
import type { CustomerKey, Nonce, Partition } from '../model/ids.ts';
import type { LogEntry } from '../model/log-message.ts';
import type { Checkpoint, Commit, CounterWrite, DocumentWrite, RecordWrite, TimerWrite } from '../ports.ts';
import type { CachedDocument } from './document-cache.ts';
import type { FoldedBatch } from './fold-batch.ts';
import {
  encodePartitionDocument,
  type PartitionDocument,
  partitionDocumentKey,
} from './partition-document.ts';
import { recordOf } from './publish.ts';

const deadLetterMs = 30 * day;

/** The partition's own document with the version it was read at. */
export interface CachedPartition {
  readonly nonce: DocumentWrite['expected'];
  readonly value: PartitionDocument;
}

/** A folded batch and what it was folded from. */
export interface BatchToCommit {
  readonly partition: Partition;
  readonly entries: readonly LogEntry[];
  readonly folded: FoldedBatch;
  readonly documents: ReadonlyMap<string, CachedDocument>;
  readonly partitionDocument: CachedPartition;
  readonly checkpoint: Checkpoint;
  readonly counters: readonly CounterWrite[];
  /** Epoch ms; records expire by it. */
  readonly wall: number;
  readonly nonce: () => Nonce;
}

/** Everything that a batch changes, as the one step in which it is stored. */
export function commitOfBatch(batch: BatchToCommit): Commit {
  const { partition, entries, folded, checkpoint, counters, nonce } = batch;
  const documents: DocumentWrite[] = [];
  const timers: TimerWrite[] = [];
  for (const [key, state] of folded.states) {
    const before = batch.documents.get(key);
    documents.push({ key, expected: before?.nonce, nonce: nonce(), value: encodeState(state) });
    timers.push(...timerWrites(key, before?.state, state));
  }
  if (folded.partition !== batch.partitionDocument.value) documents.push(partitionWrite(batch));
  const { sequence } = entries[entries.length - 1] as LogEntry;
  const time = streamTimeOf(entries) ?? checkpoint.time;
  return {
    partition,
    checkpoint: { expected: checkpoint, next: { sequence, time, nonce: nonce() } },
    documents,
    timers,
    outbox: folded.outbox,
    records: recordsOf(folded, batch.wall),
    counters,
  };
}

function partitionWrite({ partitionDocument, folded, nonce }: BatchToCommit): DocumentWrite {
  return {
    key: partitionDocumentKey,
    expected: partitionDocument.nonce,
    nonce: nonce(),
    value: encodePartitionDocument(folded.partition),
  };
}

function recordsOf({ decisions, dead }: FoldedBatch, wall: number): readonly RecordWrite[] {
  return [
    ...decisions.map((decision) => recordOf(decision, wall)),
    ...dead.map(({ entry, reason }) => ({
      id: `dead:${entry.sequence}`,
      value: JSON.stringify({ reason, message: entry.message }),
      expiresAt: wall + deadLetterMs,
    })),
  ];
}

/** The index holds one timer a customer and clock: the earliest. */
function timerWrites(
  key: CustomerKey,
  before: CustomerState | undefined,
  after: CustomerState,
): readonly TimerWrite[] {
  if (before?.timers === after.timers || (!before && after.timers.length === 0)) return [];
  return (['wall', 'stream'] as const).flatMap((clock) => {
    const due = earliest(after.timers, clock);
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
 * (an ended wait, a forwarded event) carry the time of their cause, and would turn the time back.
 */
function streamTimeOf(entries: readonly LogEntry[]): number | undefined {
  return entries.findLast(
    ({ message }) => message.replayed && message.kind === 'event' && message.presentedAs === undefined,
  )?.message.receivedAt;
}
