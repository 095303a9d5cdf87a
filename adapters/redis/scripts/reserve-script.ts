import type { RedisScript } from '../redis-script.ts';

/**
 * Reserves a block of a budget for one lease.
 *
 * KEYS  1 ledger of the budget
 * ARGV  1 field of the lease, 2 amount wanted, 3 total of the budget, 4 time to live in ms
 * Returns the amount granted, 0 or more. The same lease gets the same answer again and reserves nothing new; the answer
 * is written again, so that the caller's wait for a replica covers it, whoever wrote it first. The time to live is only ever prolonged, so that a late caller with an old clock cannot forget a grant.
 */
export const reserveScript: RedisScript = {
  name: 'nbReserve',
  lua: `
local granted = redis.call('HGET', KEYS[1], ARGV[1])
if granted then
  redis.call('HSET', KEYS[1], ARGV[1], granted)
  return tonumber(granted)
end
local reserved = tonumber(redis.call('HGET', KEYS[1], 'reserved') or '0')
granted = math.max(0, math.min(tonumber(ARGV[2]), tonumber(ARGV[3]) - reserved))
redis.call('HINCRBY', KEYS[1], 'reserved', granted)
redis.call('HSET', KEYS[1], ARGV[1], granted)
if redis.call('PTTL', KEYS[1]) < tonumber(ARGV[4]) then redis.call('PEXPIRE', KEYS[1], ARGV[4]) end
return granted
`,
};
