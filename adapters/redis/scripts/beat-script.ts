import type { RedisScript } from '../redis-script.ts';

/**
 * Marks a node alive and forgets those that were silent too long. The clock is the server's: the nodes' own clocks
 * may differ by more than a lease lasts.
 *
 * KEYS  1 nodes by time of their last beat
 * ARGV  1 node, 2 time in ms after which a silent node is gone
 * Returns how many nodes are alive, this one included.
 */
export const beatScript: RedisScript = {
  name: 'nbBeat',
  lua: `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZADD', KEYS[1], now, ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - tonumber(ARGV[2]))
return redis.call('ZCARD', KEYS[1])
`,
};
