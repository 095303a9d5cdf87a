import { readConfig } from '../../adapters/system/config.ts';
import { openStorage, type Storage } from '../../adapters/wiring/open-storage.ts';
import { limits, type Nonce, type Partition } from '../../engine/index.ts';
import { type Checkpoint, type Commit, originCheckpoint } from '../../engine/ports.ts';
import type { CommitSizes } from './commit-sizes.ts';
import { partitions } from './workload.ts';

/**
 * The baseline: what it takes to consume a log in order and to commit each batch with its checkpoint, and nothing else.
 * The same readers, the same script, documents, records, waits and outbox of the sizes that the rules lead to, but always
 * the same ones: nothing is read, decoded, folded, decided or sent on.
 */
const sizes = JSON.parse(process.argv[2] ?? '{}') as CommitSizes;
const storage = await openStorage(readConfig(process.env), () => undefined);
const document = new Uint8Array(sizes.documentBytes).fill(0x61);
const own = new Uint8Array(sizes.ownBytes).fill(0x61);
const record = 'a'.repeat(sizes.recordBytes);
const recordMs = 3_600_000;

class Owed {
  readonly #perEvent: number;
  #rest = 0;

  constructor(perEvent: number) {
    this.#perEvent = perEvent;
  }

  /** Whole ones that so many events lead to; what is left over is kept for the next batch. */
  of(events: number): number {
    const due = this.#rest + this.#perEvent * events;
    this.#rest = due - Math.floor(due);
    return Math.floor(due);
  }
}

async function consume({ log, store, ids }: Storage, partition: Partition): Promise<never> {
  const versions = new Map<string, Nonce>();
  const [records, timers] = [new Owed(sizes.recordsPerEvent), new Owed(sizes.timersPerEvent)];
  const outbox = sizes.outbox.map(({ item, perEvent }) => ({ item, owed: new Owed(perEvent) }));
  const reader = log.read(partition, 0);
  let checkpoint: Checkpoint = originCheckpoint;
  for (;;) {
    const entries = await reader.next({ max: limits.batchMessagesMax, waitMs: 1_000 });
    const last = entries.at(-1);
    if (last === undefined) continue;
    const keys = new Set(entries.flatMap(({ message }) => ('key' in message ? [message.key] : [])));
    const write = (key: string, value: Uint8Array) => ({
      key,
      value,
      expected: versions.get(key),
      nonce: ids.nonce(),
    });
    const documents = [...keys].map((key) => write(key, document));
    if (own.length > 0) documents.push(write('p:partition', own));
    const [some] = keys;
    const nowMs = Date.now();
    const next = { sequence: last.sequence, time: 0, nonce: ids.nonce(), trail: [] };
    const commit: Commit = {
      partition,
      checkpoint: { expected: checkpoint, next },
      documents,
      timers: [...keys]
        .slice(0, timers.of(entries.length))
        .map((key) => ({ key, clock: 'wall', due: nowMs + recordMs })),
      outbox: outbox.flatMap(({ item, owed }) => new Array(owed.of(entries.length)).fill(item)),
      records: Array.from({ length: records.of(entries.length) }, () => ({
        id: ids.nonce(),
        value: record,
        expiresAt: nowMs + recordMs,
        ...(some !== undefined && { customer: some }),
      })),
      counters: [],
    };
    const { kind } = await store.commit(commit);
    if (kind !== 'committed') throw new Error(`a commit of the baseline came to ${kind}`);
    checkpoint = next;
    for (const { key, nonce } of documents) versions.set(key, nonce);
  }
}

process.send?.('ready');
await Promise.all(Array.from({ length: partitions }, (_, number) => consume(storage, number as Partition)));
