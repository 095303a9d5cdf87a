import type { Nonce } from '../../engine/index.ts';
import {
  type Checkpoint,
  type Commit,
  type CommitResult,
  originCheckpoint,
  type StoredDocument,
} from '../../engine/ports.ts';
import type { RedisKeys } from './redis-keys.ts';

/** The arguments of the commit script; their order is its contract. */
export interface CommitCall {
  readonly keys: readonly string[];
  readonly args: readonly (string | number)[];
}

export function encodeCommit(commit: Commit, keys: RedisKeys, now: number): CommitCall {
  const { partition, checkpoint, onceBy, documents, records, timers, outbox, counters } = commit;
  const checkpointKey = keys.checkpoint(partition);
  const args: (string | number)[] = [
    ...[documents.length, records.length, timers.length, outbox.length, counters.length],
    onceBy === undefined ? '' : '1',
    checkpoint === undefined ? '' : encodeCheckpoint(checkpoint.expected),
    checkpoint === undefined ? '' : encodeCheckpoint(checkpoint.next),
  ];
  for (const write of documents) args.push(write.expected ?? '', encodeDocument(write));
  for (const record of records) args.push(record.value, Math.ceil(record.expiresAt - now));
  for (const timer of timers) args.push(timer.clock === 'wall' ? '2' : '3', timer.key, timer.due ?? '');
  for (const item of outbox) args.push(JSON.stringify(item));
  for (const counter of counters) args.push(counter.name, counter.add, counter.limitedBy ?? '');
  return {
    keys: [
      checkpointKey,
      keys.timers(partition, 'wall'),
      keys.timers(partition, 'stream'),
      keys.outbox(partition),
      keys.counters(partition),
      onceBy === undefined ? checkpointKey : keys.record(partition, onceBy),
      ...documents.map((write) => keys.document(partition, write.key)),
      ...records.map((record) => keys.record(partition, record.id)),
    ],
    args,
  };
}

export function decodeCommitReply(reply: unknown, commit: Commit): CommitResult {
  const [kind, ...rest] = listOf(reply);
  switch (kind) {
    case 'committed':
      return { kind };
    case 'repeated':
      return { kind, record: textOf(rest[0]) };
    case 'stale-checkpoint':
      return { kind, checkpoint: decodeCheckpoint(textOf(rest[0])) };
    case 'conflict':
      return { kind, documents: decodeConflicts(rest, commit) };
    case 'exhausted':
      return { kind, counters: rest.map(textOf) };
    default:
      throw new Error(`the commit script answered ${JSON.stringify(reply)}`);
  }
}

/** The origin is the empty string, which is also how the script reads a checkpoint that was never written. */
export function encodeCheckpoint(checkpoint: Checkpoint): string {
  const { sequence, time, nonce } = checkpoint;
  return sequence === 0 && nonce === '' ? '' : `${sequence} ${time} ${nonce}`;
}

export function decodeCheckpoint(text: string): Checkpoint {
  const [sequence, time, nonce] = text.split(' ');
  if (sequence === undefined || time === undefined || nonce === undefined) return originCheckpoint;
  return { sequence: Number(sequence), time: Number(time), nonce: nonce as Nonce };
}

/** The version stands in front, so that the script compares it without reading the whole document. */
function encodeDocument(document: StoredDocument): string {
  return `${document.nonce}\n${document.value}`;
}

export function decodeDocument(text: string | null): StoredDocument | undefined {
  if (text === null) return undefined;
  const end = text.indexOf('\n');
  if (end < 0) throw new Error('a stored document has no version');
  return { nonce: text.slice(0, end) as Nonce, value: text.slice(end + 1) };
}

function decodeConflicts(
  pairs: readonly unknown[],
  commit: Commit,
): ReadonlyMap<string, StoredDocument | undefined> {
  const documents = new Map<string, StoredDocument | undefined>();
  for (let at = 0; at < pairs.length; at += 2) {
    const write = commit.documents[Number(pairs[at])];
    const text = pairs[at + 1] ?? null;
    if (write === undefined) throw new Error(`the commit script named document ${String(pairs[at])}`);
    documents.set(write.key, decodeDocument(text === null ? null : textOf(text)));
  }
  return documents;
}

function listOf(reply: unknown): readonly unknown[] {
  return Array.isArray(reply) ? reply : [];
}

function textOf(value: unknown): string {
  if (typeof value !== 'string') throw new Error(`Redis answered ${typeof value} where text was expected`);
  return value;
}
