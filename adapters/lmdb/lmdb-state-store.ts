import type { CustomerKey, Partition, Tenant } from '../../engine/index.ts';
import type {
  Checkpoint,
  Clock,
  Commit,
  CommitResult,
  DeadLetter,
  DueTimer,
  OutboxEntry,
  OutboxItem,
  StateStore,
  StoredDocument,
} from '../../engine/ports.ts';
import { originCheckpoint } from '../../engine/ports.ts';
import {
  asBuffer,
  endOf,
  partitionPrefix,
  sequenceKey,
  sequenceOf,
  sortableNumber,
  tenantPrefix,
  textKey,
  textOf,
} from './keys.ts';
import { applyCommit, clockPrefix, decodeDocument } from './lmdb-commit.ts';
import { readCounters } from './lmdb-counters.ts';
import type { LmdbDatabase } from './lmdb-database.ts';
import { readDeadLetters, readRecord, readRecordsOf, removeDeadLetters } from './lmdb-owned.ts';
import { wipeSlice } from './lmdb-wipe.ts';
import type { WriteRound } from './lmdb-writer.ts';

/** Documents per slice of an enumeration: a read transaction held longer would keep the file from reusing its pages. */
const documentsPerSlice = 500;

/** The state of one tenant in the database of the data directory. A commit is one round of the writer. */
export class LmdbStateStore implements StateStore {
  readonly #database: LmdbDatabase;
  readonly #clock: Clock;
  readonly #prefix: Buffer;
  readonly #prefixes = new Map<Partition, Buffer>();
  /** The outbox handle given out last, by partition. */
  readonly #handles = new Map<Partition, number>();

  constructor(database: LmdbDatabase, world: { readonly tenant: Tenant; readonly clock: Clock }) {
    this.#database = database;
    this.#clock = world.clock;
    this.#prefix = tenantPrefix(world.tenant);
  }

  async checkpoint(partition: Partition): Promise<Checkpoint> {
    const found = this.#database.table('checkpoints').get(this.#partition(partition));
    return found === undefined ? originCheckpoint : (JSON.parse(found) as Checkpoint);
  }

  async load(
    partition: Partition,
    keys: readonly string[],
  ): Promise<readonly (StoredDocument | undefined)[]> {
    const table = this.#database.documents();
    const prefix = this.#partition(partition);
    return keys.map((key) => decodeDocument(table.get(textKey(prefix, key))));
  }

