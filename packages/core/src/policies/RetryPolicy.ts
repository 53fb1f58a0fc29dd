/**
 * When a request is tried again, and after what wait.
 *
 * A request is retried inside its page, so that no row is emitted twice. Only conditions that can pass are retried; 400, 403
 * and 404 never are, and a 401 leads to one attempt with a new credential. A wait that the vendor asks for is a floor; if it
 * is longer than `maxRetryAfter`, the request fails instead; `maxQuotaWait` counts where a quota is used up. Otherwise the wait grows exponentially. Jitter adds up to a quarter.
 *
 * A rate limit without a stated wait lasts a minute more often than a second. The waits after it are therefore ten times as
 * long, up to four times `max`. All requests under the same quota are held meanwhile.
 *
 * **Example** (fewer and quicker, for an interactive program)
 *
 * ```ts
 * import { RetryPolicy } from "@scanjobs/core"
 * import { Effect, Stream } from "effect"
 *
 * declare const jobs: Stream.Stream<string>
 *
 * const hurried = jobs.pipe(Stream.runCount, Effect.provide(RetryPolicy.layer({ times: 2, maxRetryAfter: "10 seconds" })))
 * ```
 *
 * **Example** (the policy in use, and what is left of its budget)
 *
 * ```ts
 * import { RetryPolicy } from "@scanjobs/core"
 * import { Effect } from "effect"
 *
 * export const patient = RetryPolicy.make({ times: 20 })
 * export const budget = Effect.map(RetryPolicy.RetryPolicy, RetryPolicy.budget)
 * ```
 */
import { Context, type Duration, Effect, Layer } from "effect"

/**
 * A retry policy.
 *
 * @since 0.1.0
 * @category policies
 */
export interface RetryPolicy {
  /** How many times one request is tried again. Default 12; 0 for never. */
  readonly times: number
  /** The first wait, which doubles each time. Default 100 milliseconds. */
  readonly base: Duration.Input
  /** The longest wait that the library chooses itself. Default 5 seconds. */
  readonly max: Duration.Input
  /** The longest wait that a vendor may ask for. Default 2 minutes. */
  readonly maxRetryAfter: Duration.Input
  /**
   * The longest wait until a quota renews, where the vendor says when that is. Default 65 minutes, so that a quota of an hour is
   * waited for and one of a day is not. A wait that exceeds the deadline of the listing is not begun either.
   */
  readonly maxQuotaWait: Duration.Input
  /**
   * The retry budget of a connection's run. Each retry takes one and each good answer gives one back, so that a vendor that
   * is down is soon left alone, and one that fails now and then is read to its end. Default 32.
   */
  readonly budget: number
}

const defaults: RetryPolicy = {
  times: 12,
  base: "100 millis",
  max: "5 seconds",
  maxRetryAfter: "2 minutes",
  maxQuotaWait: "65 minutes",
  budget: 32
}

/**
 * The policy in use.
 *
 * @since 0.1.0
 * @category references
 */
export const RetryPolicy = Context.Reference<RetryPolicy>("@scanjobs/core/RetryPolicy", {
  defaultValue: () => defaults
})

/**
 * The default policy with some values changed.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = (options: Partial<RetryPolicy>): RetryPolicy => ({ ...defaults, ...options })

/**
 * Replaces the policy; what is left out keeps its default.
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = (options: Partial<RetryPolicy>): Layer.Layer<never> => Layer.succeed(RetryPolicy, make(options))

/**
 * Waits for a quota no longer than for anything else that a vendor asks for, as a check does, which must end soon.
 *
 * **Example** (a program for which somebody waits)
 *
 * ```ts
 * import { RetryPolicy } from "@scanjobs/core"
 * import type { Effect } from "effect"
 *
 * declare const program: Effect.Effect<number>
 *
 * export const prompt = RetryPolicy.withoutQuotaWaits(program)
 * ```
 *
 * @since 0.1.0
 * @category combinators
 */
export const withoutQuotaWaits = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.flatMap(RetryPolicy, (policy) =>
    Effect.provideService(effect, RetryPolicy, { ...policy, maxQuotaWait: policy.maxRetryAfter })
  )

/**
 * The retries that are left to a run of a connection.
 *
 * @since 0.1.0
 * @category models
 */
export interface Budget {
  /** Takes one; false if none is left. */
  readonly take: () => boolean
  /** Gives one back, after a good answer. */
  readonly give: () => void
}

/**
 * A full budget of the policy.
 *
 * @since 0.1.0
 * @category constructors
 */
export const budget = (policy: RetryPolicy): Budget => {
  let left = policy.budget
  return {
    take: () => left > 0 && left-- > 0,
    give: () => {
      if (left < policy.budget) left++
    }
  }
}
