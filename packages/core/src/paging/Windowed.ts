/**
 * Lists that are read window by window of time, for vendors that limit how much one request may span or how deep its pages go.
 */
import { Duration } from "effect"
import type * as Listing from "../contract/Listing.ts"
import type { Link } from "../contract/PageStrategy.ts"
import * as GivenOptions from "./GivenOptions.ts"
import type { Request, Start, Strategy, Turn } from "./Strategy.ts"

/**
 * A span of time: epoch milliseconds, `from` inclusive and `until` exclusive.
 *
 * @since 0.3.0
 * @category models
 */
export interface Window {
  readonly from: number
  readonly until: number
}

/**
 * Walks a span of time in windows, the earliest first. A window may be empty; the walk goes on behind it.
 *
 * Windows may be paged themselves, by `next`. A total that the vendor states is that of a window, so give no `total`.
 *
 * **Example** (a day at a time, from ninety days ago until now)
 *
 * ```ts
 * import { Listing, Paging } from "@scanjobs/core"
 * import { Schema } from "effect"
 * import { HttpApiEndpoint } from "effect/http-api"
 *
 * const runs = Listing.make({
 *   row: Schema.Struct({ id: Schema.String }),
 *   endpoint: (row) =>
 *     HttpApiEndpoint.get("runs", "/runs", {
 *       query: { from: Schema.Int, until: Schema.Int, cursor: Schema.optionalKey(Schema.String) },
 *       success: Schema.Struct({ runs: Schema.Array(row), next: Schema.NullOr(Schema.String) })
 *     })
 * })
 *
 * const day = 86_400_000
 *
 * export const paging: Paging.Strategy<{}, typeof runs> = Paging.windows({
 *   length: day,
 *   span: ({ now, query }) => ({ from: query.from ?? now - 90 * day, until: Math.min(now, query.until ?? now) }),
 *   request: (_, { from, until }) => ({ query: { from, until } }),
 *   window: ({ query }) => query,
 *   next: ({ body, request }) => (body.next === null ? undefined : { query: { ...request.query, cursor: body.next } })
 * })
 * ```
 *
 * @since 0.3.0
 * @category constructors
 */
export const windows = <C, L extends Listing.Any>(options: {
  /** How long a window is; the last one may be shorter. */
  readonly length: Duration.Input
  /** The whole span. Where it is empty, one window from its start is requested. */
  readonly span: (start: Start<C, L>) => Window
  /** The first request of a window. */
  readonly request: (start: Start<C, L>, window: Window) => NoInfer<Request<L>>
  /** The window of a request. */
  readonly window: (request: NoInfer<Request<L>>) => Window
  /** The next page of the same window; `undefined` at its end. Default: a window is one page. */
  readonly next?: (turn: Turn<C, L>) => NoInfer<Request<L>> | Link<NoInfer<Request<L>>> | undefined
}): Strategy<C, L> => {
  GivenOptions.check("Paging.windows", options, {
    required: ["length", "span", "request", "window"],
    optional: ["next"]
  })
  const length = Duration.toMillis(options.length)
  if (!(length > 0)) throw new Error("the `length` of a window must be a duration above 0")
  const windowAt = (from: number, until: number) => ({ from, until: Math.min(from + length, until) })
  const after = (start: Start<C, L>, from: number) => {
    const { until } = options.span(start)
    return from < until ? options.request(start, windowAt(from, until)) : undefined
  }
  return {
    first: (start) => {
      const { from, until } = options.span(start)
      return options.request(start, from < until ? windowAt(from, until) : { from, until: from + length })
    },
    next: (turn) => options.next?.(turn) ?? after(turn, options.window(turn.request).until),
    // There are only so many windows, so each of them is progress. Pages of one window may go round in a circle.
    advances: (turn) => options.next?.(turn) === undefined,
    ...(options.next === undefined ? { ahead: (step) => after(step, options.window(step.next).until) } : {})
  }
}
