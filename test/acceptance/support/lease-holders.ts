import { Redis } from 'ioredis';
import { onTestFinished } from 'vitest';
import { RedisKeys } from '../../../adapters/redis/redis-keys.ts';
import { defaultTenant, type Partition } from '../../../engine/model/ids.ts';

export interface LeaseHolders {
  /** How many partitions the node holds; undefined: how many nobody does. */
  readonly heldBy: (node: string | undefined) => Promise<number>;
  /** The nodes that count as alive. */
  readonly nodes: () => Promise<readonly string[]>;
}

/** Who works on what, as it stands in Redis. To be called inside of a test. */
export function openLeaseHolders(url: string, partitions: number): LeaseHolders {
  const redis = new Redis(url);
  onTestFinished(() => redis.disconnect());
  const keys = new RedisKeys(defaultTenant);
  const leases = Array.from({ length: partitions }, (_, number) => keys.lease(number as Partition));
  return {
    heldBy: async (node) => {
      const holders = await redis.mget(leases);
      return holders.filter((holder) => (holder ?? undefined) === node).length;
    },
    nodes: () => redis.zrange(keys.nodes(), '0', '-1'),
  };
}
