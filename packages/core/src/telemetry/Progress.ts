/**
 * Events of listings while they are read, to show or record them.
 *
 * **Example** (a line for each page)
 *
 * ```ts
 * import { Progress } from "@scanjobs/core"
 * import { Console, Effect } from "effect"
 *
 * export const PrintPages = Progress.layer((event) =>
 *   event._tag === "PageRead" ? Console.error(`${event.connection} ${event.listing}: ${event.jobs} jobs`) : Effect.void)
 *
 * export const tell = (event: Progress.Event) => Effect.flatMap(Progress.Progress, (listener) => listener(event))
 * ```
 */
import { Context, Effect, Layer } from "effect"
import type { Drift } from "./Drift.ts"
import type { Reason } from "../model/Reason.ts"

/**
 * The listing and the connection that an event belongs to.
 *
 * @since 0.1.0
 * @category models
 */
export interface Source {
  readonly provider: string
  readonly connection: string
  readonly listing: string
  /** The scope as text, or `null` where the listing has none. */
  readonly scope: string | null
}

/**
 * A page arrived.
 *
 * @since 0.1.0
 * @category models
 */
export interface PageRead extends Source {
  readonly _tag: "PageRead"
  /** Counted from 0. */
  readonly page: number
  /** Rows in the vendor's answer. */
  readonly rows: number
  /** Jobs that match the query. */
  readonly jobs: number
  /** Rows that neighbouring pages had brought already, and which were dropped. */
  readonly repeats: number
  /** Rows that do not fit the vendor's documented form, and which were left out. */
  readonly rejected: ReadonlyArray<RejectedRow>
}

/**
 * A row that does not fit the vendor's documented form.
 *
 * @since 0.1.0
 * @category models
 */
export interface RejectedRow {
  /** Its place in the page, counted from 0. */
  readonly index: number
  /** The field that is wrong, such as `startTime` or `targets.0.name`; `""` where it is the row itself. */
  readonly path: string
  /** What is wrong with it. */
  readonly issue: string
  /** The row as the vendor sent it, with the connection's secrets taken out. */
  readonly raw: unknown
}

/**
 * A listing was read as far as the query wants.
 *
 * @since 0.1.0
 * @category models
 */
export interface Completed extends Source {
  readonly _tag: "Completed"
  readonly pages: number
  readonly jobs: number
  /**
   * `end`: everything was read. Otherwise what cut it: the query's `limit`, its `from` or `until`, the default `horizon` of an
   * endless listing, or that the vendor tells planned runs up to a time only, `known`.
   */
  readonly by: "end" | "limit" | "from" | "until" | "horizon" | "known"
  /** Where the default horizon cut an endless listing, or up to when the vendor tells planned runs: epoch milliseconds. */
  readonly horizon: number | null
}

/**
 * Something that a person should know, and that is no failure of the listing.
 *
 * @since 0.1.0
 * @category models
 */
export interface Noted extends Source {
  readonly _tag: "Noted"
  readonly message: string
}

/**
 * An attempt failed, and another one follows.
 *
 * @since 0.1.0
 * @category models
 */
export interface Retrying {
  readonly _tag: "Retrying"
  readonly provider: string
  readonly connection: string
  readonly reason: Reason
  /** How long it waits before the attempt, in milliseconds. */
  readonly wait: number
}

/**
 * A listing ended, and its answers differed from the plugin's schema.
 *
 * @since 0.1.0
 * @category models
 */
export interface Drifted extends Source {
  readonly _tag: "Drifted"
  readonly drift: ReadonlyArray<Drift>
}

/**
 * Any event.
 *
 * @since 0.1.0
 * @category models
 */
export type Event = PageRead | Completed | Noted | Drifted | Retrying

/**
 * The listener; none by default. Its effect runs in the reading fiber, so keep it short.
 *
 * @since 0.1.0
 * @category references
 */
export const Progress = Context.Reference<(event: Event) => Effect.Effect<void>>("@scanjobs/core/Progress", {
  defaultValue: () => () => Effect.void
})

/**
 * Sends every event to `listener`.
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = (listener: (event: Event) => Effect.Effect<void>): Layer.Layer<never> =>
  Layer.succeed(Progress, listener)
