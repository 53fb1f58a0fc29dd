/**
 * Bounds the waits for a store of quotas that other processes share, such as Redis.
 *
 * A request that needs the store waits for `patience` at most, over all attempts. After that, further requests fail at once for as long
 * again, so that ten thousand connections do not each wait for a store that is gone.
 */
import { Duration, Effect, Ref, Schedule } from "effect"
import { RateLimiter, type Redis } from "effect/persistence"
import * as Monotonic from "./Monotonic.ts"
import * as RedisFault from "./RedisFault.ts"
import type { Store } from "./SlidingLog.ts"

/** The wait between attempts. */
const pause = Duration.millis(100)

/** The same store, with an end to every wait. */
export const bounded = (
  store: Store<Redis.RedisError>,
  patience: Duration.Input
): Store<RateLimiter.RateLimiterError> => {
  const millis = Duration.toMillis(patience)
  let failed: { readonly until: number; readonly error: RateLimiter.RateLimiterError } | undefined
  const attempts = (key: string, spans: Parameters<typeof store.take>[1]) =>
    Effect.gen(function* () {
      const last = yield* Ref.make<string | undefined>(undefined)
      const attempt = Effect.tapError(Effect.mapError(store.take(key, spans), RedisFault.of), ({ problem }) =>
        Ref.set(last, problem)
      )
      return yield* attempt.pipe(
        Effect.retry({ schedule: Schedule.spaced(pause), while: ({ isPassing }) => isPassing }),
        Effect.mapError(({ problem }) => problem),
        Effect.timeoutOrElse({
          duration: patience,
          orElse: () =>
            Effect.flatMap(Ref.get(last), (problem) =>
              Effect.fail(`${problem ?? "does not answer"} (waited ${Duration.format(Duration.millis(millis))})`)
            )
        })
      )
    })
  return {
    take: (key, spans) =>
      Effect.flatMap(Monotonic.now, (now) => {
        if (failed !== undefined && now < failed.until) return Effect.fail(failed.error)
        return Effect.matchEffect(attempts(key, spans), {
          onFailure: (problem) =>
            Effect.flatMap(Monotonic.now, (then) => {
              const error = new RateLimiter.RateLimiterError({
                reason: new RateLimiter.RateLimitStoreError({ message: `Redis ${problem}` })
              })
              failed = { until: then + millis, error }
              return Effect.fail(error)
            }),
          onSuccess: (wait) => {
            failed = undefined
            return Effect.succeed(wait)
          }
        })
      })
  }
}
