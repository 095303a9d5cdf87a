import type { RedisScript } from '../redis-script.ts';

/**
 * Gives up the leases that this node holds, and none that another node has taken since.
 *
 * KEYS  one lease a partition
 * ARGV  1 node
 * Returns how many were given up.
 */
export const releaseScript: RedisScript = {
  name: 'nbRelease',
  lua: `
local released = 0
for i = 1, #KEYS do
  if redis.call('GET', KEYS[i]) == ARGV[1] then released = released + redis.call('DEL', KEYS[i]) end
end
return released
`,
};
