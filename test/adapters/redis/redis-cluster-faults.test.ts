import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectRedis } from '../../../adapters/redis/connect-redis.ts';
import { slotOf, tagOf } from '../../../adapters/redis/key-slot.ts';
import type { RedisConnection } from '../../../adapters/redis/redis-connection.ts';
import { RedisKeys } from '../../../adapters/redis/redis-keys.ts';
import { RedisStateStore } from '../../../adapters/redis/redis-state-store.ts';
import { defaultTenant, type Partition } from '../../../engine/model/ids.ts';
import { indexes, partition } from '../../conformance/samples.ts';
import { commitOf, created } from '../../conformance/state-store/state-store-subject.ts';
import { type RedisCluster, startRedisClusterOfSix } from '../../support/redis-cluster.ts';
import { wallClock } from '../../support/wall-clock.ts';

const deadlineMs = 1_500;
const partitions = indexes(8).map(partition);
const keys = new RedisKeys(defaultTenant);

let cluster: RedisCluster;
let connection: RedisConnection;
let store: RedisStateStore;

beforeAll(async () => {
  cluster = await startRedisClusterOfSix();
  connection = await connectRedis({ url: cluster.url, deadlineMs });
  store = new RedisStateStore({ connection, tenant: defaultTenant, clock: wallClock });
});
afterAll(async () => {
  await connection.close();
  await cluster.stop();
});

interface Told {
  readonly at: Partition;
  readonly key: string;
}

/** Commits a document into every partition; returns those that were acknowledged, once every call has settled. */
async function commitEverywhere(label: string): Promise<readonly Told[]> {
  const told: Told[] = [];
  const commitInto = async (at: Partition): Promise<void> => {
    const key = `u:${label}`;
    const counters = [{ name: 'commits', add: 1 }];
    try {
      const result = await store.commit(
        commitOf({ partition: at, documents: [created(key, 'v1')], counters }),
      );
      if (result.kind === 'committed') told.push({ at, key });
    } catch (error) {
      expect(error).toMatchObject({ code: 'NB_STORE_UNAVAILABLE', retryable: true });
    }
  };
  await Promise.all(partitions.map(commitInto));
  return told;
}

/** Writes everywhere, kills the primary of a partition meanwhile, and writes on until all partitions take writes again. */
async function killUnderWrites(round: number, victim: Partition): Promise<readonly Told[]> {
  const primary = await cluster.primaryOf(keys.checkpoint(victim));
  const told: Told[] = [];
  let killed: Promise<void> | undefined;
  for (let turn = 0, wholeTurns = 0; wholeTurns < 3; turn += 1) {
    if (turn === 20) killed = primary.kill();
    const result = await commitEverywhere(`${round}-${turn}`);
    told.push(...result);
    wholeTurns = turn > 20 && result.length === partitions.length ? wholeTurns + 1 : 0;
  }
  await killed;
  await primary.restart();
  return told;
}

/** Closes every connection to the primary of a partition, as a firewall or an idle timeout does; the server stays. */
async function loseConnectionsTo(at: Partition): Promise<void> {
  const server = await cluster.primaryOf(keys.checkpoint(at));
  const client = new Redis(server.port, '127.0.0.1');
  expect(await client.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes')).toBeGreaterThan(0);
  client.disconnect();
}

/** What is under way when a connection is lost fails and says so; whoever asks again is served. */
async function untilServed<Result>(ask: () => Promise<Result>): Promise<Result> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      expect(error).toMatchObject({ code: 'NB_STORE_UNAVAILABLE', retryable: true });
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}

async function partitionsEnumerated(): Promise<readonly Partition[]> {
  const found = new Set<Partition>();
  for await (const { partition: at } of store.documents()) found.add(at);
  return [...found].sort((first, second) => first - second);
}

async function expectKept(told: readonly Told[]): Promise<void> {
  for (const at of partitions) {
    const mine = told.filter((one) => one.at === at).map(({ key }) => key);
    const found = await store.load(at, mine);
    expect(mine.filter((_, index) => found[index] === undefined)).toEqual([]);
  }
}

describe('a redis cluster', () => {
  it('computes the slot of a key as the server does', async () => {
    const client = new Redis(cluster.nodes[0]?.port ?? 0, '127.0.0.1');
    for (const key of [
      ...partitions.map((at) => keys.document(at, 'u:{x}')),
      keys.ledger('vouchers/{spring}'),
      keys.note('n'),
    ]) {
      expect(slotOf(tagOf(key))).toBe(await client.call('CLUSTER', 'KEYSLOT', key));
    }
    client.disconnect();
  });

  it('enumerates and wipes what lies on a primary to which it has lost its connection', async () => {
    const onEachPrimary = [partition(0), partition(2), partition(3)];
    expect(await commitEverywhere('lost')).toHaveLength(partitions.length);
    for (const at of onEachPrimary) {
      await loseConnectionsTo(at);
      expect(await untilServed(partitionsEnumerated)).toEqual(partitions);
    }
    for (const at of onEachPrimary) {
      await loseConnectionsTo(at);
      await untilServed(() => store.wipe());
      for (const each of partitions) expect(await store.load(each, ['u:lost'])).toEqual([undefined]);
      expect(await commitEverywhere('lost')).toHaveLength(partitions.length);
    }
    await store.wipe();
  });

  it('loses nothing acknowledged when a primary is killed under writes, twice in a row, and goes on by itself', async () => {
    const told: Told[] = [];
    for (const round of indexes(2)) {
      told.push(...(await killUnderWrites(round, partitions[round * 3] ?? partition(0))));
      await expectKept(told);
    }
    await cluster.untilWhole();
    await expectKept(told);
    const stored = new Map<Partition, number>();
    for await (const { partition: at } of store.documents()) stored.set(at, (stored.get(at) ?? 0) + 1);
    // A commit is one unit: every document that is there was counted, acknowledged or not.
    for (const at of partitions) expect(await store.counters(at, ['commits'])).toEqual([stored.get(at) ?? 0]);
  });
});
