import type { CustomerKey, Partition, Tenant } from '../../engine/index.ts';
import type {
  Checkpoint,
  Clock,
  Commit,
  CommitResult,
  DueTimer,
  OutboxEntry,
  OutboxItem,
  StateStore,
  StoredDocument,
} from '../../engine/ports.ts';
import { decodeCheckpoint, decodeCommitReply, decodeDocument, encodeCommit } from './commit-call.ts';
import { type RedisConnection, unwrap } from './redis-connection.ts';
import { RedisKeys } from './redis-keys.ts';
import { commitScript } from './scripts/commit-script.ts';

/** How many keys one step of an enumeration looks at. */
const scanCount = 500;

export interface RedisStoreOptions {
  readonly connection: RedisConnection;
  readonly tenant: Tenant;
  /** Tells how long a record has left to live. */
  readonly clock: Clock;
}

/** State, timers, outbox, records, counters and checkpoint of one tenant in Redis; one script commits them together. */
export class RedisStateStore implements StateStore {
  readonly #redis: RedisConnection;
  readonly #keys: RedisKeys;
  readonly #clock: Clock;

  constructor(options: RedisStoreOptions) {
    this.#redis = options.connection;
    this.#keys = new RedisKeys(options.tenant);
    this.#clock = options.clock;
  }

  async checkpoint(partition: Partition): Promise<Checkpoint> {
    const key = this.#keys.checkpoint(partition);
    const text = await this.#redis.call('return a checkpoint', (client) => client.get(key));
    return decodeCheckpoint(text ?? '');
  }

  async load(
    partition: Partition,
    keys: readonly string[],
  ): Promise<readonly (StoredDocument | undefined)[]> {
    if (keys.length === 0) return [];
    const names = keys.map((key) => this.#keys.document(partition, key));
    const texts = await this.#redis.call('return documents', (client) => client.mget(names));
    return texts.map(decodeDocument);
  }

  async commit(commit: Commit): Promise<CommitResult> {
    const { keys, args } = encodeCommit(commit, this.#keys, this.#clock.now());
    const reply = await this.#redis.write('confirm a commit', commitScript, keys, args);
    return decodeCommitReply(reply, commit);
  }

  async record(partition: Partition, id: string): Promise<string | undefined> {
    await this.#redis.confirm();
    const key = this.#keys.record(partition, id);
    const text = await this.#redis.call('return a record', (client) => client.get(key));
    return text ?? undefined;
  }

  async counters(partition: Partition, names: readonly string[]): Promise<readonly number[]> {
    if (names.length === 0) return [];
    const key = this.#keys.counters(partition);
    const values = await this.#redis.call('return counters', (client) => client.hmget(key, ...names));
    return values.map((value) => Number(value ?? '0'));
  }

  /** What the outbox returns is about to leave, so it waits until a replica has what was written before. */
  async outbox(partition: Partition, limit: number): Promise<readonly OutboxEntry[]> {
    if (limit <= 0) return [];
    await this.#redis.confirm();
    const key = this.#keys.outbox(partition);
    const entries = await this.#redis.call('return its outbox', (client) =>
      client.xrange(key, '-', '+', 'COUNT', limit),
    );
    return entries.map(([handle, fields]) => ({ handle, item: JSON.parse(fields[1] ?? '') as OutboxItem }));
  }

  async clearOutbox(partition: Partition, handles: readonly string[]): Promise<void> {
    if (handles.length === 0) return;
    const key = this.#keys.outbox(partition);
    await this.#redis.call('clear its outbox', (client) => client.xdel(key, ...handles));
  }

  async dueTimers(
    partition: Partition,
    until: { readonly wall: number; readonly stream: number },
    limit: number,
  ): Promise<readonly DueTimer[]> {
    if (limit <= 0) return [];
    const [wall, stream] = await Promise.all([
      this.#dueOn('wall', { partition, until: until.wall, limit }),
      this.#dueOn('stream', { partition, until: until.stream, limit }),
    ]);
    return [...wall, ...stream].sort((first, second) => first.due - second.due).slice(0, limit);
  }

  async *documents(): AsyncGenerator<{ partition: Partition; key: string; value: string }> {
    // SCAN may name a key twice while the server rehashes. The keys seen are held for the length of the enumeration.
    const seen = new Set<string>();
    for (const node of this.#redis.primaries()) {
      let cursor = '0';
      do {
        const [next, found] = await this.#redis.call('enumerate documents', () =>
          node.scan(cursor, 'MATCH', this.#keys.everyDocument(), 'COUNT', scanCount),
        );
        cursor = next;
        const names = found.filter((name) => !seen.has(name));
        const texts = await this.#redis.call('return documents', async () => {
          const pipeline = node.pipeline();
          for (const name of names) pipeline.get(name);
          return names.length === 0 ? [] : unwrap(await pipeline.exec());
        });
        for (const [index, name] of names.entries()) {
          const at = this.#keys.parseDocument(name);
          const text = texts[index];
          if (at === undefined || typeof text !== 'string' || seen.has(name)) continue;
          seen.add(name);
          yield { ...at, value: decodeDocument(text)?.value ?? '' };
        }
      } while (cursor !== '0');
    }
  }

  async readNote(name: string): Promise<string | undefined> {
    const key = this.#keys.note(name);
    const text = await this.#redis.call('return a note', (client) => client.get(key));
    return text ?? undefined;
  }

  async writeNote(name: string, value: string): Promise<void> {
    const key = this.#keys.note(name);
    await this.#redis.call('store a note', (client) => client.set(key, value));
  }

  async #dueOn(
    clock: 'wall' | 'stream',
    range: { readonly partition: Partition; readonly until: number; readonly limit: number },
  ): Promise<readonly DueTimer[]> {
    const key = this.#keys.timers(range.partition, clock);
    const flat = await this.#redis.call('return due timers', (client) =>
      client.zrangebyscore(key, '-inf', range.until, 'WITHSCORES', 'LIMIT', 0, range.limit),
    );
    const timers: DueTimer[] = [];
    for (let at = 0; at + 1 < flat.length; at += 2) {
      timers.push({ key: (flat[at] ?? '') as CustomerKey, clock, due: Number(flat[at + 1]) });
    }
    return timers;
  }
}
