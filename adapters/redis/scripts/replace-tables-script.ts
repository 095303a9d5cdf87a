import type { RedisScript } from '../redis-script.ts';

/**
 * Puts reference tables into force, unless another change came first.
 *
 * KEYS  1 what is in force, 2 the table that comes with it or the first key again, 3.. tables that go
 * ARGV  1 revision expected, 2 new revision, 3 what is in force from now on, 4 where the pieces of its versions are,
 *       5 pieces that the new table has, 0 for none
 * Returns 1 when it was stored, 0 when another change came first, -1 when pieces of the new table are missing. The
 * pieces were stored before and would have expired by themselves.
 */
export const replaceTablesScript: RedisScript = {
  name: 'nbReplaceTables',
  lua: `
if (redis.call('HGET', KEYS[1], 'revision') or '0') ~= ARGV[1] then return 0 end
if tonumber(ARGV[5]) > 0 then
  if redis.call('HLEN', KEYS[2]) ~= tonumber(ARGV[5]) then return -1 end
  redis.call('PERSIST', KEYS[2])
end
redis.call('HSET', KEYS[1], 'revision', ARGV[2], 'tables', ARGV[3], 'places', ARGV[4])
for index = 3, #KEYS do redis.call('UNLINK', KEYS[index]) end
return 1
`,
};
