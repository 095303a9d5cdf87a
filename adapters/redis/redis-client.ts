import { Cluster, Redis } from 'ioredis';
import type { RedisAddress } from './redis-address.ts';
import type { RedisClient, RedisScript } from './redis-script.ts';
import { beatScript } from './scripts/beat-script.ts';
import { commitScript } from './scripts/commit-script.ts';
import { giveBackScript } from './scripts/give-back-script.ts';
import { holdScript } from './scripts/hold-script.ts';
import { releaseScript } from './scripts/release-script.ts';
import { replaceTablesScript } from './scripts/replace-tables-script.ts';
import { reserveScript } from './scripts/reserve-script.ts';

const scripts: readonly RedisScript[] = [
  commitScript,
  reserveScript,
  giveBackScript,
  replaceTablesScript,
  holdScript,
  releaseScript,
  beatScript,
];

/** The first pause before connecting again, the longest one, and the spread that keeps many nodes from knocking at once. */
const retry = { firstMs: 50, longestMs: 2_000, spreadMs: 50 };

/**
 * A client that is not connected yet. The defaults of ioredis send a command again when its reply was lost, so that an
 * increment may count twice, and queue commands without end while the server is away. Here a lost reply is an error, a
 * server that is away is an error at once, and every command has a timeout.
 */
export function createRedisClient(address: RedisAddress, deadlineMs: number): RedisClient {
  const client = address.isCluster ? clusterOf(address, deadlineMs) : singleOf(address, deadlineMs);
  for (const script of scripts) client.defineCommand(script.name, { lua: script.lua });
  return client;
}

function singleOf(address: RedisAddress, deadlineMs: number): Redis {
  const [node] = address.nodes;
  return new Redis({
    ...commonOptions(address, deadlineMs),
    host: node?.host ?? '127.0.0.1',
    port: node?.port ?? 6379,
    db: address.database,
    maxRetriesPerRequest: 0,
    enableOfflineQueue: false,
    lazyConnect: true,
    retryStrategy: pauseMs,
  });
}

function clusterOf(address: RedisAddress, deadlineMs: number): Cluster {
  return new Cluster([...address.nodes], {
    // One repetition bridges a fail-over faster than none. It is safe because every script compares before it writes.
    redisOptions: { ...commonOptions(address, deadlineMs), maxRetriesPerRequest: 1 },
    enableOfflineQueue: false,
    enableAutoPipelining: false,
    lazyConnect: true,
    scaleReads: 'master',
    maxRedirections: 4,
    retryDelayOnFailover: 100,
    retryDelayOnClusterDown: 100,
    retryDelayOnTryAgain: 100,
    slotsRefreshTimeout: deadlineMs,
    clusterRetryStrategy: pauseMs,
  });
}

function commonOptions(address: RedisAddress, deadlineMs: number) {
  return {
    ...(address.username === undefined ? {} : { username: address.username }),
    ...(address.password === undefined ? {} : { password: address.password }),
    ...(address.isTls ? { tls: {} } : {}),
    autoResendUnfulfilledCommands: false,
    enableAutoPipelining: false,
    // The client's own timeout only cleans up after ours, which tells a silent server from a busy process.
    commandTimeout: 2 * deadlineMs,
    connectTimeout: deadlineMs,
    connectionName: 'nextbest',
    noDelay: true,
    keepAlive: 10_000,
  };
}

function pauseMs(attempt: number): number {
  return Math.min(retry.firstMs * 2 ** attempt, retry.longestMs) + Math.random() * retry.spreadMs;
}
