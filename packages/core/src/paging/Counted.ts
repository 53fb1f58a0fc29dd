/**
 * Pages that are found by a number: the offset of their first row, or their own number.
 */
import type * as Listing from "../contract/Listing.ts"
import { type Deepest, lastKey } from "./Deepest.ts"
import * as GivenOptions from "./GivenOptions.ts"
import * as PageSize from "./PageSize.ts"
import type { Request, Start, Strategy, Turn } from "./Strategy.ts"

/**
 * How many rows to request for each page: a whole number from 1 on, or a function that gives one, such as a setting of the
 * connection.
 *
 * @since 0.1.0
 * @category models
 */
export type Size<C, L extends Listing.Any> = number | ((start: Start<C, L>) => number)

/**
 * The rows to request: `size` rows from `offset` on.
 *
 * @since 0.1.0
 * @category models
 */
export interface Rows {
  /** The offset of the first row. */
  readonly offset: number
  readonly size: number
  /** Where the list is read on from its `deepest` row: the key of the row that `offset` counts from, which is in the list again. */
  readonly since?: string | undefined
}

/**
 * The page to request, by its number.
 *
 * @since 0.1.0
 * @category models
 */
export interface Page {
  readonly page: number
  /** How many rows a page has. */
  readonly size: number
}

/**
 * How the last page is recognised.
 *
 * - `empty`: it has no rows. Holds for every vendor, and costs one more request.
 * - `short`: it has fewer rows than requested. Loses rows where a vendor gives smaller pages than requested.
 * - `total`: it is empty and reaches the vendor's total; an empty page before that is a gap, and the listing continues behind
 *   it. Only for vendors whose total is documented and reliable.
 *
 * @since 0.1.0
 * @category models
 */
export type End = "empty" | "short" | "total"

/**
 * How the last page of numbered pages is recognised: by its rows, or by what the answer says.
 *
 * **Example** (a flag, and a header)
 *
 * ```ts
 * import { LinkHeader, type Listing, type Paging } from "@scanjobs/core"
 *
 * interface Answer {
 *   readonly body: { readonly has_more: boolean }
 *   readonly headers: { readonly [name: string]: string | undefined }
 * }
 * export const byFlag = { more: ({ body }: Answer) => body.has_more }
 * export const byHeader = { more: ({ headers }: Answer) => LinkHeader.find(headers["link"], "next") !== undefined }
 * export const byRows: Paging.LastPage<{}, Listing.Any> = { end: "short" }
 * ```
 *
 * @since 0.3.0
 * @category models
 */
export type LastPage<C, L extends Listing.Any> =
  | {
      /** By its rows. Default `empty`. */
      readonly end?: End
      readonly more?: never
    }
  | {
      /**
       * Whether the answer says that there are more pages, by a flag or a link. The page behind the last one is then never needed,
       * which some vendors refuse; pages that are read ahead may lie there, and what the vendor answers to them does not count.
       */
      readonly more: (turn: Turn<C, L>) => boolean
      readonly end?: never
    }

/** A strategy whose pages have numbers: each follows from the number before it and from how many rows came. */
const numbered = <C, L extends Listing.Any>(options: {
  readonly first: number
  readonly size: Size<C, L>
  readonly at: (start: Start<C, L>, place: number, size: number, since?: string) => Request<L>
  readonly numberOf: (request: Request<L>) => number
  readonly after: (place: number, rows: number) => number
  /** How many rows precede a place. */
  readonly before: (place: number, size: number) => number
  readonly end?: End | undefined
  readonly more?: ((turn: Turn<C, L>) => boolean) | undefined
  /** How many pages there are behind a place, where the vendor tells; `undefined` where it does not. */
  readonly left?: ((turn: Turn<C, L>, place: number) => number | undefined) | undefined
  readonly deepest?: Deepest<C, L> | undefined
}): Strategy<C, L> => {
  const { after, before, deepest, end, first, left, more, numberOf, size } = options
  const sizeOf = PageSize.of<Start<C, L>>(size)
  const isTooDeep = (place: number, asked: number) =>
    deepest !== undefined && before(place, asked) + asked > deepest.rows
  const at = (turn: Turn<C, L>, place: number) => {
    const asked = sizeOf(turn)
    // Where no row tells a key, the vendor may still give the page.
    const since = isTooDeep(place, asked) ? lastKey(deepest, turn) : undefined
    return since === undefined
      ? options.at(turn, place, asked, deepest?.since(turn.request))
      : options.at(turn, first, asked, since)
  }
  return {
    first: (start) => options.at(start, first, sizeOf(start)),
    next: (turn) => {
      const place = numberOf(turn.request)
      const asked = sizeOf(turn)
      const isMore = more === undefined ? isPositive(left?.(turn, place)) : flagOf(more(turn))
      if (isMore !== undefined) return isMore ? at(turn, after(place, turn.received || asked)) : undefined
      if (turn.received > 0) {
        return end === "short" && turn.received < asked ? undefined : at(turn, after(place, turn.received))
      }
      const isGap = end === "total" && turn.total !== undefined && before(place, asked) < turn.total
      return isGap ? at(turn, after(place, asked)) : undefined
    },
    ...(left === undefined ? {} : { pagesLeft: (turn) => left(turn, numberOf(turn.request)) }),
    ahead: (step) => {
      const since = deepest?.since(step.next)
      // The first page after the deepest one tells nothing of those that follow it.
      if (since !== deepest?.since(step.request)) return undefined
      const asked = sizeOf(step)
      const place = numberOf(step.next)
      const following = after(place, place - numberOf(step.request))
      return isTooDeep(following, asked) ? undefined : options.at(step, following, asked, since)
    },
    ...(more === undefined ? {} : { tellsLast: true })
  }
}

