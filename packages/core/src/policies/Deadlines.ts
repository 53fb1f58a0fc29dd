/**
 * How long things may take. There is always a deadline: a vendor that never answers ends as the reason `TimedOut`.
 *
 * A vendor that is slow but answers is not cut: a body is read for as long as it flows, and waits for a quota, or waits that
 * the vendor asks for, do not count towards `attempt` and `page`.
 *
 * **Example** (the deadlines in use)
 *
 * ```ts
 * import { Deadlines } from "@scanjobs/core"
 * import { Effect } from "effect"
 *
 * export const attempt = Effect.map(Deadlines.Deadlines, (deadlines) => deadlines.attempt)
 * ```
 */
import { Context, type Duration, Layer } from "effect"

/**
 * The deadlines of a listing.
 *
 * @since 0.1.0
 * @category policies
 */
export interface Deadlines {
  /** How long one attempt may wait for the head of its answer. Default 30 seconds. */
  readonly attempt: Duration.Input
  /** The longest pause within a body. Default 15 seconds. */
  readonly idle: Duration.Input
  /** How long a vendor may stay silent about one page, over all its attempts and the waits between them. Default 2 minutes. */
  readonly page: Duration.Input
  /** How long a whole listing may wait for its vendor. Default 6 hours. */
  readonly listing: Duration.Input
}

const defaults: Deadlines = { attempt: "30 seconds", idle: "15 seconds", page: "2 minutes", listing: "6 hours" }

/**
 * The deadlines in use.
 *
 * @since 0.1.0
 * @category references
 */
export const Deadlines = Context.Reference<Deadlines>("@scanjobs/core/Deadlines", { defaultValue: () => defaults })

/**
 * Replaces the deadlines; those that are left out keep their defaults.
 *
 * **Example** (an answer within five seconds, after ten at most)
 *
 * ```ts
 * import { Deadlines } from "@scanjobs/core"
 *
 * export const Brisk = Deadlines.layer({ attempt: "5 seconds", page: "10 seconds" })
 * ```
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = (options: Partial<Deadlines>): Layer.Layer<never> =>
  Layer.succeed(Deadlines, { ...defaults, ...options })
