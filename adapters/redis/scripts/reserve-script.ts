import type { RedisScript } from '../redis-script.ts';

/**
 * Reserves a part of a budget for one partition.
 *
 * KEYS  1 ledger of the budget
 * ARGV  1 partition, 2 what it knows it holds, 3 needed, 4 least that is of use, 5 most, 6 parts, 7 total of the budget,
 *       8 time to live in ms
 * Returns what the partition holds now, the number of its last return, what is reserved in all. The sum is that of
 * `grantOf` (`engine/budgets/ledger-entry.ts`). What it holds is written in any case, so that the caller's wait for a
 * replica covers it, whoever reserved it. The time to live is only ever prolonged, so that a late caller with an old
 * clock cannot forget a grant.
 */
export const reserveScript: RedisScript = {
  name: 'nbReserve',
  lua: `
local key, partition = KEYS[1], ARGV[1]
local known, needed, least = tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local most, parts, total = tonumber(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[7])
local held = tonumber(redis.call('HGET', key, 'held:' .. partition) or '0')
local last = tonumber(redis.call('HGET', key, 'return:' .. partition) or '0')
local reserved = tonumber(redis.call('HGET', key, 'reserved') or '0')

local before = math.max(0, held - known)
local left = math.max(0, total - reserved)
local granted = 0
if needed > before and left > 0 and left >= least - before then
  granted = math.min(left, math.max(needed - before, math.min(most, math.floor(left / parts))))
end

redis.call('HSET', key, 'held:' .. partition, string.format('%.0f', held + granted))
redis.call('HSET', key, 'reserved', string.format('%.0f', reserved + granted))
if redis.call('PTTL', key) < tonumber(ARGV[8]) then redis.call('PEXPIRE', key, ARGV[8]) end
return { held + granted, last, reserved + granted }
`,
};
