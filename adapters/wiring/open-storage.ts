import type { Ports, Tenant } from '../../engine/index.ts';
import type { Ids, RulebookArchive } from '../../engine/ports.ts';
import { LmdbBudgetLedger } from '../lmdb/lmdb-budget-ledger.ts';
import { LmdbDatabase } from '../lmdb/lmdb-database.ts';
import { LmdbDecisionStream } from '../lmdb/lmdb-decision-stream.ts';
import { LmdbRulebookArchive } from '../lmdb/lmdb-rulebook-archive.ts';
import { LmdbStateStore } from '../lmdb/lmdb-state-store.ts';
import { LmdbTouchpointLog } from '../lmdb/lmdb-touchpoint-log.ts';
import { AlwaysOwnedLeases } from '../memory/always-owned-leases.ts';
import { MemoryBudgetLedger } from '../memory/memory-budget-ledger.ts';
import { MemoryDecisionStream } from '../memory/memory-decision-stream.ts';
import { MemoryRulebookArchive } from '../memory/memory-rulebook-archive.ts';
import { MemoryStateStore } from '../memory/memory-state-store.ts';
import { MemoryTouchpointLog } from '../memory/memory-touchpoint-log.ts';
import { connectNats, type JetStreamConnection } from '../nats/connect-nats.ts';
import { ensureStreams } from '../nats/ensure-streams.ts';
import { NatsDecisionStream } from '../nats/nats-decision-stream.ts';
import { NatsRulebookArchive } from '../nats/nats-rulebook-archive.ts';
import { NatsTouchpointLog } from '../nats/nats-touchpoint-log.ts';
import { checkLayout } from '../redis/check-layout.ts';
import { connectRedis } from '../redis/connect-redis.ts';
import { RedisBudgetLedger } from '../redis/redis-budget-ledger.ts';
import { RedisPartitionLeases } from '../redis/redis-partition-leases.ts';
import { RedisStateStore } from '../redis/redis-state-store.ts';
import type { Config } from '../system/config.ts';
import { RandomIds } from '../system/random-ids.ts';
import { systemClock } from '../system/system-clock.ts';
import { systemTiming } from '../system/timing.ts';

/** The ports of a process, over the storage its configuration names. */
export interface Storage extends Ports {
  readonly rulebooks: RulebookArchive;
  /** The connection to NATS, where there is one: events come in through it as well. */
  readonly nats?: JetStreamConnection;
  /** What the storage is, in a few words. */
  readonly name: string;
  readonly close: () => Promise<void>;
}

type StorageConfig = Pick<Config, 'storage' | 'tenant' | 'partitions' | 'data'>;

/** Opens what the configuration names. `note` is told what an operator should know. */
export function openStorage(config: StorageConfig, note: (note: string) => void): Promise<Storage> {
  switch (config.storage.kind) {
    case 'memory':
      return openMemory();
    case 'lmdb':
      return openLmdb(config);
    case 'redis':
      return openRedisAndNats(config, config.storage, note);
  }
}

const world = { clock: systemClock, timing: systemTiming };

async function openMemory(): Promise<Storage> {
  return {
    ...world,
    ids: new RandomIds(),
    log: new MemoryTouchpointLog(world),
    store: new MemoryStateStore(world),
    budgets: new MemoryBudgetLedger(world),
    leases: new AlwaysOwnedLeases(),
    decisions: new MemoryDecisionStream(world),
    rulebooks: new MemoryRulebookArchive(),
    name: 'memory (nothing is kept)',
    close: async () => undefined,
  };
}

async function openLmdb({ data, tenant, partitions }: StorageConfig): Promise<Storage> {
  const database = await LmdbDatabase.open({ directory: data, partitions });
  const parts = { ...world, tenant };
  return {
    ...world,
    ids: new RandomIds(),
    log: new LmdbTouchpointLog(database, parts),
    store: new LmdbStateStore(database, parts),
    budgets: new LmdbBudgetLedger(database, parts),
    leases: new AlwaysOwnedLeases(),
    decisions: new LmdbDecisionStream(database, parts),
    rulebooks: new LmdbRulebookArchive(database, parts),
    name: `the embedded store in ${data}`,
    close: () => database.close(),
  };
}

async function openRedisAndNats(
  { tenant, partitions }: StorageConfig,
  urls: { readonly redisUrl: string; readonly natsUrl: string },
  note: (note: string) => void,
): Promise<Storage> {
  const redis = await connectRedis({ url: urls.redisUrl });
  try {
    for (const text of redis.notes) note(text);
    await checkLayout(redis, { tenant, partitions });
    const nats = await connectNats({ url: urls.natsUrl, onNote: note });
    const ids = new RandomIds();
    const rulebooks = await openOnNats(nats, { tenant, ids }).catch(async (error: unknown) => {
      await nats.close();
      throw error;
    });
    const parts = { connection: redis, tenant, clock: systemClock };
    return {
      ...world,
      ids,
      log: new NatsTouchpointLog({ connection: nats, tenant }),
      store: new RedisStateStore(parts),
      budgets: new RedisBudgetLedger(parts),
      leases: new RedisPartitionLeases({ connection: redis, tenant, node: ids.nonce() }),
      decisions: new NatsDecisionStream({ connection: nats, tenant }),
      rulebooks,
      nats,
      name: 'Redis and NATS JetStream',
      close: async () => {
        await nats.close();
        await redis.close();
      },
    };
  } catch (error) {
    await redis.close();
    throw error;
  }
}

async function openOnNats(
  connection: JetStreamConnection,
  parts: { readonly tenant: Tenant; readonly ids: Ids },
): Promise<RulebookArchive> {
  await ensureStreams(connection, parts);
  return NatsRulebookArchive.open({ connection, clock: systemClock, ...parts });
}
