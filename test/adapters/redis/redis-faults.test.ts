import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { connectRedis } from '../../../adapters/redis/connect-redis.ts';
import type { RedisConnection } from '../../../adapters/redis/redis-connection.ts';
import { RedisStateStore } from '../../../adapters/redis/redis-state-store.ts';
import { CodedError } from '../../../engine/errors.ts';
import { defaultTenant } from '../../../engine/model/ids.ts';
import { indexes } from '../../conformance/samples.ts';
import { commitOf, created, zero } from '../../conformance/state-store/state-store-subject.ts';
import { emptyRedis, startRedis } from '../../support/redis-server.ts';
import type { TestServer } from '../../support/server-process.ts';
import { wallClock } from '../../support/wall-clock.ts';

let server: TestServer;
let connection: RedisConnection;
let store: RedisStateStore;

beforeAll(async () => {
  server = await startRedis({ flushesAlways: true });
});
afterAll(() => server.stop());
beforeEach(async () => {
  await emptyRedis(server);
  connection = await connectRedis({ url: server.url, deadlineMs: 500 });
  store = new RedisStateStore({ connection, tenant: defaultTenant, clock: wallClock });
});
afterEach(() => connection.close());

/** True when the commit was acknowledged; any failure must be the coded one. */
async function create(key: string): Promise<boolean> {
  try {
    const result = await store.commit(
      commitOf({ documents: [created(key, 'v1')], counters: [{ name: 'commits', add: 1 }] }),
    );
    return result.kind === 'committed';
  } catch (error) {
    expect(error).toBeInstanceOf(CodedError);
    expect(error).toMatchObject({ code: 'NB_STORE_UNAVAILABLE', retryable: true });
    return false;
  }
}

