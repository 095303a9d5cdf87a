import type { CustomerKey, Nonce } from '../../engine/index.ts';
import type { Checkpoint, Commit, CommitResult, StoredDocument, TimerWrite } from '../../engine/ports.ts';
import { isOnlyChecked, originCheckpoint } from '../../engine/ports.ts';
import { asBuffer, sequenceKey, sortableNumber, textKey } from './keys.ts';
import { countersAfter, writeCounters } from './lmdb-counters.ts';
import type { LmdbDatabase } from './lmdb-database.ts';
import { forgetOwned, readRecord, writeDeadLetters, writeRecords } from './lmdb-owned.ts';
import type { WriteRound } from './lmdb-writer.ts';

/** Where a commit is applied. */
export interface CommitContext {
  readonly round: WriteRound;
  readonly database: LmdbDatabase;
  /** The start of every key of the commit's partition. */
  readonly prefix: Buffer;
  readonly now: number;
  readonly nextHandle: () => number;
}

/** The atomic step: all checks, then all writes. Everything it reads, it reads through the round. */
export function applyCommit(commit: Commit, context: CommitContext): CommitResult {
  const counters = countersAfter(commit, context);
  const refused =
    repetition(commit, context) ??
    staleCheckpoint(commit, context) ??
    barred(commit, context) ??
    conflict(commit, context) ??
    (counters.exhausted.length > 0 ? { kind: 'exhausted', counters: counters.exhausted } : undefined);
  if (refused !== undefined) return refused;
  writeCheckpoint(commit, context);
  for (const customer of commit.forgets ?? []) forget(customer, context);
  writeDocuments(commit, context);
  for (const timer of commit.timers) writeTimer(timer, context);
  writeOutbox(commit, context);
  writeRecords(commit.records, context);
  writeDeadLetters(commit.deadLetters ?? [], context);
  writeCounters(counters, context);
  return { kind: 'committed' };
}

const lineFeed = 10;

/** A document's row is its version, a line feed, and its value. Versions hold no line feed. */
export function decodeDocument(row: Uint8Array | undefined): StoredDocument | undefined {
  if (row === undefined) return undefined;
  const end = row.indexOf(lineFeed);
  const { buffer, byteOffset, length } = row;
  return {
    nonce: asBuffer(row).toString('latin1', 0, end) as Nonce,
    value: new Uint8Array(buffer, byteOffset + end + 1, length - end - 1),
  };
}

function encodeDocument(nonce: Nonce, value: Uint8Array): Uint8Array {
  const row = new Uint8Array(nonce.length + 1 + value.length);
  asBuffer(row).write(nonce, 'latin1');
  row[nonce.length] = lineFeed;
  row.set(value, nonce.length + 1);
  return row;
}

/** The start of the keys of one clock's timers. */
export function clockPrefix(prefix: Buffer, clock: TimerWrite['clock']): Buffer {
  return Buffer.concat([prefix, Buffer.of(clock === 'wall' ? 0 : 1)]);
}

function repetition(commit: Commit, context: CommitContext): CommitResult | undefined {
  const record = commit.onceBy === undefined ? undefined : readRecord(commit.onceBy, context);
  return record === undefined ? undefined : { kind: 'repeated', record };
}

function barred(commit: Commit, context: CommitContext): CommitResult | undefined {
  const records = (commit.unless ?? []).filter((id) => readRecord(id, context) !== undefined);
  return records.length > 0 ? { kind: 'barred', records } : undefined;
}

function staleCheckpoint(
  commit: Commit,
  { round, database, prefix }: CommitContext,
): CommitResult | undefined {
  if (commit.checkpoint === undefined) return undefined;
  const row = round.get(database.table('checkpoints'), prefix);
  const checkpoint = row === undefined ? originCheckpoint : (JSON.parse(row) as Checkpoint);
  return checkpoint.nonce === commit.checkpoint.expected.nonce
    ? undefined
    : { kind: 'stale-checkpoint', checkpoint };
}

function conflict(commit: Commit, { round, database, prefix }: CommitContext): CommitResult | undefined {
  const table = database.documents();
  const documents = new Map<string, StoredDocument | undefined>();
  for (const { key, expected } of commit.documents) {
    const found = decodeDocument(round.get(table, textKey(prefix, key)));
    if (found?.nonce !== expected) documents.set(key, found);
  }
  return documents.size > 0 ? { kind: 'conflict', documents } : undefined;
}

function writeCheckpoint(commit: Commit, { round, database, prefix }: CommitContext): void {
  if (commit.checkpoint === undefined) return;
  round.put(database.table('checkpoints'), prefix, JSON.stringify(commit.checkpoint.next));
}

function forget(customer: CustomerKey, context: CommitContext): void {
  forgetOwned(customer, context);
  for (const clock of ['wall', 'stream'] as const)
    writeTimer({ key: customer, clock, due: undefined }, context);
}

function writeDocuments(commit: Commit, { round, database, prefix }: CommitContext): void {
  const table = database.documents();
  for (const write of commit.documents) {
    if (isOnlyChecked(write)) continue;
    const { key, nonce, value } = write;
    if (value === undefined) round.remove(table, textKey(prefix, key));
    else round.put(table, textKey(prefix, key), encodeDocument(nonce, value));
  }
}

/** One row by customer, to find what is to be moved; one by time, to find what is due. */
function writeTimer({ key, clock, due }: TimerWrite, { round, database, prefix }: CommitContext): void {
  const byCustomer = database.table('timers');
  const byTime = database.table('timers-due');
  const start = clockPrefix(prefix, clock);
  const customerKey = textKey(start, key);
  const dueKey = (time: number): Buffer => textKey(Buffer.concat([start, sortableNumber(time)]), key);
  const before = round.get(byCustomer, customerKey);
  if (before !== undefined) round.remove(byTime, dueKey(Number(before)));
  if (due !== undefined) {
    round.put(byCustomer, customerKey, String(due));
    round.put(byTime, dueKey(due), JSON.stringify([due, key]));
  } else if (before !== undefined) round.remove(byCustomer, customerKey);
}

function writeOutbox(commit: Commit, { round, database, prefix, nextHandle }: CommitContext): void {
  const table = database.table('outbox');
  for (const item of commit.outbox) round.put(table, sequenceKey(prefix, nextHandle()), JSON.stringify(item));
}
