import type { RedisScript } from '../redis-script.ts';

/**
 * Stores one step of a partition, all of it or nothing.
 *
 * KEYS  1 checkpoint, 2 wall timers, 3 stream timers, 4 outbox, 5 counters, 6 sequences of the dead letters,
 *       7 record that must not exist (the checkpoint again where there is none to check),
 *       then D documents, then R records, then U records that must not exist, then L dead letters,
 *       then W indexes, one of each customer that the step names, then the accounts whose counters are written
 * ARGV  1 D, 2 R, 3 U, 4 L, 5 W, 6 number of timers T, 7 of outbox items O, 8 of counters C, 9 of customers to forget F
 *       10 '1' to check KEYS[7]
 *       11 nonce of the checkpoint expected ('' for none yet), 12 next checkpoint ('' leaves it alone and checks nothing)
 *       13 now in ms, 14 how every key of the partition begins
 *       then W x (customer as JSON, customer as in the timers)
 *       then D x (nonce expected ('' for no document), new bytes: nonce, line feed, value ('' to delete it, '=' to leave it))
 *       then R x (text, time to live in ms; at or below 0 it is gone already, number of its customer or 0)
 *       then L x (text, time to live in ms, number of its customer or 0, sequence)
 *       then T x (index of its KEYS: '2' or '3', customer key, due time ('' to remove))
 *       then O x (item)
 *       then C x (index of its KEYS: '5' or that of its account, name, add, name of its limit in the same KEYS ('' for
 *       none), value expected ('' for any), time to live of its account in ms ('' for ever))
 *       then F x (number of a customer)
 * Returns an array that opens with a word:
 *       'committed'
 *       'repeated', text of the record
 *       'stale-checkpoint', the checkpoint as it stands ('' for none)
 *       'barred', then the index from 0 of each record among the U that exists
 *       'conflict', then (index of the document from 0, its bytes or nil) for each that differs
 *       'exhausted', then the index from 0 of each counter that would pass its limit or is not as expected
 *
 * Counters are added in their order, each seeing those before it; one that goes down passes no limit.
 *
 * A record or dead letter opens with its customer as JSON (nothing where it has none) and a line feed. The index of a
 * customer lists, by the time they expire, the ends of the keys that carry the customer, after ARGV[14]. To forget a
 * customer is to delete the keys listed there. They are not in KEYS, because only the index knows them; they carry the
 * hash tag of the partition as all others do, so they lie on the node that runs the script. An entry may be older than
 * what its key holds now, so the customer in front of the text has the last word. In the same way the sequences of dead
 * letters that expired leave their list, 64 at most whenever new ones come.
 *
 * Everything is read and checked before the first write: a script that fails half-way is not rolled back.
 */
