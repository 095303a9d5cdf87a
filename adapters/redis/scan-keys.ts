import type { Redis } from 'ioredis';
import type { RedisConnection } from './redis-connection.ts';

/** How many keys one step of an enumeration looks at. */
const scanCount = 500;

/** The keys that match, a few at a time, each with the node it lies on. A key may come twice. */
export async function* eachKey(
  redis: RedisConnection,
  pattern: string,
): AsyncGenerator<{ readonly node: Redis; readonly names: readonly string[] }> {
  for (const node of await redis.primaries()) {
    let cursor = '0';
    do {
      const [next, names] = await redis.call('enumerate its keys', () =>
        node.scan(cursor, 'MATCH', pattern, 'COUNT', scanCount),
      );
      cursor = next;
      if (names.length > 0) yield { node, names };
    } while (cursor !== '0');
  }
}