  async commit(commit: Commit): Promise<CommitResult> {
    return this.#database.write('NB_STORE_UNAVAILABLE', (round) =>
      applyCommit(commit, {
        ...this.#place(commit.partition),
        round,
        nextHandle: () => this.#nextHandle(commit.partition),
      }),
    );
  }

  async record(partition: Partition, id: string): Promise<string | undefined> {
    return readRecord(id, this.#place(partition));
  }

  async records(partition: Partition, ids: readonly string[]): Promise<readonly (string | undefined)[]> {
    const place = this.#place(partition);
    return ids.map((id) => readRecord(id, place));
  }

  async recordsOf(
    partition: Partition,
    customer: CustomerKey,
  ): Promise<readonly { readonly id: string; readonly value: string }[]> {
    return readRecordsOf(customer, this.#place(partition));
  }

  async deadLetters(partition: Partition, after: number, limit: number): Promise<readonly DeadLetter[]> {
    return readDeadLetters({ after, limit }, this.#place(partition));
  }

  async clearDeadLetters(partition: Partition, sequences: readonly number[]): Promise<void> {
    if (sequences.length === 0) return;
    await this.#database.write('NB_STORE_UNAVAILABLE', (round) =>
      removeDeadLetters(sequences, { ...this.#place(partition), round }),
    );
  }

  async counters(partition: Partition, names: readonly string[]): Promise<readonly number[]> {
    return readCounters(names, this.#place(partition));
  }

  async outbox(partition: Partition, limit: number): Promise<readonly OutboxEntry[]> {
    const prefix = this.#partition(partition);
    const entries: OutboxEntry[] = [];
    const range = { start: prefix, end: endOf(prefix), limit };
    for (const { key, value } of this.#database.table('outbox').getRange(range)) {
      entries.push({ handle: String(sequenceOf(prefix, key)), item: JSON.parse(value) as OutboxItem });
    }
    return entries;
  }

  async clearOutbox(partition: Partition, handles: readonly string[]): Promise<void> {
    if (handles.length === 0) return;
    const table = this.#database.table('outbox');
    const prefix = this.#partition(partition);
    await this.#database.write('NB_STORE_UNAVAILABLE', (round) => {
      for (const handle of handles) round.remove(table, sequenceKey(prefix, Number(handle)));
    });
  }

  async dueTimers(
    partition: Partition,
    until: { readonly wall: number; readonly stream: number },
    limit: number,
  ): Promise<readonly DueTimer[]> {
    const wall = this.#due(partition, 'wall', until.wall, limit);
    const stream = this.#due(partition, 'stream', until.stream, limit);
    return [...wall, ...stream].sort((first, second) => first.due - second.due).slice(0, limit);
  }

  async *documents(): AsyncIterable<{
    readonly partition: Partition;
    readonly key: string;
    readonly value: Uint8Array;
  }> {
    const partitionEnd = this.#prefix.length + 2;
    let start = this.#prefix;
    for (;;) {
      const slice: { readonly key: Buffer; readonly value: Uint8Array }[] = [];
      const range = { start, end: endOf(this.#prefix), limit: documentsPerSlice };
      for (const { key, value } of this.#database.documents().getRange(range)) {
        slice.push({ key: Buffer.from(asBuffer(key)), value });
      }
      for (const { key, value } of slice) {
        const partition = key.readUInt16BE(this.#prefix.length) as Partition;
        const document = decodeDocument(value);
        if (document !== undefined) {
          yield { partition, key: textOf(key.subarray(0, partitionEnd), key), value: document.value };
        }
      }
      const last = slice.at(-1);
      if (last === undefined || slice.length < documentsPerSlice) return;
      // The key right after the last one.
      start = Buffer.concat([last.key, Buffer.of(0)]);
    }
  }

  /** In slices, so that the database goes on serving others: a wipe that was cut short is begun again. */
  async wipe(): Promise<void> {
    const slice = (round: WriteRound) => wipeSlice(this.#prefix, { database: this.#database, round });
    let isMore = true;
    while (isMore) isMore = await this.#database.write('NB_STORE_UNAVAILABLE', slice);
  }

  async readNote(name: string): Promise<string | undefined> {
    return this.#database.table('notes').get(textKey(this.#prefix, name));
  }

  async writeNote(name: string, value: string): Promise<void> {
    const table = this.#database.table('notes');
    const key = textKey(this.#prefix, name);
    await this.#database.write('NB_STORE_UNAVAILABLE', (round) => round.put(table, key, value));
  }

  #due(partition: Partition, clock: DueTimer['clock'], until: number, limit: number): readonly DueTimer[] {
    const prefix = clockPrefix(this.#partition(partition), clock);
    const timers: DueTimer[] = [];
    // Behind the time a key goes on with the customer, so this end lies behind every customer due at `until`.
    const end = endOf(Buffer.concat([prefix, sortableNumber(until)]));
    for (const { value } of this.#database.table('timers-due').getRange({ start: prefix, end, limit })) {
      const [due, key] = JSON.parse(value) as [number, DueTimer['key']];
      timers.push({ key, clock, due });
    }
    return timers;
  }

  /** Counts on from the newest item in the outbox when the process begins. */
  #nextHandle(partition: Partition): number {
    const handle = (this.#handles.get(partition) ?? this.#newestHandle(partition)) + 1;
    this.#handles.set(partition, handle);
    return handle;
  }

  #newestHandle(partition: Partition): number {
    const prefix = this.#partition(partition);
    const newest = { start: endOf(prefix), end: prefix, reverse: true, limit: 1 };
    for (const key of this.#database.table('outbox').getKeys(newest)) return sequenceOf(prefix, key);
    return 0;
  }

  #place(partition: Partition) {
    return { database: this.#database, prefix: this.#partition(partition), now: this.#clock.now() };
  }

  #partition(partition: Partition): Buffer {
    let prefix = this.#prefixes.get(partition);
    if (prefix === undefined) {
      prefix = partitionPrefix(this.#prefix, partition);
      this.#prefixes.set(partition, prefix);
    }
    return prefix;
  }
}
