/**
 * How many requests a vendor allows in a window of time.
 *
 * Vendors' windows are rolling: in *any* window of that length there may be at most that many requests. A token bucket of
 * the full size would allow twice as many, once from the bucket and once from its refill, so {@link toBucket} makes a
 * smaller bucket, whose content and refill together stay within the quota.
 */
import { Duration } from "effect"

/** At most `requests` in any `window`. Several quotas may hold at once. */
export interface Quota {
  /** A whole number, at least 1. */
  readonly requests: number
  readonly window: Duration.Input
}

/** A token bucket: `capacity` requests at once, then one more each `interval` milliseconds. */
export interface Bucket {
  readonly capacity: number
  readonly interval: number
}

/**
 * The share of a quota that may be used at once: little of a window of seconds, whose rate is what counts, and half of a longer
 * one, because most runs are over before such a window is.
 */
const burstOf = (window: number): number => (window > 10_000 ? 0.5 : 0.05)

/**
 * The share that is not used. Vendors count requests when they arrive: the first ones, which open their connections, take longer
 * on their way than those after them, and so come closer together than they were sent.
 */
const reserve = 0.03

/** Requests do not all take equally long to arrive, so a single one for each window comes a little later than it might. */
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
 */
export const toBucket = (quota: Quota): Bucket => {
  const window = Duration.toMillis(quota.window)
  const capacity = Math.max(1, Math.floor(quota.requests * burstOf(window)))
  const refill = quota.requests - capacity - Math.floor(quota.requests * reserve)
  return { capacity, interval: refill > 0 ? window / refill : window * slack }
}

/** The quota as text, such as `100 in 5s`. */
export const format = (quota: Quota): string =>
  `${quota.requests} in ${Duration.format(Duration.fromInputUnsafe(quota.window))}`
