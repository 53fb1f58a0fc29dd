/**
 * Keeps every connection within its vendor's quotas, before a request is sent.
 *
 * All requests of a connection pass one limiter, including retries and redirects. Its state is in the memory of this process
 * by default; `RateLimit.layer` keeps it in any store of Effect's `RateLimiter`, such as Redis, to share quotas between
 * processes.
 *
 * **Example** (no limit, for a test)
 *
 * ```ts
 * import { RateLimit } from "@scanjobs/core"
 * import { Effect, Stream } from "effect"
 *
 * declare const jobs: Stream.Stream<string>
 *
 * const unhurried = jobs.pipe(Stream.runCount, Effect.provide(RateLimit.layerUnlimited))
 * ```
 */
import { Context, Duration, Effect, Layer } from "effect"
import { RateLimiter } from "effect/persistence"
import * as PerClock from "./PerClock.ts"
import { type Quota, toBucket } from "./Quota.ts"

/**
 * Waits until one more request of `key` is within all of `quotas`.
 *
 * @since 0.1.0
 * @category models
 */
export interface Service {
  readonly acquire: (key: string, quotas: ReadonlyArray<Quota>) => Effect.Effect<void, RateLimiter.RateLimiterError>
}

const make = (limiter: RateLimiter.RateLimiter): Service => ({
  acquire: (key, quotas) =>
    Effect.forEach(
      quotas,
      (quota) => {
        const { capacity, interval } = toBucket(quota)
        return RateLimiter.sleep(limiter, {
          algorithm: "token-bucket",
          key: `${key}/${quota.requests}/${Duration.toMillis(quota.window)}`,
          limit: capacity,
          window: capacity * interval
        })
      },
      { discard: true }
    )
})

const memory = Effect.map(RateLimiter.make, make).pipe(Effect.provide(RateLimiter.layerStoreMemory))

const inMemory = (): Service => {
  const service = PerClock.make(memory)
  return {
    acquire: (key, quotas) =>
      quotas.length === 0 ? Effect.void : Effect.flatMap(service, ({ acquire }) => acquire(key, quotas))
  }
}

/**
 * The limiter in use; in memory by default.
 *
 * @since 0.1.0
 * @category references
 */
export const RateLimit = Context.Reference<Service>("@scanjobs/core/RateLimit", { defaultValue: inMemory })

/**
 * Keeps the quotas in the store of Effect's `RateLimiter`; `RateLimiter.layerStoreRedis` shares them between processes.
 *
 * @since 0.1.0
 * @category layers
 */
export const layer: Layer.Layer<never, never, RateLimiter.RateLimiter> = Layer.effect(
  RateLimit,
  Effect.map(RateLimiter.RateLimiter, make)
)

/**
 * Keeps the quotas in the memory of this layer, apart from those of the process.
 *
 * @since 0.1.0
 * @category layers
 */
export const layerMemory: Layer.Layer<never> = Layer.effect(RateLimit, memory)

/**
 * Applies no quota. Waits that a vendor asks for are still observed.
 *
 * @since 0.1.0
 * @category layers
 */
export const layerUnlimited: Layer.Layer<never> = Layer.succeed(RateLimit, { acquire: () => Effect.void })
