/**
 * Remembers when requests were made, to tell when the next one is within all quotas.
 *
 * For each quota, the log holds the times of the latest requests. The next request is allowed once the oldest of as many
 * requests as the quota allows has left the window. No window is ever exceeded, wherever it begins, and all of it is used.
 */
import { Duration, Effect } from "effect"
import { Redis } from "effect/persistence"
import * as Monotonic from "./Monotonic.ts"
import type { Quota } from "./Quota.ts"

/** A number of requests, and the milliseconds within which they are allowed. */
export interface Span {
  readonly requests: number
  readonly window: number
}

/** Where the times are kept. */
export interface Store<out E> {
  /** Notes a request now if it is within all spans, and gives 0; otherwise gives the milliseconds until it may be. */
  readonly take: (key: string, spans: ReadonlyArray<Span>) => Effect.Effect<number, E>
}

/**
 * Vendors count requests when they arrive, and requests do not all take equally long: the first ones open connections. The
 * window is therefore taken to be longer by this share, or by this many milliseconds, whichever is less.
 */
const slack = { share: 0.05, most: 1000 }

/** The span that keeps a quota. */
export const spanOf = ({ requests, window }: Quota): Span => {
  const millis = Duration.toMillis(window)
  return { requests, window: millis + Math.min(millis * slack.share, slack.most) }
}

/** The times of the requests under one span, from `first` on, the oldest first. */
interface Log {
  readonly times: Array<number>
  first: number
}

/** How many times that have left the window are kept before their memory is given back. */
const mostPast = 1000

/** A store in the memory of this process. */
export const memory = (): Store<never> => {
  const logs = new Map<string, Log>()
  const logOf = (key: string, { requests, window }: Span): Log => {
    const name = `${key}/${requests}/${window}`
    const known = logs.get(name)
    if (known !== undefined) return known
    const made = { times: [], first: 0 }
    logs.set(name, made)
    return made
  }
  return {
    take: (key, spans) =>
      Effect.clockWith((clock) => {
        const now = Monotonic.millis(clock)
        let wait = 0
        const current = spans.map((span) => {
          const log = logOf(key, span)
          forget(log, now - span.window)
          const blocking = log.times.length - log.first >= span.requests ? log.times.at(-span.requests) : undefined
          if (blocking !== undefined) wait = Math.max(wait, blocking + span.window - now)
          return log
        })
        if (wait === 0) for (const { times } of current) times.push(now)
        return Effect.succeed(wait)
      })
  }
}

/** Leaves out the times up to `until`. */
const forget = (log: Log, until: number): void => {
  const { times } = log
  while (log.first < times.length && (times[log.first] ?? until) <= until) log.first++
  if (log.first > mostPast && log.first * 2 > times.length) {
    times.splice(0, log.first)
    log.first = 0
  }
}

/**
 * A store in Redis. Times are those of the clock of Redis, because the clocks of machines differ. Where that clock was set back,
 * the times in the log are moved back with it.
 */
export const redis = (prefix: string): Effect.Effect<Store<Redis.RedisError>, never, Redis.Redis> =>
  Effect.map(Redis.Redis, ({ eval: evaluate }) => {
    const take = evaluate(script)
    return { take: (key, spans) => Effect.map(take(`${prefix}{${key}}`, spans), Number) }
  })

const script = Redis.script(
  (key: string, spans: ReadonlyArray<Span>) => [
    ...spans.map(({ requests, window }) => `${key}/${requests}/${window}`),
    ...spans.flatMap(({ requests, window }) => [requests, Math.ceil(window)])
  ],
  {
    numberOfKeys: (_, spans) => spans.length,
    lua: `
local time = redis.call("TIME")
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local wait = 0
for at = 1, #KEYS do
  local requests = tonumber(ARGV[at * 2 - 1])
  local window = tonumber(ARGV[at * 2])
  local newest = tonumber(redis.call("LINDEX", KEYS[at], 0) or now)
  if newest > now then
    local times = redis.call("LRANGE", KEYS[at], 0, -1)
    redis.call("DEL", KEYS[at])
    for _, one in ipairs(times) do
      redis.call("RPUSH", KEYS[at], string.format("%.0f", tonumber(one) - newest + now))
    end
    redis.call("PEXPIRE", KEYS[at], window)
  end
  local blocking = redis.call("LINDEX", KEYS[at], requests - 1)
  if blocking then
    wait = math.max(wait, tonumber(blocking) + window - now)
  end
end
if wait > 0 then
  return wait
end
for at = 1, #KEYS do
  redis.call("LPUSH", KEYS[at], string.format("%.0f", now))
  redis.call("LTRIM", KEYS[at], 0, tonumber(ARGV[at * 2 - 1]) - 1)
  redis.call("PEXPIRE", KEYS[at], ARGV[at * 2])
end
return 0
`
  }
).withReturnType<number>()
