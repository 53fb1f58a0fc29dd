/**
 * How many requests a vendor allows in a window of time.
 *
 * Vendors' windows are rolling: in *any* window of that length there may be at most that many requests.
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
 * What is left of a quota, as an answer of the vendor tells.
 *
 * @since 0.1.0
 * @category models
 */
export interface State {
  /** How many requests are left. */
  readonly remaining: number
  /** When the vendor allows requests again, in epoch milliseconds by the vendor's clock. */
  readonly renewsAt: number
}

/**
 * The quota as text, such as `100 in 5s`.
 *
 * **Example** (a hundred in five seconds)
 *
 * ```ts run
 * import { Quota } from "@scanjobs/core"
 *
 * console.log(Quota.format({ requests: 100, window: "5 seconds" })) // 100 in 5s
 * ```
 *
 * @since 0.1.0
 * @category accessors
 */
export const format = (quota: Quota): string =>
  `${quota.requests} in ${Duration.format(Duration.fromInputUnsafe(quota.window))}`
