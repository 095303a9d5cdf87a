import { afterAll, beforeAll, expect } from 'vitest';
import { connectRedis } from '../../../adapters/redis/connect-redis.ts';
import { RedisBudgetLedger } from '../../../adapters/redis/redis-budget-ledger.ts';
import { RedisPartitionLeases } from '../../../adapters/redis/redis-partition-leases.ts';
import { RedisStateStore } from '../../../adapters/redis/redis-state-store.ts';
import { RedisTableArchive } from '../../../adapters/redis/redis-table-archive.ts';
import { defaultTenant, type Tenant } from '../../../engine/model/ids.ts';
import { type RedisCluster, startRedisClusterOfSix } from '../../support/redis-cluster.ts';
import { wallClock } from '../../support/wall-clock.ts';
import { describeBudgetLedger } from '../budget-ledger/budget-ledger-suite.ts';
import { describePartitionLeases } from '../partition-leases/partition-leases-suite.ts';
import { describeTableArchive } from '../table-archive/table-archive-suite.ts';
import { describeStateStore } from './state-store-suite.ts';

/** All that is kept in Redis, on one cluster of three primaries and three replicas, every write confirmed by a replica. */

const name = 'redis cluster of six';
let cluster: RedisCluster;
beforeAll(async () => {
  cluster = await startRedisClusterOfSix();
}, 60_000);
afterAll(() => cluster.stop());

/** Six servers on a busy machine: one that does not get its turn for a while is slow, and not away. */
const deadlineMs = 30_000;

async function connect() {
  const connection = await connectRedis({ url: cluster.url, deadlineMs });
  expect(connection.waitsForReplica).toBe(true);
  return connection;
}

async function openStore() {
  const connection = await connect();
  const storeOf = (tenant: Tenant) => new RedisStateStore({ connection, tenant, clock: wallClock });
  const close = () => connection.close();
  const reopen = async () => {
    await close();
    return openStore();
  };
  return { store: storeOf(defaultTenant), other: storeOf('other' as Tenant), close, reopen };
}

async function openLedger() {
  const connection = await connect();
  const ledgerOf = (tenant: Tenant) => new RedisBudgetLedger({ connection, tenant, clock: wallClock });
  const close = () => connection.close();
  const reopen = async () => {
    await close();
    return openLedger();
  };
  return { ledger: ledgerOf(defaultTenant), other: ledgerOf('other' as Tenant), close, reopen };
}

describeStateStore(name, async () => {
  await cluster.empty();
  return openStore();
});

describeBudgetLedger(name, async () => {
  await cluster.empty();
  return openLedger();
});

describePartitionLeases(
  name,
  async () => {
    await cluster.empty();
    const [one, other] = [await connect(), await connect()];
    const leasesOf = (connection: typeof one, node: string) =>
      new RedisPartitionLeases({ connection, tenant: defaultTenant, node });
    return {
      node: leasesOf(one, 'node-0'),
      rival: leasesOf(other, 'node-1'),
      // A lease that has run out is a key that is gone.
      expireAll: () => cluster.empty(),
      close: async () => {
        await one.close();
        await other.close();
      },
    };
  },
  { exclusive: true },
);

async function openArchive() {
  const [here, there] = [await connect(), await connect()];
  const archiveOf = (connection: typeof here, tenant: Tenant) =>
    new RedisTableArchive({ connection, tenant });
  const close = async () => {
    await here.close();
    await there.close();
  };
  const reopen = async () => {
    await close();
    return openArchive();
  };
  return {
    archive: archiveOf(here, defaultTenant),
    elsewhere: archiveOf(there, defaultTenant),
    other: archiveOf(here, 'other' as Tenant),
    close,
    reopen,
  };
}

describeTableArchive(name, async () => {
  await cluster.empty();
  return openArchive();
});
