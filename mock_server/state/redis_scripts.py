"""What Redis does in one step, each in Lua: nothing else happens in between."""

from mock_server.state.log import PAGE

FOREIGN = "FOREIGN"
PREFIX = "wan-mock:"

_CHECKED = f"""
if redis.call('HGET', '{PREFIX}made', 'mark') ~= ARGV[1] then return redis.error_reply('{FOREIGN}') end
"""

OPEN = f"""
local settings, mark = ARGV[1], ARGV[2]
redis.call('HSETNX', '{PREFIX}made', 'settings', settings)
redis.call('HSETNX', '{PREFIX}made', 'mark', mark)
return redis.call('HMGET', '{PREFIX}made', 'settings', 'mark')
"""

# 'base' of an account is how many records were dropped from the beginning of its log.
EXCHANGE = (
    _CHECKED
    + f"""
local name, after, record, forgets = ARGV[2], tonumber(ARGV[3]), ARGV[4], ARGV[5]
local log, account = '{PREFIX}log:' .. name, '{PREFIX}account:' .. name
local base = tonumber(redis.call('HGET', account, 'base') or '0')
local from = math.min(math.max(after - base, 0), redis.call('LLEN', log))
local tail = redis.call('LRANGE', log, from, record == '' and from + {PAGE - 1} or -1)
local first = base + from
if record ~= '' then
  local is_there = false
  for _, known in ipairs(tail) do is_there = is_there or known == record end
  if not is_there then
    redis.call('RPUSH', log, record)
    tail[#tail + 1] = record
    if forgets == '1' then
      redis.call('LTRIM', log, -1, -1)
      local number = redis.call('HGET', account, 'number') or '0'
      redis.call('DEL', account, '{PREFIX}journal:' .. name)
      redis.call('HSET', account, 'base', base + from + #tail - 1, 'number', number)
      redis.call('SREM', '{PREFIX}known', name)
    end
  end
end
return {{first, tail}}
"""
)

REGISTER = _CHECKED + f"return redis.call('SADD', '{PREFIX}known', ARGV[2])"

KNOWN = (
    _CHECKED
    + f"""
local found = {{}}
for _, name in ipairs(redis.call('SMEMBERS', '{PREFIX}known')) do
  local counts = redis.call('HMGET', '{PREFIX}account:' .. name, 'requests', 'seen')
  found[#found + 1] = {{name, counts[1] or '0', counts[2] or '0'}}
end
return found
"""
)

# 'number' is how many entries there ever were, 'bytes' what those count that are there; each begins with its own.
WRITE = (
    _CHECKED
    + f"""
local name, entry, size, is_counted = ARGV[2], ARGV[3], tonumber(ARGV[4]), ARGV[5]
local most_entries, most_bytes = tonumber(ARGV[6]), tonumber(ARGV[7])
local journal, account = '{PREFIX}journal:' .. name, '{PREFIX}account:' .. name
redis.call('HINCRBY', account, 'number', 1)
local entries = redis.call('RPUSH', journal, struct.pack('>I8', size) .. entry)
local bytes = redis.call('HINCRBY', account, 'bytes', size)
while entries > most_entries or bytes > most_bytes do
  local oldest = struct.unpack('>I8', redis.call('LPOP', journal))
  bytes = redis.call('HINCRBY', account, 'bytes', 0 - oldest)
  entries = entries - 1
end
if is_counted == '1' then
  redis.call('HINCRBY', account, 'requests', 1)
  redis.call('HSET', account, 'seen', redis.call('INCR', '{PREFIX}seen'))
  redis.call('SADD', '{PREFIX}known', name)
end
return entries
"""
)

ENTRIES = (
    _CHECKED
    + f"""
local name, after = ARGV[2], tonumber(ARGV[3])
local journal = '{PREFIX}journal:' .. name
local number = tonumber(redis.call('HGET', '{PREFIX}account:' .. name, 'number') or '0')
local first = number - redis.call('LLEN', journal)
local from = math.max(after - first, 0)
return {{first + from, redis.call('LRANGE', journal, from, -1)}}
"""
)

CLEAR = (
    _CHECKED
    + f"""
redis.call('HSET', '{PREFIX}account:' .. ARGV[2], 'bytes', 0)
return redis.call('DEL', '{PREFIX}journal:' .. ARGV[2])
"""
)
