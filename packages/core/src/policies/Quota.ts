/**
 * How many requests a vendor allows in a window of time.
 *
 * Vendors' windows are rolling: in *any* window of that length there may be at most that many requests. A token bucket of
 * the full size would allow twice as many, once from the bucket and once from its refill, so {@link toBucket} makes a
 * smaller bucket, whose content and refill together stay within the quota.
 */
import { Duration } from "effect"

/**
 * At most `requests` in any `window`. Several quotas may apply at once.
 *
 * @since 0.1.0
 * @category models
 */
export interface Quota {
  /** A whole number, at least 1. */
  readonly requests: number
  readonly window: Duration.Input
}

/**
 * A token bucket: `capacity` requests at once, then one more every `interval` milliseconds.
 *
 * @since 0.1.0
 * @category models
 */
export interface Bucket {
  readonly capacity: number
  readonly interval: number
}

/**
 * The share of a quota that may be used at once. In a window of seconds the rate is what counts, so the burst is small; most
 * runs end within a longer window, so half of its quota is available at once.
 */
const burstOf = (window: number): number => (window > 10_000 ? 0.5 : 0.05)

/**
 * The share that is not used. Vendors count requests when they arrive. The first requests open connections and take longer,
 * so that they arrive closer together than they were sent.
 */
const reserve = 0.03

/** Stretches the interval of a quota of one request per window, because requests do not all take equally long to arrive. */
const slack = 1.05

/**
 * The bucket that keeps a quota in every rolling window.
 *
 * **Example** (a hundred in five seconds)
 *
 * ```ts run
 * import { Quota } from "@scanjobs/core"
 *
 * console.log(Quota.toBucket({ requests: 100, window: "5 seconds" }).capacity) // 5
 * ```
 *
 * @since 0.1.0
 * @category conversions
 */
export const toBucket = (quota: Quota): Bucket => {
  const window = Duration.toMillis(quota.window)
  const capacity = Math.max(1, Math.floor(quota.requests * burstOf(window)))
  const refill = quota.requests - capacity - Math.floor(quota.requests * reserve)
  return { capacity, interval: refill > 0 ? window / refill : window * slack }
}

/**
 * The quota as text, such as `100 in 5s`.
 *
 * @since 0.1.0
 * @category conversions
 */
export const format = (quota: Quota): string =>
  `${quota.requests} in ${Duration.format(Duration.fromInputUnsafe(quota.window))}`
