/**
 * How long things may take. There is always a deadline: a vendor that never answers ends as a typed error.
 */
import { Context, type Duration, Layer } from "effect"

/** The deadlines of a listing. */
export interface Deadlines {
  /** One attempt: its head, and then its body, must each arrive within this. Default 30 seconds. */
  readonly attempt: Duration.Input
  /** The longest pause within a body. Default 15 seconds. */
  readonly idle: Duration.Input
  /** One page with all its retries and waits. Default 3 minutes. */
  readonly page: Duration.Input
  /** A whole listing, as long as it waits for the vendor. Default 6 hours. */
  readonly run: Duration.Input
}

const defaults: Deadlines = { attempt: "30 seconds", idle: "15 seconds", page: "3 minutes", run: "6 hours" }

/** The deadlines in use. */
export const Deadlines = Context.Reference<Deadlines>("@scanjobs/core/Deadlines", { defaultValue: () => defaults })

/**
 * Replaces the deadlines; what is not given keeps its default.
 *
 * **Example** (a page within ten seconds)
 *
 * ```ts
 * import { Deadlines } from "@scanjobs/core"
 *
 * export const Brisk = Deadlines.layer({ attempt: "5 seconds", page: "10 seconds" })
 * ```
 */
export const layer = (options: Partial<Deadlines>): Layer.Layer<never> =>
  Layer.succeed(Deadlines, { ...defaults, ...options })
