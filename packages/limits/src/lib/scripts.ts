import { createHash } from 'node:crypto';

/** A Lua script with one key, and the digest by which Redis finds it in its cache. */
export interface Script {
  readonly lua: string;
  readonly sha: string;
}

/** The scripts of this package. */
export interface Scripts {
  readonly takeToken: Script;
  readonly giveTokenBack: Script;
  readonly countRequest: Script;
  readonly giveRequestBack: Script;
  readonly readQuota: Script;
}

/**
 * How far behind a clock may be (after a step back, or on a replica that took over) without a
 * day's count having expired under it: a counter is kept for this long after its midnight.
 */
const graceSeconds = 3_600;

/**
 * Writes the scripts around one clock, a Lua expression for `{seconds, microseconds}`. In
 * production it is Redis' own, so all processes on all hosts decide by one clock. Tests
 * write them around a clock that they can hold still.
 */
export function writeScripts(clock = "redis.call('TIME')"): Scripts {
  return {
    /*
     * GCRA: the key holds the theoretical arrival time (TAT), the moment at which the bucket
     * will be full again, in whole microseconds since 1970 (below 2^53 until the year 2255).
     * A request moves it by one emission interval and passes if that is no further ahead
     * than a full bucket. No window, so no window edge.
     *
     * ARGV: emission interval in whole microseconds, burst.
     * Returns n >= 0: passes, n more would; n < 0: refused, -n milliseconds to wait.
     *
     * A TAT further ahead than a full bucket cannot be: the clock stepped back, or the plan
     * became smaller. It counts as an empty bucket, and that is written down even when the
     * request is refused, or the wait would begin again with each request.
     */
    takeToken: script(`
local time = ${clock}
local now = time[1] * 1000000 + time[2]
local interval = tonumber(ARGV[1])
local horizon = now + interval * ARGV[2]
local tat = tonumber(redis.call('GET', KEYS[1]) or now)
if tat < now then
  tat = now
end
local refused = tat + interval > horizon
if refused and tat <= horizon then
  return -math.ceil((tat + interval - horizon) / 1000)
end
if refused then
  tat = horizon
else
  tat = tat + interval
end
redis.call('SET', KEYS[1], string.format('%.0f', tat), 'PX', math.ceil((tat - now) / 1000))
if refused then
  return -math.ceil(interval / 1000)
end
return math.floor((horizon - tat) / interval)
`),

    /*
     * Takes back one move of the TAT. A bucket that is full already has no key.
     * ARGV: emission interval in whole microseconds, burst.
     */
    giveTokenBack: script(`
local tat = tonumber(redis.call('GET', KEYS[1]) or 0)
if tat == 0 then
  return 0
end
local time = ${clock}
local now = time[1] * 1000000 + time[2]
local interval = tonumber(ARGV[1])
tat = math.min(tat, now + interval * ARGV[2]) - interval
if tat > now then
  redis.call('SET', KEYS[1], string.format('%.0f', tat), 'PX', math.ceil((tat - now) / 1000))
else
  redis.call('DEL', KEYS[1])
end
return 1
`),

    /*
     * Counts one request of the UTC day, unless the limit is reached.
     * The key is a hash: the day (in days since 1970) and the requests counted in it.
     *
     * ARGV: limit. Returns {1 if counted or else 0, requests counted in the day, the day}.
     *
     * A stored day that is tomorrow's was begun by a clock a little ahead of this one: it goes
     * on, or each step back over midnight would hand out the quota again. One further ahead
     * is an error of the clock and is forgotten, so that nobody is locked out by it.
     */
    countRequest: script(`
local time = ${clock}
local today = math.floor(time[1] / 86400)
local stored = redis.call('HMGET', KEYS[1], 'day', 'used')
local day, used = tonumber(stored[1] or -1), tonumber(stored[2] or 0)
local begins = day < today or day > today + 1
if begins then
  day, used = today, 0
end
if used >= tonumber(ARGV[1]) then
  return {0, used, day}
end
if begins then
  redis.call('HSET', KEYS[1], 'day', day, 'used', 1)
  redis.call('EXPIREAT', KEYS[1], (day + 1) * 86400 + ${graceSeconds})
else
  redis.call('HINCRBY', KEYS[1], 'used', 1)
end
return {1, used + 1, day}
`),

    /*
     * Uncounts one request of the given day, if that is the day still being counted.
     * ARGV: the day in which the request was counted.
     */
    giveRequestBack: script(`
local stored = redis.call('HMGET', KEYS[1], 'day', 'used')
if stored[1] == ARGV[1] and tonumber(stored[2]) > 0 then
  redis.call('HINCRBY', KEYS[1], 'used', -1)
  return 1
end
return 0
`),

    /* Returns {requests counted in the day, the day}, and changes nothing. */
    readQuota: script(`
local time = ${clock}
local today = math.floor(time[1] / 86400)
local stored = redis.call('HMGET', KEYS[1], 'day', 'used')
local day, used = tonumber(stored[1] or -1), tonumber(stored[2] or 0)
if day < today or day > today + 1 then
  return {0, today}
end
return {used, day}
`),
  };
}

function script(source: string): Script {
  const lua = source.trim();
  // Redis names a cached script by its SHA-1. Nothing here rests on that being unforgeable.
  return { lua, sha: createHash('sha1').update(lua).digest('hex') };
}
