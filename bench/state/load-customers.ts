import {
  type CustomerState,
  defaultTenant,
  encodeState,
  type Nonce,
  type Partition,
  partitionOf,
  userKey,
} from '../../engine/index.ts';
import { type DocumentWrite, originCheckpoint, type StateStore } from '../../engine/ports.ts';
import { sampleBook } from './sample-book.ts';
import { sampleCustomer } from './sample-customer.ts';

export interface Loaded {
  readonly customers: number;
  /** What the documents come to, before a store adds what it needs. */
  readonly encodedBytes: number;
  /** Encoding included. */
  readonly ms: number;
}

interface Load {
  readonly customers: number;
  /** They take turns. */
  readonly states: readonly CustomerState[];
  readonly partitions: number;
  /** The stored forms, for whoever loads the same customers into several stores: filled by the first load. */
  readonly values?: Uint8Array[];
}

const documentsPerCommit = 200;
/** Commits under way. An embedded store writes those that wait in one go. */
const commitsAtOnce = 64;

export function sampleStates(count: number): readonly CustomerState[] {
  const rulebook = sampleBook();
  return Array.from({ length: count }, (_, number) => sampleCustomer(rulebook, number));
}

/** Commits so many customers as a partition's worker does, one commit after the other in each partition. */
export async function loadCustomers(store: StateStore, load: Load): Promise<Loaded> {
  const waiting = new Map<Partition, DocumentWrite[]>();
  const checkpoints = new Map<Partition, { sequence: number; nonce: Nonce }>();
  const begun = performance.now();
  let encodedBytes = 0;
  let running: Promise<void>[] = [];
  const flush = (partition: Partition): void => {
    const documents = waiting.get(partition) ?? [];
    waiting.delete(partition);
    running.push(commit(store, partition, documents, checkpoints));
  };
  for (let number = 0; number < load.customers; number += 1) {
    const { key, partition, value } = customerOf(number, load);
    encodedBytes += value.length;
    const documents = waiting.get(partition) ?? [];
    waiting.set(partition, documents);
    documents.push({ key, expected: undefined, nonce: nonceOf(number), value });
    if (documents.length < documentsPerCommit) continue;
    flush(partition);
    if (running.length >= commitsAtOnce) {
      await Promise.all(running);
      running = [];
    }
  }
  await Promise.all(running);
  running = [];
  for (const partition of [...waiting.keys()]) flush(partition);
  await Promise.all(running);
  return { customers: load.customers, encodedBytes, ms: performance.now() - begun };
}

function customerOf(number: number, { states, partitions, values }: Load) {
  const key = userKey(`customer-${100_000 + number}`);
  const state = states[number % states.length] as CustomerState;
  return {
    key,
    partition: partitionOf(defaultTenant, key, partitions),
    value: values ? encodedOnce({ ...state, key }, values, number) : encodeState({ ...state, key }),
  };
}

/** Encoding them takes as long as storing them. */
function encodedOnce(state: CustomerState, values: Uint8Array[], number: number): Uint8Array {
  const value = values[number] ?? encodeState(state);
  values[number] = value;
  return value;
}

async function commit(
  store: StateStore,
  partition: Partition,
  documents: readonly DocumentWrite[],
  checkpoints: Map<Partition, { sequence: number; nonce: Nonce }>,
): Promise<void> {
  const before = checkpoints.get(partition);
  const next = { sequence: (before?.sequence ?? 0) + documents.length, nonce: documents[0]?.nonce as Nonce };
  checkpoints.set(partition, next);
  const rest = { time: 0, trail: [] };
  const expected = before === undefined ? originCheckpoint : { ...before, ...rest };
  const result = await store.commit({
    partition,
    checkpoint: { expected, next: { ...next, ...rest } },
    documents,
    timers: [],
    outbox: [],
    records: [],
    counters: [],
  });
  if (result.kind !== 'committed') throw new Error(`a commit was refused: ${result.kind}`);
}

/** As long as those of life. */
function nonceOf(number: number): Nonce {
  return number.toString(36).padStart(12, '0') as Nonce;
}
