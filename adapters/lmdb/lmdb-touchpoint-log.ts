import {
  appendIdOf,
  Bell,
  CodedError,
  type LogEntry,
  type LogMessage,
  type Partition,
  type Tenant,
  WaitingReader,
} from '../../engine/index.ts';
import type { Clock, LogReader, Timing, TouchpointLog } from '../../engine/ports.ts';
import { endOf, partitionPrefix, sequenceKey, sequenceOf, tenantPrefix } from './keys.ts';
import type { LmdbDatabase } from './lmdb-database.ts';
import type { Table, WriteRound } from './lmdb-writer.ts';
import { generationMs, RecentIds } from './recent-ids.ts';

/** Entries looked at, from the newest back, to learn which ids were appended just before the process began. */
const recalledMax = 2_000;
const pruneSlice = 500;

interface PartitionLog {
  readonly prefix: Buffer;
  readonly bell: Bell;
  readonly recent: RecentIds;
  /** The sequence given out last. Ahead of the table while a round is being written. */
  last: number;
}

/**
 * The log of one tenant in the database of the data directory. Entries are kept until `prune` takes them away. A value is
 * the time of its appending and the message: `<epoch ms>\n<JSON>`.
 */
export class LmdbTouchpointLog implements TouchpointLog {
  readonly #database: LmdbDatabase;
  readonly #clock: Clock;
  readonly #timing: Timing;
  readonly #table: Table;
  readonly #prefix: Buffer;
  readonly #partitions = new Map<Partition, PartitionLog>();

  constructor(
    database: LmdbDatabase,
    world: { readonly tenant: Tenant; readonly clock: Clock; readonly timing: Timing },
  ) {
    this.#database = database;
    this.#clock = world.clock;
    this.#timing = world.timing;
    this.#table = database.table('log');
    this.#prefix = tenantPrefix(world.tenant);
  }

  async append(messages: readonly LogMessage[]): Promise<void> {
    if (messages.length === 0) return;
    const encoded = messages.map((message) => ({ message, json: JSON.stringify(message) }));
    await this.#database.write('NB_LOG_UNAVAILABLE', (round) => {
      const now = this.#clock.now();
      const touched = new Set<PartitionLog>();
      for (const { message, json } of encoded) {
        const log = this.#partition(message.partition);
        if (this.#append(round, log, appendIdOf(message), json, now)) touched.add(log);
      }
      round.onCommitted(() => {
        for (const log of touched) log.bell.ring();
      });
    });
  }

  read(partition: Partition, after: number): LogReader {
    const log = this.#partition(partition);
    let position = after;
    const take = (max: number): readonly LogEntry[] => {
      const entries = this.#entries(log, position, max);
      if (entries.length === 0) this.#expectHead(partition, log, position);
      position = entries.at(-1)?.sequence ?? position;
      return entries;
    };
    return new WaitingReader<LogEntry>({ take, bell: log.bell, timing: this.#timing });
  }

  async head(partition: Partition): Promise<number> {
    return this.#head(this.#partition(partition).prefix);
  }

  async first(partition: Partition): Promise<number | undefined> {
    const { prefix } = this.#partition(partition);
    const range = { start: prefix, end: endOf(prefix), limit: 1 };
    for (const key of this.#database.table('log').getKeys(range)) return sequenceOf(prefix, key);
    return undefined;
  }

  async idAt(partition: Partition, sequence: number): Promise<string | undefined> {
    const { prefix } = this.#partition(partition);
    const value = this.#database.table('log').get(sequenceKey(prefix, sequence));
    return value === undefined ? undefined : messageIn(value).id;
  }

  /**
   * Takes away what was appended before `before` (epoch ms) and lies at or below `through`, the newest entry excepted:
   * the next sequence follows from it. In slices, so that others get to write in between.
   */
  async prune(
    partition: Partition,
    bounds: { readonly before: number; readonly through: number },
  ): Promise<void> {
    const { prefix } = this.#partition(partition);
    const through = Math.min(bounds.through, (await this.head(partition)) - 1);
    let isDone = false;
    while (!isDone) {
      const outdated: number[] = [];
      const oldest = { start: prefix, end: endOf(prefix), limit: pruneSlice };
      for (const { key, value } of this.#database.table('log').getRange(oldest)) {
        const sequence = sequenceOf(prefix, key);
        if (sequence > through || appendedAt(value) >= bounds.before) break;
        outdated.push(sequence);
      }
      isDone = outdated.length < pruneSlice;
      if (outdated.length === 0) return;
      await this.#database.write('NB_LOG_UNAVAILABLE', (round) => {
        for (const sequence of outdated) round.remove(this.#table, sequenceKey(prefix, sequence));
      });
    }
  }

  /** False when the message was appended a moment ago. An id counts as appended only once it is on disk. */
  #append(round: WriteRound, log: PartitionLog, id: string, json: string, now: number): boolean {
    if (log.recent.has(id, now)) return false;
    log.last += 1;
    round.put(this.#table, sequenceKey(log.prefix, log.last), `${now}\n${json}`);
    round.onCommitted(() => log.recent.add(id, now));
    return true;
  }

  #entries(log: PartitionLog, after: number, limit: number): readonly LogEntry[] {
    const table = this.#database.table('log');
    const entries: LogEntry[] = [];
    const range = { start: sequenceKey(log.prefix, after + 1), end: endOf(log.prefix), limit };
    for (const { key, value } of table.getRange(range)) {
      entries.push({ sequence: sequenceOf(log.prefix, key), message: messageIn(value) });
    }
    return entries;
  }

  #expectHead(partition: Partition, log: PartitionLog, position: number): void {
    const head = this.#head(log.prefix);
    if (position <= head) return;
    const detail = `partition ${partition} was read up to sequence ${position}, but its log ends at ${head}`;
    throw new CodedError('NB_STREAM_REWOUND', detail);
  }

  #head(prefix: Buffer): number {
    const newest = { start: endOf(prefix), end: prefix, reverse: true, limit: 1 };
    for (const key of this.#database.table('log').getKeys(newest)) return sequenceOf(prefix, key);
    return 0;
  }

  #partition(partition: Partition): PartitionLog {
    let log = this.#partitions.get(partition);
    if (log === undefined) {
      const prefix = partitionPrefix(this.#prefix, partition);
      log = { prefix, bell: new Bell(), recent: this.#recall(prefix), last: this.#head(prefix) };
      this.#partitions.set(partition, log);
    }
    return log;
  }

  /** What was appended just before this process began: its senders may be trying again now. */
  #recall(prefix: Buffer): RecentIds {
    const now = this.#clock.now();
    const recalled: string[] = [];
    const newest = { start: endOf(prefix), end: prefix, reverse: true, limit: recalledMax };
    for (const { value } of this.#table.getRange(newest)) {
      if (appendedAt(value) < now - generationMs) break;
      recalled.push(appendIdOf(messageIn(value)));
    }
    return new RecentIds(recalled, now);
  }
}

function appendedAt(value: string): number {
  return Number(value.slice(0, value.indexOf('\n')));
}

function messageIn(value: string): LogMessage {
  return JSON.parse(value.slice(value.indexOf('\n') + 1)) as LogMessage;
}
