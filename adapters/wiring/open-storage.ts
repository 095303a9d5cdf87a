import { day, limits, type Ports } from '../../engine/index.ts';
import type { Ids, RulebookArchive } from '../../engine/ports.ts';
import { keepPruned } from '../lmdb/keep-pruned.ts';
import { LmdbBudgetLedger } from '../lmdb/lmdb-budget-ledger.ts';
import { LmdbDatabase } from '../lmdb/lmdb-database.ts';
import { LmdbDecisionStream } from '../lmdb/lmdb-decision-stream.ts';
import { LmdbReceiptStream } from '../lmdb/lmdb-receipt-stream.ts';
import { LmdbRulebookArchive } from '../lmdb/lmdb-rulebook-archive.ts';
import { LmdbStateStore } from '../lmdb/lmdb-state-store.ts';
import { LmdbTableArchive } from '../lmdb/lmdb-table-archive.ts';
import { LmdbTouchpointLog } from '../lmdb/lmdb-touchpoint-log.ts';
import { AlwaysOwnedLeases } from '../memory/always-owned-leases.ts';
import { MemoryBudgetLedger } from '../memory/memory-budget-ledger.ts';
import { MemoryDecisionStream } from '../memory/memory-decision-stream.ts';
import { MemoryReceiptStream } from '../memory/memory-receipt-stream.ts';
import { MemoryRulebookArchive } from '../memory/memory-rulebook-archive.ts';
import { MemoryStateStore } from '../memory/memory-state-store.ts';
import { MemoryTableArchive } from '../memory/memory-table-archive.ts';
import { MemoryTouchpointLog } from '../memory/memory-touchpoint-log.ts';
import { connectNats, type JetStreamConnection } from '../nats/connect-nats.ts';
import { ensureStreams } from '../nats/ensure-streams.ts';
import { NatsDecisionStream } from '../nats/nats-decision-stream.ts';
import { NatsReceiptStream } from '../nats/nats-receipt-stream.ts';
import { NatsRulebookArchive } from '../nats/nats-rulebook-archive.ts';
import { NatsTouchpointLog } from '../nats/nats-touchpoint-log.ts';
import { checkLayout } from '../redis/check-layout.ts';
import { connectRedis } from '../redis/connect-redis.ts';
import { RedisBudgetLedger } from '../redis/redis-budget-ledger.ts';
import { RedisPartitionLeases } from '../redis/redis-partition-leases.ts';
import { RedisStateStore } from '../redis/redis-state-store.ts';
import { RedisTableArchive } from '../redis/redis-table-archive.ts';
import type { Config } from '../system/config.ts';
import { RandomIds } from '../system/random-ids.ts';
import { sha256 } from '../system/sha256.ts';
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

type StorageConfig = Pick<
  Config,
  | 'storage'
  | 'tenant'
  | 'partitions'
  | 'data'
  | 'logDays'
  | 'receiptDays'
  | 'redisReplica'
  | 'streamReplicas'
  | 'connectSeconds'
>;

/** A server keeps the streams and tables to the ages that its settings name; a tool leaves them as they are. */
export type StorageRole = 'server' | 'tool';

/** Opens what the configuration names. `note` is told what an operator should know. */
export function openStorage(
  config: StorageConfig,
  note: (note: string) => void,
  role: StorageRole = 'tool',
): Promise<Storage> {
  switch (config.storage.kind) {
    case 'memory':
      return openMemory();
    case 'lmdb':
      return openLmdb(config, note, role);
    case 'redis':
      return openRedisAndNats(config, config.storage, note, role);
  }
}

/** How long the log is kept, ms; undefined: for ever. */
export function logAgeOf({ logDays }: StorageConfig): number | undefined {
  return logDays === 0 ? undefined : logDays * day;
}

/** Where none are made any more, those that were go by the usual age. */
function receiptAgeOf({ receiptDays }: StorageConfig): number {
  return receiptDays === 0 ? limits.receiptMsDefault : receiptDays * day;
}

const world = { clock: systemClock, timing: systemTiming, sha256 };

async function openMemory(): Promise<Storage> {
  return {
    ...world,
    ids: new RandomIds(),
    log: new MemoryTouchpointLog(world),
    store: new MemoryStateStore(world),
    budgets: new MemoryBudgetLedger(world),
    leases: new AlwaysOwnedLeases(),
    decisions: new MemoryDecisionStream(world),
    receipts: new MemoryReceiptStream(world),
    rulebooks: new MemoryRulebookArchive(),
    tables: new MemoryTableArchive(),
    name: 'memory (nothing is kept)',
    close: async () => undefined,
  };
}

async function openLmdb(
  config: StorageConfig,
  note: (note: string) => void,
  role: StorageRole,
): Promise<Storage> {
  const { data, tenant, partitions } = config;
  const database = await LmdbDatabase.open({ directory: data, partitions });
  const parts = { ...world, tenant };
  const log = new LmdbTouchpointLog(database, parts);
  const store = new LmdbStateStore(database, parts);
  const decisions = new LmdbDecisionStream(database, parts);
  const receipts = new LmdbReceiptStream(database, { ...parts, ageMsMax: receiptAgeOf(config) });
  const logAgeMsMax = logAgeOf(config);
  const onTrouble = (error: unknown) => note(`outdated entries stay until the next look: ${String(error)}`);
  const pruned =
    role === 'server'
      ? keepPruned({ ...world, log, store, decisions, receipts, partitions, logAgeMsMax, onTrouble })
      : undefined;
  return {
    ...world,
    ids: new RandomIds(),
    log,
    store,
    budgets: new LmdbBudgetLedger(database, parts),
    leases: new AlwaysOwnedLeases(),
    decisions,
    receipts,
    rulebooks: new LmdbRulebookArchive(database, parts),
    tables: new LmdbTableArchive(database, parts),
    name: `the embedded store in ${data}`,
    close: async () => {
      await pruned?.close();
      await database.close();
    },
  };
}

async function openRedisAndNats(
  config: StorageConfig,
  urls: { readonly redisUrl: string; readonly natsUrl: string },
  note: (note: string) => void,
  role: StorageRole,
): Promise<Storage> {
  const { tenant, partitions } = config;
  const connectMs = config.connectSeconds * 1_000;
  const redis = await connectRedis({ url: urls.redisUrl, wait: config.redisReplica, connectMs });
  try {
    for (const text of redis.notes) note(text);
    await checkLayout(redis, { tenant, partitions });
    const nats = await connectNats({ url: urls.natsUrl, connectMs, onNote: note });
    const ids = new RandomIds();
    const rulebooks = await openOnNats(nats, { ids, config, role }).catch(async (error: unknown) => {
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
      tables: new RedisTableArchive(parts),
      leases: new RedisPartitionLeases({ connection: redis, tenant, node: ids.nonce() }),
      decisions: new NatsDecisionStream({ connection: nats, tenant }),
      receipts: new NatsReceiptStream({ connection: nats, tenant }),
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
  { ids, config, role }: { readonly ids: Ids; readonly config: StorageConfig; readonly role: StorageRole },
): Promise<RulebookArchive> {
  const { tenant, streamReplicas: replicas } = config;
  const logAgeMsMax = logAgeOf(config);
  const adjusts = role === 'server';
  await ensureStreams(connection, {
    tenant,
    replicas,
    adjusts,
    patienceMs: config.connectSeconds * 1_000,
    ...(logAgeMsMax !== undefined && { logAgeMsMax }),
    receiptAgeMsMax: receiptAgeOf(config),
  });
  return NatsRulebookArchive.open({ connection, clock: systemClock, tenant, ids, replicas, adjusts });
}
