import { join } from 'node:path';
import { open } from 'lmdb';
import { connectRedis } from '../../../adapters/redis/connect-redis.ts';
import { RedisStateStore } from '../../../adapters/redis/redis-state-store.ts';
import { defaultTenant, type Partition } from '../../../engine/model/ids.ts';
import type { Checkpoint } from '../../../engine/ports.ts';
import { wallClock } from '../../support/wall-clock.ts';

/** The time of the history up to which it is folded, epoch ms, as another process sees it in the store. */
export type FoldProgress = () => Promise<number>;

/** Reads a database that another process is writing; 0 while there is none. */
export function lmdbProgress(data: string): FoldProgress {
  return async () => {
    const path = join(data, 'nextbest.lmdb');
    const root = open({ path, noSubdir: true, readOnly: true, maxDbs: 32 });
    try {
      const checkpoints = root.openDB<string, Uint8Array>('checkpoints', {
        keyEncoding: 'binary',
        encoding: 'string',
      });
      return latest([...checkpoints.getRange({})].map(({ value }) => JSON.parse(value) as Checkpoint));
    } finally {
      await root.close();
    }
  };
}

export async function redisProgress(
  url: string,
  partitions: number,
): Promise<{ readonly progress: FoldProgress; readonly close: () => Promise<void> }> {
  const connection = await connectRedis({ url });
  const store = new RedisStateStore({ connection, tenant: defaultTenant, clock: wallClock });
  const all = Array.from({ length: partitions }, (_, number) => number as Partition);
  return {
    progress: async () => latest(await Promise.all(all.map((partition) => store.checkpoint(partition)))),
    close: () => connection.close(),
  };
}

function latest(checkpoints: readonly Checkpoint[]): number {
  return Math.max(0, ...checkpoints.map(({ time }) => time));
}
