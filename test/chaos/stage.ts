import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Random } from '../simulation/random.ts';
import { startNats } from '../support/nats-server.ts';
import { chaosBook } from './load.ts';
import { NatsThree } from './nats-three.ts';
import { RedisPair } from './redis-pair.ts';
import { RedisSix } from './redis-six.ts';
import { Worker } from './workers.ts';

export interface ServerFault {
  readonly kind: string;
  readonly happen: (random: Random) => Promise<void>;
}

/** The servers of one phase with the workers on them. */
export interface Stage {
  readonly workers: readonly Worker[];
  readonly natsUrl: string;
  readonly faults: readonly ServerFault[];
  readonly close: () => Promise<void>;
}

export const phases = ['pair', 'cluster'] as const;
export type Phase = (typeof phases)[number];

const workerCount = 3;
const logStream = 'NEXTBEST_LOG';

/**
 * `pair`: a Redis primary with its replica, and one NATS. `cluster`: a Redis Cluster of six, and three NATS that keep
 * three copies.
 */
export function openStage(phase: Phase): Promise<Stage> {
  return phase === 'pair' ? openPair() : openCluster();
}

async function openPair(): Promise<Stage> {
  const [redis, nats] = await Promise.all([RedisPair.start(), startNats()]);
  const stop = () => Promise.all([redis.stop(), nats.stop()]);
  const faults: readonly ServerFault[] = [
    { kind: 'Redis killed', happen: () => redis.kill() },
    {
      kind: 'Redis failed over without its tail',
      happen: (random) => redis.failOver(random.between(100, 700)),
    },
    {
      kind: 'NATS killed',
      happen: async () => {
        await nats.kill();
        await nats.restart();
      },
    },
  ];
  return withWorkers({ redisUrl: redis.url, natsUrl: nats.url, replicas: 1, faults, stop });
}

async function openCluster(): Promise<Stage> {
  const [redis, nats] = await Promise.all([RedisSix.start(), NatsThree.start()]);
  const stop = () => Promise.all([redis.stop(), nats.stop()]);
  const faults: readonly ServerFault[] = [
    {
      kind: 'Redis Cluster primary killed',
      happen: (random) => redis.killPrimary((count) => random.below(count)),
    },
    { kind: 'NATS leader killed', happen: () => nats.killLeader(logStream) },
  ];
  return withWorkers({ redisUrl: redis.url, natsUrl: nats.url, replicas: 3, faults, stop });
}

async function withWorkers(on: {
  readonly redisUrl: string;
  readonly natsUrl: string;
  readonly replicas: number;
  readonly faults: readonly ServerFault[];
  readonly stop: () => Promise<unknown>;
}): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), 'nextbest-chaos-'));
  const workers: Worker[] = [];
  const close = async () => {
    await Promise.all(workers.map((worker) => worker.kill()));
    await on.stop();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await writeFile(join(folder, 'book.yaml'), chaosBook);
    const env = {
      NEXTBEST_REDIS_URL: on.redisUrl,
      NEXTBEST_NATS_URL: on.natsUrl,
      // What is told must outlive a fail-over even while a replica is still on its way back.
      NEXTBEST_REDIS_REPLICA: 'always',
      NEXTBEST_STREAM_REPLICAS: String(on.replicas),
      NEXTBEST_RULES: folder,
      NEXTBEST_PARTITIONS: '8',
      NEXTBEST_LOG_LEVEL: 'warn',
    };
    // One after the other: the first one makes the streams.
    for (let number = 0; number < workerCount; number += 1) workers.push(await Worker.start(env));
  } catch (error) {
    await close();
    throw error;
  }
  return { workers, natsUrl: on.natsUrl, faults: on.faults, close };
}
