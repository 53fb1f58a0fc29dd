/**
 * Keeps the vendors' quotas in Redis, so that processes on any number of machines share them.
 */
import * as NodeRedis from "@effect/platform-node/NodeRedis"
import { RateLimit } from "@scanjobs/core"
import { Clock, Effect, Layer, Logger } from "effect"
import { Redis, RateLimiter } from "effect/persistence"
import { SettingsProblem } from "../Problem.ts"
import * as RedisUrl from "./RedisUrl.ts"

/** How long the first answer of Redis may take. */
const patience = "5 seconds"

/** Quotas that every process with the same Redis shares. Fails if Redis cannot be used. */
export const layer = (url: string): Layer.Layer<never, SettingsProblem> => {
  const problem = new SettingsProblem({
    problems: [
      `--rate-limit: ${RedisUrl.shown(url)} cannot be used; check that a Redis answers there, and its user and password where it wants them`
    ]
  })
  // The client logs a broken connection; the request that needs it fails with the same error, so that the log adds nothing.
  const redis = Layer.provide(NodeRedis.layer({ url, socket: { connectTimeout: 4000 } }), Logger.layer([]))
  const answering = Layer.effectDiscard(Effect.flatMap(Redis.Redis, timeOf))
  return RateLimit.layer.pipe(
    Layer.provide(RateLimiter.layer),
    Layer.provide(storeLayer),
    Layer.provideMerge(answering),
    Layer.provide(redis),
    (limits) =>
      Layer.effectContext(
        Effect.timeoutOrElse(Layer.build(limits), { duration: patience, orElse: () => Effect.fail(problem) })
      ),
    Layer.catchCause(() => Layer.effectDiscard(Effect.fail(problem)))
  )
}

/**
 * Effect's store takes the time from the calling process. The clocks of machines differ, and a clock that is ahead would refill the
 * bucket too early, so that this store uses the clock of Redis for every request.
 */
const storeLayer = Layer.effect(
  RateLimiter.RateLimiterStore,
  Effect.gen(function* () {
    const redis = yield* Redis.Redis
    const store = yield* RateLimiter.makeStoreRedis({ prefix: "scanjobs:" })
    const unreachable = new RateLimiter.RateLimiterError({
      reason: new RateLimiter.RateLimitStoreError({ message: "Redis does not answer" })
    })
    return RateLimiter.RateLimiterStore.of({
      ...store,
      tokenBucket: (options) =>
        Effect.gen(function* () {
          const clock = yield* Clock.Clock
          const now = yield* Effect.mapError(timeOf(redis), () => unreachable)
          return yield* Effect.provideService(store.tokenBucket(options), Clock.Clock, stoppedAt(clock, now))
        })
    })
  })
)

/** The time of Redis, in milliseconds. */
const timeOf = (redis: Redis.Redis["Service"]): Effect.Effect<number, Redis.RedisError> =>
  Effect.map(redis.send<ReadonlyArray<string>>("TIME"), ([seconds, micros]) =>
    Math.floor(Number(seconds) * 1000 + Number(micros) / 1000)
  )

const stoppedAt = (clock: Clock.Clock, millis: number): Clock.Clock => ({
  currentTimeMillisUnsafe: () => millis,
  currentTimeMillis: Effect.succeed(millis),
  currentTimeNanosUnsafe: () => BigInt(millis) * 1_000_000n,
  currentTimeNanos: Effect.succeed(BigInt(millis) * 1_000_000n),
  monotonicTimeNanosUnsafe: () => clock.monotonicTimeNanosUnsafe(),
  monotonicTimeNanos: clock.monotonicTimeNanos,
  sleep: (duration) => clock.sleep(duration)
})
