/**
 * Keeps every connection within its vendor's quotas, before a request is sent.
 *
 * All requests of a connection pass one limiter, including retries and redirects. Its state is in the memory of this process
 * by default; `RateLimit.layerRedis` keeps it in Redis, to share quotas between processes.
 *
 * In every window of a quota's length, wherever it begins, there are at most as many requests as the quota allows. Windows of
 * seconds are used to 95 % and longer ones to more, because requests do not all take equally long to arrive.
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
 *
 * **Example** (quotas of this program alone)
 *
 * ```ts
 * import { RateLimit } from "@scanjobs/core"
 * import { Effect } from "effect"
 *
 * export const Own = RateLimit.layerMemory
 * export const acquire = Effect.flatMap(RateLimit.RateLimit, (limit) =>
 *   limit.acquire("acme/production", [{ requests: 60, window: "1 minute" }])
 * )
 * ```
 */
import { Context, type Duration, Effect, Layer, Semaphore } from "effect"
import type { RateLimiter, Redis } from "effect/persistence"
import * as PerClock from "./PerClock.ts"
import type { Quota } from "./Quota.ts"
import * as RedisFault from "./RedisFault.ts"
import * as SlidingLog from "./SlidingLog.ts"
import * as StorePatience from "./StorePatience.ts"

/**
 * Waits until one more request of `key` is within all of `quotas`.
 *
 * @since 0.1.0
 * @category models
 */
export interface Service {
  readonly acquire: (key: string, quotas: ReadonlyArray<Quota>) => Effect.Effect<void, RateLimiter.RateLimiterError>
}

/** Requests of one key wait in the order in which they came, and only the first of them asks the store. */
const make = (store: SlidingLog.Store<RateLimiter.RateLimiterError>): Service => {
  const turns = new Map<string, Semaphore.Semaphore>()
  const turnOf = (key: string): Semaphore.Semaphore => {
    const known = turns.get(key)
    if (known !== undefined) return known
    const made = Semaphore.makeUnsafe(1)
    turns.set(key, made)
    return made
  }
  return {
    acquire: (key, quotas) => {
      if (quotas.length === 0) return Effect.void
      const spans = quotas.map(SlidingLog.spanOf)
      const take: Effect.Effect<void, RateLimiter.RateLimiterError> = Effect.flatMap(store.take(key, spans), (wait) =>
        wait <= 0 ? Effect.void : Effect.andThen(Effect.sleep(wait), take)
      )
      return Effect.suspend(() => turnOf(key).withPermit(take))
    }
  }
}

const memory = Effect.sync(() => make(SlidingLog.memory()))

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
 * Keeps the quotas in Redis, so that all processes with the same Redis and the same `prefix` share them. The clock of Redis
 * counts, and the clocks of the processes may differ. Redis before version 5 does not work.
 *
 * A Redis that does not answer, or refuses, is asked again for `patience`. Then the request fails as `QuotaStoreFailed`, and so do others
 * at once for as long again. The client of Redis should not queue commands while it is offline (`disableOfflineQueue` of node-redis):
 * they would use up quota after they were given up.
 *
 * **Example** (quotas that several machines share)
 *
 * ```ts
 * import { NodeRedis } from "@effect/platform-node"
 * import { RateLimit } from "@scanjobs/core"
 * import { Layer } from "effect"
 *
 * export const SharedQuotas = RateLimit.layerRedis().pipe(Layer.provide(NodeRedis.layer({ url: "redis://localhost" })))
 * ```
 *
 * @since 0.1.0
 * @category layers
 */
export const layerRedis = (options?: {
  /** Begins the keys in Redis. Default `scanjobs:`. */
  readonly prefix?: string
  /** How long a request waits for Redis before it fails as `QuotaStoreFailed`. Default {@link usualPatience}. */
  readonly patience?: Duration.Input | undefined
}): Layer.Layer<never, never, Redis.Redis> =>
  Layer.effect(
    RateLimit,
    Effect.map(SlidingLog.redis(options?.prefix ?? "scanjobs:"), (store) =>
      make(StorePatience.bounded(store, options?.patience ?? usualPatience))
    )
  )

/**
 * How long a request waits for Redis where {@link layerRedis} is not told otherwise. A server that starts again is back by then.
 *
 * **Example** (twice as long)
 *
 * ```ts
 * import { RateLimit } from "@scanjobs/core"
 * import { Duration } from "effect"
 *
 * const patience = Duration.times(Duration.fromInputUnsafe(RateLimit.usualPatience), 2)
 * export const Shared = RateLimit.layerRedis({ patience })
 * ```
 *
 * @since 0.1.0
 * @category models
 */
export const usualPatience: Duration.Input = "5 seconds"

/**
 * What is wrong with a Redis, as the end of a sentence that begins with "Redis". It holds nothing of what Redis said, because that may
 * repeat a password.
 *
 * **Example** (a Redis that wants a password)
 *
 * ```ts run
 * import { RateLimit } from "@scanjobs/core"
 * import { Redis } from "effect/persistence"
 *
 * const error = new Redis.RedisError({ cause: new Error("NOAUTH Authentication required.") })
 * console.log(`Redis ${RateLimit.redisProblem(error)}`) // => Redis wants a password
 * ```
 *
 * @since 0.1.0
 * @category accessors
 */
export const redisProblem = (error: Redis.RedisError): string => RedisFault.of(error).problem

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