export const commitScript: RedisScript = {
  name: 'nbCommit',
  repliesInBytes: true,
  lua: `
local documents, records, bars = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local letters, customers, timers = tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6])
local items, counters, forgotten = tonumber(ARGV[7]), tonumber(ARGV[8]), tonumber(ARGV[9])
local now, prefix = ARGV[13], ARGV[14]
local key_of_record = 7 + documents
local key_of_bar = key_of_record + records
local key_of_letter = key_of_bar + bars
local key_of_index = key_of_letter + letters
local at_customers = 14
local at_documents = at_customers + 2 * customers
local at_records = at_documents + 2 * documents
local at_letters = at_records + 3 * records
local at_timers = at_letters + 4 * letters
local at_items = at_timers + 3 * timers
local at_counters = at_items + items
local at_forgotten = at_counters + 6 * counters

if ARGV[10] == '1' then
  local record = redis.call('GET', KEYS[7])
  if record then return { 'repeated', record } end
end

if ARGV[12] ~= '' then
  local checkpoint = redis.call('GET', KEYS[1]) or ''
  if (string.match(checkpoint, '^[^ ]*') or '') ~= ARGV[11] then return { 'stale-checkpoint', checkpoint } end
end

local barred = { 'barred' }
for i = 1, bars do
  if redis.call('EXISTS', KEYS[key_of_bar + i]) == 1 then barred[#barred + 1] = i - 1 end
end
if #barred > 1 then return barred end

local conflict = { 'conflict' }
for i = 1, documents do
  local expected = ARGV[at_documents + 2 * i - 1]
  local found = redis.call('GETRANGE', KEYS[7 + i], 0, #expected)
  local wanted = ''
  if expected ~= '' then wanted = expected .. '\\n' end
  if found ~= wanted then
    conflict[#conflict + 1] = i - 1
    conflict[#conflict + 1] = redis.call('GET', KEYS[7 + i])
  end
end
if #conflict > 1 then return conflict end

local values = {}
local function value_of(place, name)
  local id = place .. ':' .. name
  if not values[id] then values[id] = tonumber(redis.call('HGET', KEYS[tonumber(place)], name) or '0') end
  return values[id]
end
local exhausted = { 'exhausted' }
for i = 0, counters - 1 do
  local at = at_counters + 6 * i
  local place, name, add = ARGV[at + 1], ARGV[at + 2], tonumber(ARGV[at + 3])
  local limit, expected = ARGV[at + 4], ARGV[at + 5]
  local before = value_of(place, name)
  local is_over = limit ~= '' and add > 0 and before + add > value_of(place, limit)
  if is_over or (expected ~= '' and before ~= tonumber(expected)) then
    exhausted[#exhausted + 1] = i
  else
    values[place .. ':' .. name] = before + add
  end
end
if #exhausted > 1 then return exhausted end

local function forget(customer)
  local index, line = KEYS[key_of_index + customer], ARGV[at_customers + 2 * customer - 1] .. '\\n'
  for _, name in ipairs(redis.call('ZRANGE', index, 0, -1)) do
    if redis.call('GETRANGE', prefix .. name, 0, #line - 1) == line then
      redis.call('DEL', prefix .. name)
      local sequence = string.match(name, '^dead:(%d+)$')
      if sequence then redis.call('ZREM', KEYS[6], sequence) end
    end
  end
  redis.call('DEL', index)
  redis.call('ZREM', KEYS[2], ARGV[at_customers + 2 * customer])
  redis.call('ZREM', KEYS[3], ARGV[at_customers + 2 * customer])
end

local function prolong(key, lasts)
  if redis.call('PTTL', key) < lasts then redis.call('PEXPIRE', key, lasts) end
end

local function put_owned(key, text, lasts, customer)
  if lasts <= 0 then
    redis.call('DEL', key)
    return
  end
  redis.call('SET', key, text, 'PX', lasts)
  if customer == 0 then return end
  local index = KEYS[key_of_index + customer]
  redis.call('ZREMRANGEBYSCORE', index, '-inf', now)
  redis.call('ZADD', index, now + lasts, string.sub(key, #prefix + 1))
  prolong(index, lasts)
end

for i = 1, forgotten do forget(tonumber(ARGV[at_forgotten + i])) end
for i = 1, documents do
  local bytes = ARGV[at_documents + 2 * i]
  if bytes == '' then redis.call('DEL', KEYS[7 + i])
  elseif bytes ~= '=' then redis.call('SET', KEYS[7 + i], bytes) end
end
for i = 1, records do
  local at = at_records + 3 * i - 3
  put_owned(KEYS[key_of_record + i], ARGV[at + 1], tonumber(ARGV[at + 2]), tonumber(ARGV[at + 3]))
end
if letters > 0 then
  for _, sequence in ipairs(redis.call('ZRANGE', KEYS[6], 0, 63)) do
    if redis.call('EXISTS', prefix .. 'dead:' .. sequence) == 0 then redis.call('ZREM', KEYS[6], sequence) end
  end
end
for i = 1, letters do
  local at = at_letters + 4 * i - 4
  local lasts, sequence = tonumber(ARGV[at + 2]), ARGV[at + 4]
  put_owned(KEYS[key_of_letter + i], ARGV[at + 1], lasts, tonumber(ARGV[at + 3]))
  if lasts > 0 then
    redis.call('ZADD', KEYS[6], sequence, sequence)
    prolong(KEYS[6], lasts)
  else
    redis.call('ZREM', KEYS[6], sequence)
  end
end
for i = 1, timers do
  local at = at_timers + 3 * i - 3
  local key, due = KEYS[tonumber(ARGV[at + 1])], ARGV[at + 3]
  if due == '' then redis.call('ZREM', key, ARGV[at + 2]) else redis.call('ZADD', key, due, ARGV[at + 2]) end
end
for i = 1, items do
  redis.call('XADD', KEYS[4], '*', 'item', ARGV[at_items + i])
end
for i = 0, counters - 1 do
  local at = at_counters + 6 * i
  local key, lasts = KEYS[tonumber(ARGV[at + 1])], ARGV[at + 6]
  redis.call('HINCRBY', key, ARGV[at + 2], ARGV[at + 3])
  if lasts ~= '' then prolong(key, tonumber(lasts)) end
end
if ARGV[12] ~= '' then redis.call('SET', KEYS[1], ARGV[12]) end
return { 'committed' }
`,
};
