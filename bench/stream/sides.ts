import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Redis } from 'ioredis';
import { RedisKeys } from '../../adapters/redis/redis-keys.ts';
import { decodeCheckpoint } from '../../adapters/redis/stored-forms.ts';
import { loadRulebook } from '../../adapters/rule-files/load-rulebook.ts';
import { readConfig } from '../../adapters/system/config.ts';
import { openLibraries } from '../../adapters/wiring/libraries.ts';
import { openStorage, type Storage } from '../../adapters/wiring/open-storage.ts';
import type { Partition, Tenant } from '../../engine/index.ts';
import { segmentsNote } from '../../engine/runtime/segment-sweep.ts';
import type { TestServer } from '../../test/support/server-process.ts';
import { startNextbest } from '../capacity/nextbest-server.ts';
import { processorMicros } from '../capacity/processor-time.ts';
import { whenThisProcessEnds } from '../report/when-process-ends.ts';
import type { CommitSizes } from './commit-sizes.ts';
import { messagesOf, partitions } from './workload.ts';

export interface Place {
  readonly redis: TestServer;
  readonly nats: TestServer;
}

/** One consumer of logs, as a process of its own, under a tenant of its own. */
export interface Side {
  readonly tenant: Tenant;
  readonly pid: number;
  readonly storage: Storage;
  readonly redis: Redis;
  readonly stop: () => Promise<void>;
}

const built = fileURLToPath(new URL('../../dist/bench/stream/constant-consumer.js', import.meta.url));
const looksEveryMs = 10;

/** The built server. */
export async function startOurs(place: Place): Promise<Side & { readonly url: string }> {
  const env = environmentOf(place, 'ours');
  const server = await startNextbest(env);
  const side = await sideOf(place, env, server.pid, server.stop);
  await noteJudged(side.storage);
  return { ...side, url: server.url };
}

/**
 * Ten seconds after a server meets definitions of segments for the first time, it has every customer judged by them through
 * the log, once. That would fall into the middle of the turns, so the store says from the beginning that it was done.
 */
async function noteJudged({ store }: Storage): Promise<void> {
  const folder = fileURLToPath(new URL('../../rules', import.meta.url));
  const { rulebook } = await loadRulebook({ folder, libraries: openLibraries() });
  if (rulebook === undefined) throw new Error('the sample rulebook does not compile');
  await store.writeNote(segmentsNote, rulebook.segmentation.version);
}

/** The consumer without rules. */
export async function startConstant(place: Place, sizes: CommitSizes): Promise<Side> {
  if (!existsSync(built)) throw new Error('run "npm run build" first: this measures the built program');
  const env = environmentOf(place, 'constant');
  const child = fork(built, [JSON.stringify(sizes)], { env: { ...process.env, ...env } });
  await once(child, 'message');
  return sideOf(place, env, child.pid ?? 0, () => end(child));
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

function environmentOf({ redis, nats }: Place, tenant: string): Readonly<Record<string, string>> {
  return {
    NEXTBEST_REDIS_URL: redis.url,
    NEXTBEST_NATS_URL: nats.url,
    NEXTBEST_TENANT: tenant,
    NEXTBEST_PARTITIONS: String(partitions),
  };
}

async function sideOf(
  { redis: server }: Place,
  env: Readonly<Record<string, string>>,
  pid: number,
  stop: () => Promise<void>,
): Promise<Side> {
  const config = readConfig(env);
  // Stopped or not, it ends with this process.
  const takeBack = whenThisProcessEnds(() => process.kill(pid, 'SIGKILL'));
  const stopProcess = async () => {
    takeBack();
    await stop();
  };
  const storage = await openStorage(config, () => undefined).catch(async (error: unknown) => {
    await stopProcess();
    throw error;
  });
  const redis = new Redis(server.port, '127.0.0.1');
  return {
    ...{ tenant: config.tenant, pid, storage, redis },
    stop: async () => {
      await storage.close();
      redis.disconnect();
      await stopProcess();
    },
  };
}

export interface Turn {
  readonly eventsPerSecond: number;
  /** Processor time that the consumer's process took for an event. */
  readonly microsPerEvent: number;
}

/**
 * Events a second from the first to the last: the log is filled while the consumer is stopped, and the time runs from
 * when it goes on to when every partition has committed its last event and, with `sendsOn`, sent on all that followed.
 */
export async function workOff(
  side: Side,
  { turn, count, sendsOn }: { readonly turn: string; readonly count: number; readonly sendsOn: boolean },
): Promise<Turn> {
  const messages = messagesOf(side.tenant, { turn, count });
  const used = processorMicros(side.pid);
  const heads = await whileStopped(side, async () => {
    await side.storage.log.append(messages);
    return headsOf(side);
  });
  const begun = performance.now();
  await workedOff(side, heads, sendsOn);
  const eventsPerSecond = count / ((performance.now() - begun) / 1_000);
  return { eventsPerSecond, microsPerEvent: (processorMicros(side.pid) - used) / count };
}

/** Not for longer than a consumer waits for an answer of Redis. */
async function whileStopped<Result>({ pid }: Side, run: () => Promise<Result>): Promise<Result> {
  process.kill(pid, 'SIGSTOP');
  try {
    return await run();
  } finally {
    process.kill(pid, 'SIGCONT');
  }
}

function headsOf({ storage }: Side): Promise<readonly number[]> {
  return Promise.all(
    Array.from({ length: partitions }, (_, number) => storage.log.head(number as Partition)),
  );
}

async function workedOff(side: Side, heads: readonly number[], sendsOn: boolean): Promise<void> {
  while (!(await isApplied(side, heads)) || (sendsOn && !(await isSentOn(side)))) {
    await new Promise((resolve) => setTimeout(resolve, looksEveryMs));
  }
}

async function isApplied({ redis, tenant }: Side, heads: readonly number[]): Promise<boolean> {
  const keys = new RedisKeys(tenant);
  const texts = await redis.mget(heads.map((_, number) => keys.checkpoint(number as Partition)));
  return texts.every((text, number) => decodeCheckpoint(text ?? '').sequence >= (heads[number] as number));
}

async function isSentOn({ redis, tenant }: Side): Promise<boolean> {
  const keys = new RedisKeys(tenant);
  const pipeline = redis.pipeline();
  for (let number = 0; number < partitions; number += 1) pipeline.xlen(keys.outbox(number as Partition));
  const lengths = (await pipeline.exec()) ?? [];
  return lengths.every(([, length]) => length === 0);
}
