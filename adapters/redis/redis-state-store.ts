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
import { counterField, counterKey, decodeCommitReply, encodeCommit } from './commit-call.ts';
import { type RedisConnection, unwrap } from './redis-connection.ts';
import { RedisDeadLetters } from './redis-dead-letters.ts';
import { RedisKeys } from './redis-keys.ts';
import { eachKey } from './scan-keys.ts';
import { commitScript } from './scripts/commit-script.ts';
import { decodeCheckpoint, decodeDocument, isOwnedBy, textOfOwned } from './stored-forms.ts';

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
  readonly #deadLetters: RedisDeadLetters;

  constructor(options: RedisStoreOptions) {
    this.#redis = options.connection;
    this.#keys = new RedisKeys(options.tenant);
    this.#clock = options.clock;
    this.#deadLetters = new RedisDeadLetters(this.#redis, this.#keys);
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
    const found = await this.#redis.call('return documents', (client) => client.mgetBuffer(names));
    return found.map(decodeDocument);
  }

  async commit(commit: Commit): Promise<CommitResult> {
    const { keys, args } = encodeCommit(commit, this.#keys, this.#clock.now());
    const reply = await this.#redis.write('confirm a commit', commitScript, keys, args);
    const result = decodeCommitReply(reply, commit);
    // The record answers a repeated request now, and the commit that wrote it may be another node's.
    if (result.kind === 'repeated') await this.#redis.confirmRead(this.#keys.checkpoint(commit.partition));
    return result;
  }

  async record(partition: Partition, id: string): Promise<string | undefined> {
    return (await this.records(partition, [id]))[0];
  }

  async records(partition: Partition, ids: readonly string[]): Promise<readonly (string | undefined)[]> {
    if (ids.length === 0) return [];
    await this.#redis.confirm();
    const keys = ids.map((id) => this.#keys.record(partition, id));
    const texts = await this.#redis.call('return records', (client) => client.mget(keys));
    if (texts.some((text) => text !== null)) await this.#redis.confirmRead(keys[0] ?? '');
    return texts.map((text) => (text === null ? undefined : textOfOwned(text)));
  }

  async recordsOf(
    partition: Partition,
    customer: CustomerKey,
  ): Promise<readonly { readonly id: string; readonly value: string }[]> {
    await this.#redis.confirm();
    const index = this.#keys.index(partition, customer);
    const ends = await this.#redis.call('return an index', (client) => client.zrange(index, '0', '-1'));
    const ids = ends.flatMap((end) => this.#keys.parseRecord(end) ?? []);
    if (ids.length === 0) return [];
    const keys = ids.map((id) => this.#keys.record(partition, id));
    const texts = await this.#redis.call('return records', (client) => client.mget(keys));
    return ids.flatMap((id, at) => {
      const text = texts[at] ?? '';
      return isOwnedBy(customer, text) ? [{ id, value: textOfOwned(text) }] : [];
    });
  }

  async deadLetters(partition: Partition, after: number, limit: number): Promise<readonly DeadLetter[]> {
    return this.#deadLetters.read(partition, after, limit);
  }

  async clearDeadLetters(partition: Partition, sequences: readonly number[]): Promise<void> {
    await this.#deadLetters.clear(partition, sequences);
  }

  async counters(partition: Partition, names: readonly string[]): Promise<readonly number[]> {
    if (names.length === 0) return [];
    await this.#redis.confirm();
    const values = await this.#redis.call('return counters', async (client) => {
      const pipeline = client.pipeline();
      for (const name of names) pipeline.hget(counterKey(name, partition, this.#keys), counterField(name));
      return unwrap(await pipeline.exec());
    });
    await this.#redis.confirmRead(this.#keys.counters(partition));
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
    if (entries.length > 0) await this.#redis.confirmRead(key);
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

  async *documents(): AsyncGenerator<{ partition: Partition; key: string; value: Uint8Array }> {
    // SCAN may name a key twice while the server rehashes. The keys seen are held for the length of the enumeration.
    const seen = new Set<string>();
    for await (const { node, names } of eachKey(this.#redis, this.#keys.everyDocument())) {
      const fresh = names.filter((name) => !seen.has(name));
      const found = await this.#redis.call('return documents', async () => {
        const pipeline = node.pipeline();
        for (const name of fresh) pipeline.getBuffer(name);
        return fresh.length === 0 ? [] : unwrap(await pipeline.exec());
      });
      for (const [index, name] of fresh.entries()) {
        const at = this.#keys.parseDocument(name);
        const bytes = found[index];
        const document = Buffer.isBuffer(bytes) ? decodeDocument(bytes) : undefined;
        if (at === undefined || document === undefined || seen.has(name)) continue;
        seen.add(name);
        yield { ...at, value: document.value };
      }
    }
  }

  /** Not one step: a wipe that was cut short is begun again. */
  async wipe(): Promise<void> {
    for await (const { node, names } of eachKey(this.#redis, this.#keys.everyKey())) {
      await this.#redis.call('wipe its data', async () => {
        const pipeline = node.pipeline();
        for (const name of names) pipeline.unlink(name);
        unwrap(await pipeline.exec());
      });
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