/** Waits until the client has found the server again by itself. */
async function untilBack(): Promise<void> {
  for (;;) {
    try {
      await store.readNote('any');
      return;
    } catch {
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}

describe('redis under faults', () => {
  it('loses no acknowledged commit when the server is killed, and finds it again by itself', async () => {
    const calls: Promise<boolean>[] = [];
    for (const index of indexes(1_000)) calls.push(create(`u:${index}`));
    await calls[200];
    const killed = server.kill();
    for (const index of indexes(200)) calls.push(create(`u:late-${index}`));
    await killed;
    const results = await Promise.all(calls);
    const keys = [
      ...indexes(1_000).map((index) => `u:${index}`),
      ...indexes(200).map((index) => `u:late-${index}`),
    ];
    const acknowledged = keys.filter((_, index) => results[index]);
    expect(acknowledged.length).toBeGreaterThan(0);
    await server.restart();
    await untilBack();
    const found = await store.load(zero, acknowledged);
    expect(found.filter((document) => document === undefined)).toEqual([]);
    // A commit is one unit: every document that is there was counted, acknowledged or not.
    const all = await store.load(zero, keys);
    const stored = all.filter((document) => document !== undefined).length;
    expect(await store.counters(zero, ['commits'])).toEqual([stored]);
  });

  it('applies no commit twice when its answer is lost', async () => {
    for (const round of indexes(3)) {
      const calls = indexes(50).map((index) => create(`u:${round}-${index}`));
      await calls[0];
      await server.kill();
      await Promise.all(calls);
      await server.restart();
      await untilBack();
    }
    const documents: string[] = [];
    for await (const document of store.documents()) documents.push(document.key);
    expect(await store.counters(zero, ['commits'])).toEqual([documents.length]);
  });

  it('settles every call while the server is frozen, and goes on afterwards', async () => {
    await server.freeze();
    const results = await Promise.all(indexes(20).map((index) => create(`u:${index}`)));
    expect(results).not.toContain(true);
    await expect(store.load(zero, ['u:1'])).rejects.toMatchObject({ code: 'NB_STORE_UNAVAILABLE' });
    server.thaw();
    await untilBack();
    expect(await create('u:after')).toBe(true);
  });

  it('fails at once while the server is away', async () => {
    await server.kill();
    expect(await create('u:1')).toBe(false);
    await expect(store.outbox(zero, 10)).rejects.toMatchObject({ code: 'NB_STORE_UNAVAILABLE' });
    await server.restart();
    await untilBack();
    expect(await create('u:1')).toBe(true);
  });
});

describe('redis with a replica', () => {
  let replica: TestServer;
  beforeAll(async () => {
    replica = await startRedis({ replicaOf: server });
  });
  afterAll(() => replica.stop());

  /** A connection made once the primary counts its replica as online. */
  async function connectReplicated(): Promise<RedisConnection> {
    for (;;) {
      const candidate = await connectRedis({ url: server.url });
      if (candidate.waitsForReplica) return candidate;
      await candidate.close();
    }
  }

  /** Those of the documents whose commit was acknowledged; any other must have been refused as not available. */
  async function commitAll(store: RedisStateStore, keys: readonly string[]): Promise<readonly string[]> {
    const results = await Promise.allSettled(
      keys.map((key) => store.commit(commitOf({ documents: [created(key, 'v1')] }))),
    );
    for (const result of results) {
      if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'NB_STORE_UNAVAILABLE' });
      else expect(result.value).toEqual({ kind: 'committed' });
    }
    return keys.filter((_key, at) => results[at]?.status === 'fulfilled');
  }

  it('acknowledges only what the replica has, so that a fail-over forgets nothing told', async () => {
    const replicated = await connectReplicated();
    const strict = new RedisStateStore({ connection: replicated, tenant: defaultTenant, clock: wallClock });
    // A busy machine may not confirm in time; what is refused then was not told. Some of it is told in the end.
    let told: readonly string[] = [];
    for (let round = 0; told.length === 0; round += 1) {
      told = await commitAll(
        strict,
        indexes(100).map((index) => `u:${round}-${index}`),
      );
    }
    await server.kill();
    const promoted = await connectRedis({ url: replica.url });
    const survivor = new RedisStateStore({
      connection: promoted,
      tenant: defaultTenant,
      clock: wallClock,
    });
    expect((await survivor.load(zero, told)).filter((document) => document === undefined)).toEqual([]);
    await promoted.close();
    await replicated.close();
    await server.restart();
  });

  it('acknowledges nothing while the replica is attached but silent', async () => {
    const replicated = await connectReplicated();
    const strict = new RedisStateStore({ connection: replicated, tenant: defaultTenant, clock: wallClock });
    await replica.freeze();
    await expect(strict.commit(commitOf({ documents: [created('u:silent', 'v1')] }))).rejects.toMatchObject({
      code: 'NB_STORE_UNAVAILABLE',
    });
    await expect(strict.outbox(zero, 10)).rejects.toMatchObject({ code: 'NB_STORE_UNAVAILABLE' });
    replica.thaw();
    // How long it takes to wake up is the machine's affair; each attempt is a document of its own.
    let heard: readonly string[] = [];
    for (let round = 0; heard.length === 0; round += 1) heard = await commitAll(strict, [`u:heard-${round}`]);
    expect(await strict.outbox(zero, 10)).toEqual([]);
    await replicated.close();
  });

  it('lets nothing leave that another node wrote and no replica has', async () => {
    const writer = await connectReplicated();
    const reader = await connectReplicated();
    const written = new RedisStateStore({ connection: writer, tenant: defaultTenant, clock: wallClock });
    const read = new RedisStateStore({ connection: reader, tenant: defaultTenant, clock: wallClock });
    const record = { id: 'd1', value: 'told to nobody', expiresAt: wallClock.now() + 60_000 };
    const commit = commitOf({ onceBy: record.id, records: [record] });
    const refused = { code: 'NB_STORE_UNAVAILABLE' };
    await replica.freeze();
    await expect(written.commit(commit)).rejects.toMatchObject(refused);
    await expect(read.commit(commit)).rejects.toMatchObject(refused);
    await expect(read.record(zero, record.id)).rejects.toMatchObject(refused);
    replica.thaw();
    await reader.close();
    await writer.close();
  });

  it('writes nothing without a replica when told always to wait for one', async () => {
    const alone = await startRedis();
    const patient = await connectRedis({ url: alone.url, wait: 'always' });
    const store = new RedisStateStore({ connection: patient, tenant: defaultTenant, clock: wallClock });
    await expect(store.commit(commitOf({ documents: [created('u:alone', 'v1')] }))).rejects.toMatchObject({
      code: 'NB_STORE_UNAVAILABLE',
    });
    await patient.close();
    await alone.stop();
  });

  it('does not wait when told never to', async () => {
    const careless = await connectRedis({ url: server.url, wait: 'never' });
    expect(careless.waitsForReplica).toBe(false);
    await careless.close();
  });
});
