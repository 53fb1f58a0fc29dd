/**
 * When a request is tried again, and after what wait.
 *
 * An attempt is retried inside its page, so that no row is ever given twice. Only conditions that can pass are retried;
 * 400, 403 and 404 never are, and a 401 forces one new token instead. What the vendor says to wait is a floor; above
 * `maxRetryAfter` the error is given to the caller instead. Without it the wait grows exponentially, and jitter only adds.
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
 */
import { Context, type Duration, Layer } from "effect"

/** A retry policy. */
export interface RetryPolicy {
  /** How many times one request is tried again. Default 12. */
  readonly times: number
  /** The first wait, which doubles each time. Default 100 milliseconds. */
  readonly base: Duration.Input
  /** The longest wait that the library chooses by itself. Default 5 seconds. */
  readonly max: Duration.Input
  /** The longest wait that a vendor may ask for. Default 2 minutes. */
  readonly maxRetryAfter: Duration.Input
  /**
   * How many retries a connection's run may have in hand. Each retry takes one and each good answer gives one back, so a
   * vendor that is down is left alone soon, and one that fails now and then is read to its end. Default 32.
   */
  readonly budget: number
}

const defaults: RetryPolicy = {
  times: 12,
  base: "100 millis",
  max: "5 seconds",
  maxRetryAfter: "2 minutes",
  budget: 32
}

/** The policy in use. */
export const RetryPolicy = Context.Reference<RetryPolicy>("@scanjobs/core/RetryPolicy", {
  defaultValue: () => defaults
})

/** The default policy with some values changed. */
export const make = (options: Partial<RetryPolicy>): RetryPolicy => ({ ...defaults, ...options })

/** Replaces the policy; what is not given keeps its default. */
export const layer = (options: Partial<RetryPolicy>): Layer.Layer<never> => Layer.succeed(RetryPolicy, make(options))

/** The retries that a run has in hand. */
export interface Budget {
  /** Takes one, and tells whether there was one. */
  readonly take: () => boolean
  /** Gives one back, after a good answer. */
  readonly give: () => void
}

/** A fresh budget of the policy. */
export const budget = (policy: RetryPolicy): Budget => {
  let left = policy.budget
  return {
    take: () => left > 0 && left-- > 0,
    give: () => {
      if (left < policy.budget) left++
    }
  }
}
