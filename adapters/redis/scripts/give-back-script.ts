import type { RedisScript } from '../redis-script.ts';

/**
 * Takes back what a partition does not use of a budget.
 *
 * KEYS  1 ledger of the budget
 * ARGV  1 partition, 2 number of the return, 3 amount, 4 time to live in ms
 * Returns 1, or 0 when this return or a later one came before; the number is written again then, so that the caller's
 * wait for a replica covers it.
 */
export const giveBackScript: RedisScript = {
  name: 'nbGiveBack',
  lua: `
local key, partition = KEYS[1], ARGV[1]
local number, amount = tonumber(ARGV[2]), tonumber(ARGV[3])
local last = tonumber(redis.call('HGET', key, 'return:' .. partition) or '0')
if number <= last then
  redis.call('HSET', key, 'return:' .. partition, string.format('%.0f', last))
  return 0
end
local held = tonumber(redis.call('HGET', key, 'held:' .. partition) or '0')
local reserved = tonumber(redis.call('HGET', key, 'reserved') or '0')
local returned = math.min(amount, held)
redis.call('HSET', key, 'return:' .. partition, string.format('%.0f', number))
redis.call('HSET', key, 'held:' .. partition, string.format('%.0f', held - returned))
redis.call('HSET', key, 'reserved', string.format('%.0f', reserved - returned))
if redis.call('PTTL', key) < tonumber(ARGV[4]) then redis.call('PEXPIRE', key, ARGV[4]) end
return 1
`,
};
