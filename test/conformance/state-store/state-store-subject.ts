import type { CustomerKey, Nonce, Partition } from '../../../engine/model/ids.ts';
import type {
  Checkpoint,
  Commit,
  DeadLetter,
  DocumentWrite,
  StateStore,
  StoredDocument,
} from '../../../engine/ports.ts';
import { originCheckpoint } from '../../../engine/ports.ts';
import { eventMessage, indexes, partition } from '../samples.ts';

/** A store on a backing of its own: nothing that another test wrote is in it. */
export interface StateStoreSubject {
  readonly store: StateStore;
  /** The store of another tenant on the same backing. */
  readonly other: StateStore;
  /** Epoch ms as the backing counts it; the wall clock when absent. */
  readonly now?: () => number;
  close(): Promise<void>;
  /** Closes and opens again over the same backing. Present where data outlives the process. */
  readonly reopen?: () => Promise<StateStoreSubject>;
}

export const zero = partition(0);
export const one = partition(1);
/** As many as lie on every node of a cluster of three: the first two of them share one. */
export const everywhere = indexes(8).map(partition);
export const hour = 3_600_000;
export const soon = (subject: StateStoreSubject): number => (subject.now ?? Date.now)() + hour;

export const nonce = (text: string): Nonce => text as Nonce;

export function commitOf(parts: Partial<Commit> = {}): Commit {
  return {
    partition: zero,
    documents: [],
    timers: [],
    outbox: [],
    records: [],
    counters: [],
    ...parts,
  };
}

/** A write of a document that must not exist yet. */
export function created(
  key: string,
  version: string,
  value = `{"key":${JSON.stringify(key)}}`,
): DocumentWrite {
  return { key, expected: undefined, nonce: nonce(version), value: bytes(value) };
}

/** A write of a document read at version `expected`. */
export function changed(key: string, expected: string, version: string, value: string): DocumentWrite {
  return { key, expected: nonce(expected), nonce: nonce(version), value: bytes(value) };
}

/** A deletion of a document read at version `expected`. */
export function deleted(key: string, expected: string): DocumentWrite {
  return { key, expected: nonce(expected), nonce: nonce('gone'), value: undefined };
}

export function stored(version: string, value: string): StoredDocument {
  return { nonce: nonce(version), value: bytes(value) };
}

export function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

export function text(value: Uint8Array | undefined): string | undefined {
  return value && new TextDecoder().decode(value);
}

export function checkpointAt(sequence: number, version: string): Checkpoint {
  const trail = [{ sequence, hash: 2 ** 48 - sequence }];
  return { sequence, time: 1_700_000_000_000 + sequence, nonce: nonce(version), trail };
}

/** A message of ada that could not be applied. */
export function deadLetter(
  sequence: number,
  options: { readonly expiresAt: number; readonly key?: CustomerKey },
): DeadLetter {
  const message = eventMessage(`m${sequence}`, zero, options.key === undefined ? {} : { key: options.key });
  return { sequence, reason: `reason ${sequence}`, message, expiresAt: options.expiresAt };
}

/** The move of a checkpoint from the very start. */
export function fromOrigin(next: Checkpoint): { readonly expected: Checkpoint; readonly next: Checkpoint } {
  return { expected: originCheckpoint, next };
}

/** Everything one can ask of a partition, to compare before and after what must change nothing. */
export async function snapshot(store: StateStore, at: Partition, names: Names): Promise<unknown> {
  return {
    checkpoint: await store.checkpoint(at),
    documents: await store.load(at, names.documents),
    records: await Promise.all(names.records.map((id) => store.record(at, id))),
    counters: await store.counters(at, names.counters),
    outbox: (await store.outbox(at, 100)).map((entry) => entry.item),
    timers: await store.dueTimers(at, { wall: 1e15, stream: 1e15 }, 100),
    deadLetters: await store.deadLetters(at, 0, 100),
  };
}

export interface Names {
  readonly documents: readonly string[];
  readonly records: readonly string[];
  readonly counters: readonly string[];
}