/** How many pages there are behind a page; `place` is how many there are before it. */
const leftOf = (pages: number | undefined, place: number) => (pages === undefined ? undefined : pages - place - 1)

const isPositive = (count: number | undefined) => (count === undefined ? undefined : count > 0)

/** In plain JavaScript, a flag of another name would be `undefined`, and the listing would end after its first page. */
const flagOf = (given: boolean): boolean => {
  if (typeof given === "boolean") return given
  throw new Error(
    `\`more\` gave ${JSON.stringify(given)}, which is neither true nor false: does the answer have this field? Compare, such as \`body.next !== null\``
  )
}

/** The options that {@link offset} and {@link pageNumber} share. */
const optional = ["start", "end", "more"]

/**
 * Pages by row offset: each page begins after the rows that came before it.
 *
 * **Example** (`skip` and `top` in the query)
 *
 * ```ts
 * import { Listing, Paging, type Provider, type ScanJob } from "@scanjobs/core"
 * import { Schema } from "effect"
 * import { HttpApiEndpoint } from "effect/http-api"
 *
 * const runs = Listing.make({
 *   row: Schema.Struct({ id: Schema.String }),
 *   endpoint: (row) =>
 *     HttpApiEndpoint.get("runs", "/runs", {
 *       query: { skip: Schema.Int, top: Schema.Int },
 *       success: Schema.Struct({ runs: Schema.Array(row) })
 *     })
 * })
 *
 * export const paging: Paging.Strategy<{ readonly pageSize?: number }, typeof runs> = Paging.offset({
 *   size: ({ connection }) => connection.pageSize ?? 100,
 *   request: (_, { offset, size }) => ({ query: { skip: offset, top: size } }),
 *   offset: ({ query }) => query.skip
 * })
 * ```
 *
 * @since 0.1.0
 * @category constructors
 */
export const offset = <C, L extends Listing.Any>(
  options: {
    /** The offset of the first row: 0, the default, or 1. */
    readonly start?: 0 | 1
    readonly size: Size<C, L>
    /** Requests the rows from an offset on. */
    readonly request: (start: Start<C, L>, place: Rows) => NoInfer<Request<L>>
    /** The offset in a request. */
    readonly offset: (request: NoInfer<Request<L>>) => number
    /** How to read on where offsets reach only so deep. A total that the vendor states is then that of the rest, and checks less. */
    readonly deepest?: NoInfer<Deepest<C, L>>
  } & LastPage<C, L>
): Strategy<C, L> => {
  GivenOptions.check("Paging.offset", options, {
    required: ["size", "request", "offset"],
    optional: [...optional, "deepest"]
  })
  if (options.deepest !== undefined) {
    GivenOptions.check("Paging.offset, deepest", options.deepest, { required: ["rows", "key", "since"] })
  }
  return numbered({
    ...options,
    first: options.start ?? 0,
    at: (start, place, size, since) =>
      options.request(start, { offset: place, size, ...(since === undefined ? {} : { since }) }),
    numberOf: options.offset,
    after: (place, rows) => place + rows,
    before: (place) => place - (options.start ?? 0)
  })
}

/**
 * Pages by number.
 *
 * **Example** (pages from 1 on, in the body)
 *
 * ```ts
 * import { Listing, Paging } from "@scanjobs/core"
 * import { Schema } from "effect"
 * import { HttpApiEndpoint } from "effect/http-api"
 *
 * const runs = Listing.make({
 *   row: Schema.Struct({ id: Schema.String }),
 *   endpoint: (row) =>
 *     HttpApiEndpoint.post("runs", "/runs", {
 *       payload: Schema.Struct({ page: Schema.Int, pageSize: Schema.Int }),
 *       success: Schema.Struct({ runs: Schema.Array(row) })
 *     })
 * })
 *
 * export const paging: Paging.Strategy<{}, typeof runs> = Paging.pageNumber({
 *   size: 100,
 *   request: (_, { page, size }) => ({ payload: { page, pageSize: size } }),
 *   page: ({ payload }) => payload.page
 * })
 * ```
 *
 * @since 0.1.0
 * @category constructors
 */
export const pageNumber = <C, L extends Listing.Any>(
  options: {
    /** The number of the first page: 1, the default, or 0. */
    readonly start?: 0 | 1
    readonly size: Size<C, L>
    /** Requests a page. */
    readonly request: (start: Start<C, L>, place: Page) => NoInfer<Request<L>>
    /** The page number in a request. */
    readonly page: (request: NoInfer<Request<L>>) => number
  } & (
    | (LastPage<C, L> & { readonly pages?: never })
    | {
        /**
         * How many pages there are, as the answer says: the listing ends at the last of them, and an empty page before it is a gap. No
         * page behind the last one is requested, not even ahead. Where it is `undefined`, the listing ends at an empty page.
         */
        readonly pages: (turn: Turn<C, L>) => number | undefined
        readonly end?: never
        readonly more?: never
      }
  )
): Strategy<C, L> => {
  GivenOptions.check("Paging.pageNumber", options, {
    required: ["size", "request", "page"],
    optional: [...optional, "pages"]
  })
  const { pages, start = 1 } = options
  return numbered({
    ...options,
    left: pages === undefined ? undefined : (turn, page) => leftOf(pages(turn), page - start),
    first: start,
    at: (start, page, size) => options.request(start, { page, size }),
    numberOf: options.page,
    after: (page) => page + 1,
    before: (page, size) => (page - start) * size
  })
}
