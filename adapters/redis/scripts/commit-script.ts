import type { RedisScript } from '../redis-script.ts';

/**
 * Stores one step of a partition, all of it or nothing.
 *
 * KEYS  1 checkpoint, 2 wall timers, 3 stream timers, 4 outbox, 5 counters,
 *       6 record that must not exist (the checkpoint again where there is none to check),
 *       then D documents, then R records
 * ARGV  1 D, 2 R, 3 number of timers T, 4 of outbox items O, 5 of counters C
 *       6 '1' to check KEYS[6]
 *       7 checkpoint expected ('' for none yet), 8 next checkpoint ('' leaves it alone and checks nothing)
 *       then D x (nonce expected ('' for no document), new text: nonce, line feed, value)
 *       then R x (value, time to live in ms; at or below 0 it is gone already)
 *       then T x (index of its KEYS: '2' or '3', customer key, due time ('' to remove))
 *       then O x (item)
 *       then C x (name, add, name of its limit ('' for none))
 * Returns an array that opens with a word:
 *       'committed'
 *       'repeated', value of the record
 *       'stale-checkpoint', the checkpoint as it stands ('' for none)
 *       'conflict', then (index of the document from 0, its text or nil) for each that differs
 *       'exhausted', then the names of the counters that would pass their limits, each once
 *
 * Counters are added in their order, each seeing those before it; one that goes down passes no limit.
 *
 * Everything is read and checked before the first write: a script that fails half-way is not rolled back.
 */
export const commitScript: RedisScript = {
  name: 'nbCommit',
  lua: `
local documents, records = tonumber(ARGV[1]), tonumber(ARGV[2])
local timers, items, counters = tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local at_documents = 8
local at_records = at_documents + 2 * documents
local at_timers = at_records + 2 * records
local at_items = at_timers + 3 * timers
local at_counters = at_items + items

if ARGV[6] == '1' then
  local record = redis.call('GET', KEYS[6])
  if record then return { 'repeated', record } end
end

if ARGV[8] ~= '' then
  local checkpoint = redis.call('GET', KEYS[1]) or ''
  if checkpoint ~= ARGV[7] then return { 'stale-checkpoint', checkpoint } end
end

local conflict = { 'conflict' }
for i = 0, documents - 1 do
  local expected = ARGV[at_documents + 2 * i + 1]
  local found = redis.call('GETRANGE', KEYS[7 + i], 0, #expected)
  local wanted = ''
  if expected ~= '' then wanted = expected .. '\\n' end
  if found ~= wanted then
    conflict[#conflict + 1] = i
    conflict[#conflict + 1] = redis.call('GET', KEYS[7 + i])
  end
end
if #conflict > 1 then return conflict end

local values = {}
local function value_of(name)
  if not values[name] then values[name] = tonumber(redis.call('HGET', KEYS[5], name) or '0') end
  return values[name]
end
local exhausted, named = { 'exhausted' }, {}
for i = 0, counters - 1 do
  local at = at_counters + 3 * i
  local name, add, limit = ARGV[at + 1], tonumber(ARGV[at + 2]), ARGV[at + 3]
  local value = value_of(name) + add
  if limit == '' or add <= 0 or value <= value_of(limit) then
    values[name] = value
  elseif not named[name] then
    named[name] = true
    exhausted[#exhausted + 1] = name
  end
end
if #exhausted > 1 then return exhausted end

for i = 0, documents - 1 do
  redis.call('SET', KEYS[7 + i], ARGV[at_documents + 2 * i + 2])
end
for i = 0, records - 1 do
  local at = at_records + 2 * i
  local key, lasts = KEYS[7 + documents + i], ARGV[at + 2]
  if tonumber(lasts) > 0 then redis.call('SET', key, ARGV[at + 1], 'PX', lasts) else redis.call('DEL', key) end
end
for i = 0, timers - 1 do
  local at = at_timers + 3 * i
  local key, due = KEYS[tonumber(ARGV[at + 1])], ARGV[at + 3]
  if due == '' then redis.call('ZREM', key, ARGV[at + 2]) else redis.call('ZADD', key, due, ARGV[at + 2]) end
end
for i = 1, items do
  redis.call('XADD', KEYS[4], '*', 'item', ARGV[at_items + i])
end
for i = 0, counters - 1 do
  local at = at_counters + 3 * i
  redis.call('HINCRBY', KEYS[5], ARGV[at + 1], ARGV[at + 2])
end
if ARGV[8] ~= '' then redis.call('SET', KEYS[1], ARGV[8]) end
return { 'committed' }
`,
};
