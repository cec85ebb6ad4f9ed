/** What the server does in one step, in Lua. What others have put there is measured before it is handed on. */

/**
 * Adds a batch to a job's stream, unless there are `limit` that nobody has fetched. Its number is its id, so that one that is
 * sent again, because the answer was lost, is known. Where nobody waits for its run, nobody would remove it.
 * KEYS stream, run; ARGV sequence, text, limit, seconds that it is kept. Gives "ok", "known", "full" or "unawaited".
 */
export const APPEND = `
if redis.call('EXISTS', KEYS[2]) == 0 then return 'unawaited' end
if redis.call('XLEN', KEYS[1]) >= tonumber(ARGV[3]) then return 'full' end
local added = redis.pcall('XADD', KEYS[1], ARGV[1] .. '-1', 'b', ARGV[2])
if type(added) == 'table' and added.err then
  if string.find(added.err, 'equal or smaller') then return 'known' end
  return added
end
redis.call('EXPIRE', KEYS[1], ARGV[4])
return 'ok'`;

/**
 * Removes what has been taken from streams, and gives what follows: about \`budget\` bytes of all of them together.
 * KEYS streams; ARGV the last sequence taken of each, then budget and the most bytes of one entry, which is '' when it is
 * longer. Gives a pair for each stream: how many entries wait, and the first of them.
 */
export const COLLECT = `
local budget, limit = tonumber(ARGV[#KEYS + 1]), tonumber(ARGV[#KEYS + 2])
local result = {}
for index, key in ipairs(KEYS) do
  local entries = {}
  redis.call('XTRIM', key, 'MINID', string.format('%.0f', tonumber(ARGV[index]) + 1))
  local waiting = redis.call('XLEN', key)
  if waiting > 0 and budget > 0 then
    for _, entry in ipairs(redis.call('XRANGE', key, '-', '+', 'COUNT', 16)) do
      local text = entry[2][2]
      if #text > limit then text = '' end
      entries[#entries + 1] = text
      budget = budget - #text
      if budget <= 0 then break end
    end
  end
  result[index] = { waiting, entries }
end
return result`;

/** KEYS hash; ARGV the most fields, the most bytes of one. Gives name and text by turns. */
export const HOSTS = `
local result = {}
for index, field in ipairs(redis.call('HKEYS', KEYS[1])) do
  if index > tonumber(ARGV[1]) then break end
  if #field <= 64 and redis.call('HSTRLEN', KEYS[1], field) <= tonumber(ARGV[2]) then
    result[#result + 1] = field
    result[#result + 1] = redis.call('HGET', KEYS[1], field)
  end
end
return result`;

/**
 * What a worker does every time: it announces its host, reads what it is told, and looks which of its runs are awaited.
 * KEYS hash of hosts, stream of orders, runs; ARGV host, announcement, id of the last order, most bytes of an order.
 * Gives orders as id and text by turns, then 1 or 0 for each run.
 */
export const BEAT = `
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
local orders, runs = {}, {}
for _, entry in ipairs(redis.call('XRANGE', KEYS[2], '(' .. ARGV[3], '+', 'COUNT', 32)) do
  orders[#orders + 1] = entry[1]
  if #entry[2][2] <= tonumber(ARGV[4]) then orders[#orders + 1] = entry[2][2] else orders[#orders + 1] = '' end
end
for index = 3, #KEYS do runs[index - 2] = redis.call('EXISTS', KEYS[index]) end
return { orders, runs }`;

/**
 * Says that a run is awaited, and what it says of itself; gives what others say.
 * KEYS sorted set of runs, key of the run; ARGV run, text, milliseconds that it holds, what keys of runs begin with, the most runs, the
 * most bytes of one.
 */
export const AWAIT = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('SET', KEYS[2], ARGV[2], 'PX', ARGV[3])
redis.call('ZADD', KEYS[1], now, ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - ARGV[3])
local others = {}
for _, run in ipairs(redis.call('ZREVRANGE', KEYS[1], 0, ARGV[5] - 1)) do
  local text = run ~= ARGV[1] and redis.call('GET', ARGV[4] .. run)
  if text and #text <= tonumber(ARGV[6]) then others[#others + 1] = text end
end
return others`;
