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
  readonly raiseCount: Script;
}

/**
 * How far behind a clock may be (after a step back, or on a replica that took over) without a
 * day's count having expired under it: a counter is kept for this long after its midnight.
 */
const graceSeconds = 3_600;

/**
 * Up to here the sum of a TAT and what was given back is a whole number below 2^53. Reached
 * only by a bucket that gives back for years without being full once: it begins a new stretch.
 */
const mostGiven = 2 ** 51;

/** What is stored of a bucket: TAT, microseconds given back, stretch; nil if nothing is. */
const readBucket = `
local tat, given, stretch = string.match(redis.call('GET', KEYS[1]) or '', '^(%d+) (%d+) (%d+)$')
tat, given, stretch = tonumber(tat), tonumber(given), tonumber(stretch)`.trim();

const writeBucket = `redis.call('SET', KEYS[1], string.format('%.0f %.0f %.0f', tat, given, stretch),
  'PX', math.ceil((tat - now) / 1000))`;

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
     * than a full bucket. No window, so no window edge. Beside it stand, for giving back: the
     * microseconds given back so far, and a number that names the stretch in which they were
     * (see giveTokenBack). A stretch ends when the bucket is full or the TAT is cut.
     *
     * ARGV: emission interval in whole microseconds, burst.
     * Returns {n}. n >= 0: passes, n more would; n < 0: refused, -n milliseconds to wait.
     * If it passes, the receipt follows: the time, the stretch, and the TAT plus what was
     * given back so far.
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
${readBucket}
if not tat or tat < now then
  tat, given, stretch = now, 0, now
end
local refused = tat + interval > horizon
if refused and tat <= horizon then
  return {-math.ceil((tat + interval - horizon) / 1000)}
end
if refused then
  tat, given, stretch = horizon, 0, math.max(now, stretch + 1)
else
  tat = tat + interval
end
${writeBucket}
if refused then
  return {-math.ceil(interval / 1000)}
end
return {math.floor((horizon - tat) / interval), now, stretch, tat + given}
`),

    /*
     * Takes back one move of the TAT, as far as time has not taken it back already: what
     * drained from the bucket because of the token is not due a second time, or a late give-back
     * would let two bursts pass at once. A bucket that is full again has no key.
     *
     * The rule: the TAT goes back by one interval, but by no more than `left - now`, where
     * `left` is the larger of two lower bounds of what the TAT was at any time since the take,
     * with all that was given back until now left out:
     * - the TAT after the take less all that was given back since. The sum of the TAT and what
     *   was given back never falls within a stretch, and the receipt holds that sum;
     * - one interval after the take, for which the token itself accounts, whatever else was
     *   given back.
     * As `left - now` was in the bucket all the time since, the bucket was never full without
     * it, so the TAT stays at or above where the requests that were kept would have moved it
     * alone. So these keep to the limit by themselves. Exact when tokens come back in the
     * order in which they were taken, and too little at worst.
     *
     * ARGV: emission interval in whole microseconds, and the receipt: time, stretch, sum.
     */
    giveTokenBack: script(`
local time = ${clock}
local now = time[1] * 1000000 + time[2]
local interval, takenAt = tonumber(ARGV[1]), tonumber(ARGV[2])
${readBucket}
if not tat or takenAt > now then
  return 0
end
local left = takenAt + interval
if stretch == tonumber(ARGV[3]) then
  left = math.max(left, ARGV[4] - given)
end
local back = math.min(interval, left - now)
if back <= 0 then
  return 0
end
tat, given = tat - back, given + back
if given > ${mostGiven} then
  given, stretch = 0, math.max(now, stretch + 1)
end
if tat > now then
  ${writeBucket}
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
     * Uncounts one request of the given day, if that is the day still being counted. A count
     * of zero is not kept: requests that are refused, by whatever names, must not fill Redis.
     * ARGV: the day in which the request was counted.
     */
    giveRequestBack: script(`
local stored = redis.call('HMGET', KEYS[1], 'day', 'used')
if stored[1] == ARGV[1] and tonumber(stored[2]) > 0 then
  if redis.call('HINCRBY', KEYS[1], 'used', -1) == 0 then
    redis.call('DEL', KEYS[1])
  end
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

    /*
     * Raises the count of a day to at least the given one. Of two days the later one stands:
     * a day that is over is not brought back, and a day begun by a clock ahead of this one
     * goes on (see countRequest).
     *
     * ARGV: the count, and its day. Returns {requests counted in the stored day, the day}.
     */
    raiseCount: script(`
local time = ${clock}
local today = math.floor(time[1] / 86400)
local count, given = tonumber(ARGV[1]), tonumber(ARGV[2])
local stored = redis.call('HMGET', KEYS[1], 'day', 'used')
local day, used = tonumber(stored[1] or -1), tonumber(stored[2] or 0)
if day < today or day > today + 1 then
  day, used = today, 0
end
if given >= day and given <= today + 1 and count > 0 and (given > day or count > used) then
  day, used = given, count
  redis.call('HSET', KEYS[1], 'day', day, 'used', used)
  redis.call('EXPIREAT', KEYS[1], (day + 1) * 86400 + ${graceSeconds})
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
