import type { RedisScript } from '../redis-script.ts';

/**
 * Takes the leases that are free and renews those that this node holds.
 *
 * KEYS  one lease a partition
 * ARGV  1 node, 2 time to live in ms
 * Returns one number a key, in their order: 1 when the node holds the lease now, 0 when another node does.
 */
export const holdScript: RedisScript = {
  name: 'nbHold',
  lua: `
local held = {}
for i = 1, #KEYS do
  local holder = redis.call('GET', KEYS[i])
  if not holder or holder == ARGV[1] then
    redis.call('SET', KEYS[i], ARGV[1], 'PX', ARGV[2])
    held[i] = 1
  else
    held[i] = 0
  end
end
return held
`,
};
