/**
 * The limits that make every listing end.
 *
 * A page that brings no new row is barren. Two or three barren pages in a row are normal where rows shift while they are read.
 *
 * **Example** (at most a thousand pages, and no rejected row)
 *
 * ```ts
 * import { PageGuard } from "@scanjobs/core"
 * import { Effect } from "effect"
 *
 * export const Strict = PageGuard.layer({ maxPages: 1000, maxRejected: 0 })
 * export const maxPages = Effect.map(PageGuard.PageGuard, (guard) => guard.maxPages)
 * ```
 */
import { Context, Layer } from "effect"

/**
 * The bounds of a listing.
 *
 * @since 0.1.0
 * @category models
 */
export interface PageGuard {
  /** The most pages of one listing. Default 1,000,000. */
  readonly maxPages: number
  /** How many barren pages in a row are normal. One more means that the listing has ended or stalled. Default 3. */
  readonly maxBarren: number
  /**
   * How many rows of one listing may be rejected before it fails as `TooManyRejected`. Default: any number, because the other
   * rows are good, and each rejected one is reported.
   */
  readonly maxRejected: number
  /**
   * How many rows of an endless listing are read before its horizon must have been reached. Beyond that it counts as stalled,
   * because its vendor gives no times or only old ones. Default 200,000.
   */
  readonly maxEndless: number
  /**
   * The most jobs that one answer may give. One row may plan many runs, which take far more memory than the row. Beyond that the
   * listing fails as `Malformed`. Default 500,000.
   */
  readonly maxPageJobs: number
}

const defaults: PageGuard = {
  maxPages: 1_000_000,
  maxBarren: 3,
  maxRejected: Number.POSITIVE_INFINITY,
  maxEndless: 200_000,
  maxPageJobs: 500_000
}

/**
 * The bounds in use.
 *
 * @since 0.1.0
 * @category references
 */
export const PageGuard = Context.Reference<PageGuard>("@scanjobs/core/PageGuard", { defaultValue: () => defaults })

/**
 * Replaces the bounds; what is not given keeps its default.
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = (options: Partial<PageGuard>): Layer.Layer<never> =>
  Layer.succeed(PageGuard, { ...defaults, ...options })
