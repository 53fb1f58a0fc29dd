/**
 * How a listing goes from one page to the next: the common ways as values, and what the others are made of.
 *
 * A strategy stands under `paging` in the verbs of a listing, and everything in it is inferred from the listing's nouns. Its
 * `request` says how a place is asked for, in the query, the body, the path or a header, whatever the endpoint has; that
 * is all that differs between vendors. No strategy ends a listing by a total that the vendor states.
 */
import * as LinkHeader from "./LinkHeader.ts"
import type * as Listing from "../contract/Listing.ts"
import type * as PageStrategy from "../contract/PageStrategy.ts"
import * as PageSize from "./PageSize.ts"

type Start<C, L extends Listing.Any> = Listing.Start<C, L>
type Turn<C, L extends Listing.Any> = Listing.Turn<C, L>
type Request<L extends Listing.Any> = Listing.RequestOf<L["~Endpoint"]>

/** Two consecutive requests. */
export type Step<C, L extends Listing.Any> = Start<C, L> & PageStrategy.Consecutive<Request<L>>

/** A vendor's link to the next page, not yet trusted. */
export type Link<Request> = PageStrategy.Link<Request>

export { isLink } from "../contract/PageStrategy.ts"

/** How a listing goes from page to page. */
export type Strategy<C, L extends Listing.Any> = PageStrategy.PageStrategy<Start<C, L>, Turn<C, L>, Request<L>>

/** How many rows to ask for, from 1 on: a number, or what the connection says. */
export type Size<C, L extends Listing.Any> = number | ((start: Start<C, L>) => number)

/** Rows by their number. */
export interface Rows {
  /** The number of the first one. */
  readonly offset: number
  /** How many. */
  readonly size: number
}

/** A page by its number. */
export interface Page {
  readonly page: number
  /** How many rows a page has. */
  readonly size: number
}

/**
 * What the last page looks like: it is `empty`, which holds for every vendor and costs one request more; or it is `short`,
 * with fewer rows than asked for, which loses rows where a vendor gives smaller pages than it is asked for. `total` is for vendors
 * whose total is documented and right: a page without rows before it is a gap, behind which the listing goes on, or else fails.
 */
export type End = "empty" | "short" | "total"

/** Places that are numbers, so that each follows from the one before and from how many rows came. */
const numbered = <C, L extends Listing.Any>(options: {
  readonly first: number
  readonly size: Size<C, L>
  readonly at: (start: Start<C, L>, place: number, size: number) => Request<L>
  readonly numberOf: (request: Request<L>) => number
  readonly after: (place: number, rows: number) => number
  /** How many rows come before a place. */
  readonly before: (place: number, size: number) => number
  readonly end?: End | undefined
}): Strategy<C, L> => {
  const { after, before, end, first, numberOf, size } = options
  const sizeOf = PageSize.of<Start<C, L>>(size)
  const at = (start: Start<C, L>, place: number) => options.at(start, place, sizeOf(start))
  return {
    first: (start) => at(start, first),
    next: (turn) => {
      const place = numberOf(turn.request)
      const asked = sizeOf(turn)
      if (turn.received > 0) {
        return end === "short" && turn.received < asked ? undefined : at(turn, after(place, turn.received))
      }
      const isGap = end === "total" && turn.total !== undefined && before(place, asked) < turn.total
      return isGap ? at(turn, after(place, asked)) : undefined
    },
    ahead: (step) => {
      const place = numberOf(step.next)
      return at(step, after(place, place - numberOf(step.request)))
    }
  }
}

/**
 * Counts rows: each page begins after the rows that came before it.
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
 */
export const offset = <C, L extends Listing.Any>(options: {
  /** The offset of the first row: 0, the default, or 1. */
  readonly start?: 0 | 1
  readonly size: Size<C, L>
  /** How the rows from an offset on are asked for. */
  readonly request: (start: Start<C, L>, place: Rows) => NoInfer<Request<L>>
  /** The offset that a request asks for. */
  readonly offset: (request: NoInfer<Request<L>>) => number
  /** Default `empty`. */
  readonly end?: End
}): Strategy<C, L> =>
  numbered({
    ...options,
    first: options.start ?? 0,
    at: (start, place, size) => options.request(start, { offset: place, size }),
    numberOf: options.offset,
    after: (place, rows) => place + rows,
    before: (place) => place - (options.start ?? 0)
  })

/**
 * Counts pages.
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
 */
export const pageNumber = <C, L extends Listing.Any>(options: {
  /** The number of the first page: 1, the default, or 0. */
  readonly start?: 0 | 1
  readonly size: Size<C, L>
  /** How a page is asked for. */
  readonly request: (start: Start<C, L>, place: Page) => NoInfer<Request<L>>
  /** The page that a request asks for. */
  readonly page: (request: NoInfer<Request<L>>) => number
  /** Default `empty`. */
  readonly end?: End
}): Strategy<C, L> =>
  numbered({
    ...options,
    first: options.start ?? 1,
    at: (start, page, size) => options.request(start, { page, size }),
    numberOf: options.page,
    after: (page) => page + 1,
    before: (page, size) => (page - (options.start ?? 1)) * size
  })

/**
 * Hands back the token that each answer carries. `null`, `undefined` and `""` mean that there is none, which is the end.
 *
 * **Example** (a token in the answer, sent back in the query)
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
 *       query: { cursor: Schema.optionalKey(Schema.String) },
 *       success: Schema.Struct({ runs: Schema.Array(row), next: Schema.NullOr(Schema.String) })
 *     })
 * })
 *
 * export const paging: Paging.Strategy<{}, typeof runs> = Paging.cursor({
 *   request: (_, token) => ({ query: token === undefined ? {} : { cursor: token } }),
 *   token: ({ body }) => body.next
 * })
 * ```
 */
export const cursor = <C, L extends Listing.Any>(options: {
  /** How the page that a token names is asked for; the first page has none. */
  readonly request: (start: Start<C, L>, token: string | undefined) => NoInfer<Request<L>>
  /** The token that an answer carries, in its body or its headers. */
  readonly token: (turn: Turn<C, L>) => string | null | undefined
}): Strategy<C, L> => ({
  first: (start) => options.request(start, undefined),
  next: (turn) => {
    const token = options.token(turn)
    return token === null || token === undefined || token === "" ? undefined : options.request(turn, token)
  }
})

/**
 * Follows the link in each answer's body; see {@link link} for what may be followed.
 *
 * **Example** (a link that drops the page size)
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
 *       query: { after: Schema.optionalKey(Schema.String), top: Schema.optionalKey(Schema.Int) },
 *       success: Schema.Struct({ runs: Schema.Array(row), next: Schema.optionalKey(Schema.String) })
 *     })
 * })
 *
 * export const paging: Paging.Strategy<{}, typeof runs> = Paging.nextLink({
 *   request: () => ({ query: { top: 100 } }),
 *   link: ({ next }) => next,
 *   follow: (linked) => ({ query: { ...linked.query, top: 100 } })
 * })
 * ```
 */
export const nextLink = <C, L extends Listing.Any>(options: {
  /** The first request. */
  readonly request: (start: Start<C, L>) => NoInfer<Request<L>>
  /** The link that an answer carries. */
  readonly link: (body: Listing.BodyOf<L["~Endpoint"]>) => string | null | undefined
  /** Puts one's own parameters back, for vendors whose links drop some. */
  readonly follow?: (linked: NoInfer<Request<L>>, turn: Turn<C, L>) => NoInfer<Request<L>>
}): Strategy<C, L> => ({
  first: options.request,
  next: (turn) => followed(options.link(turn.body), turn, options.follow)
})

/**
 * Follows the `Link` header with the relation `next`, of RFC 8288.
 *
 * **Example** (GitHub's way)
 *
 * ```ts
 * import { Listing, Paging } from "@scanjobs/core"
 * import { Schema } from "effect"
 * import { HttpApiEndpoint } from "effect/http-api"
 *
 * const runs = Listing.make({
 *   row: Schema.Struct({ id: Schema.Int }),
 *   endpoint: (row) =>
 *     HttpApiEndpoint.get("runs", "/runs", {
 *       query: { page: Schema.optionalKey(Schema.Int), per_page: Schema.optionalKey(Schema.Int) },
 *       success: Schema.Array(row)
 *     })
 * })
 *
 * export const paging: Paging.Strategy<{}, typeof runs> = Paging.linkHeader({
 *   request: () => ({ query: { per_page: 100 } })
 * })
 * ```
 */
export const linkHeader = <C, L extends Listing.Any>(options: {
  /** The first request. */
  readonly request: (start: Start<C, L>) => NoInfer<Request<L>>
  /** Puts one's own parameters back, for vendors whose links drop some. */
  readonly follow?: (linked: NoInfer<Request<L>>, turn: Turn<C, L>) => NoInfer<Request<L>>
}): Strategy<C, L> => ({
  first: options.request,
  next: (turn) => followed(LinkHeader.find(turn.headers["link"], "next"), turn, options.follow)
})

/**
 * Asks for what comes after the last row so far, by a key that only grows.
 *
 * **Example** (ids that grow)
 *
 * ```ts
 * import { Listing, Paging } from "@scanjobs/core"
 * import { Schema } from "effect"
 * import { HttpApiEndpoint } from "effect/http-api"
 *
 * const runs = Listing.make({
 *   row: Schema.Struct({ id: Schema.Int }),
 *   endpoint: (row) =>
 *     HttpApiEndpoint.get("runs", "/runs", {
 *       query: { after_id: Schema.optionalKey(Schema.Int), limit: Schema.Int },
 *       success: Schema.Array(row)
 *     })
 * })
 *
 * export const paging: Paging.Strategy<{}, typeof runs> = Paging.keyset({
 *   key: (row) => row.id,
 *   request: (_, after) => ({ query: { limit: 100, ...(after === undefined ? {} : { after_id: after }) } })
 * })
 * ```
 *
 * A page whose rows are all rejected has no key to go on from; the listing then fails as `PaginationStalled`.
 */
export const keyset = <C, L extends Listing.Any, Key>(options: {
  /** The key of a row. */
  readonly key: (row: L["~Row"]["Type"]) => Key
  /** How the rows after a key are asked for; the first page has none. */
  readonly request: (start: Start<C, L>, after: NoInfer<Key> | undefined) => NoInfer<Request<L>>
}): Strategy<C, L> => ({
  first: (start) => options.request(start, undefined),
  next: (turn) => {
    if (turn.received === 0) return undefined
    const last = turn.rows.at(-1)
    // Asked again, the loop's own guard says what is wrong.
    return last === undefined ? turn.request : options.request(turn, options.key(last))
  }
})

/**
 * Asks once: everything is on one page.
 *
 * **Example** (a list that is not paged)
 *
 * ```ts
 * import { Listing, Paging } from "@scanjobs/core"
 * import { Schema } from "effect"
 * import { HttpApiEndpoint } from "effect/http-api"
 *
 * const runs = Listing.make({
 *   row: Schema.Struct({ id: Schema.Int }),
 *   endpoint: (row) =>
 *     HttpApiEndpoint.get("runs", "/projects/:project/runs", {
 *       params: { project: Schema.String },
 *       success: Schema.Array(row)
 *     }),
 *   scope: Schema.String
 * })
 *
 * export const paging: Paging.Strategy<{}, typeof runs> = Paging.single({
 *   request: ({ scope }) => ({ params: { project: scope } })
 * })
 * ```
 */
export const single = <C, L extends Listing.Any>(options: {
  /** The request. */
  readonly request: (start: Start<C, L>) => NoInfer<Request<L>>
}): Strategy<C, L> => ({ first: options.request, next: () => undefined })

/**
 * Follows a link that the vendor gives. `null`, `undefined` and `""` mean that there is none.
 *
 * The link is followed only within the connection's own origin and to the listing's own endpoint, and it becomes a typed
 * request: a link to another origin is the error `ForeignLink`, and one that the endpoint's schemas cannot read is
 * `Malformed`. In neither case is a request sent. `request` may put one's own parameters back, for vendors whose links drop
 * some.
 */
export const link = <Request>(
  href: string | null | undefined,
  request: (linked: Request) => Request = (linked) => linked
): Link<Request> | undefined =>
  href === null || href === undefined || href === "" ? undefined : { _tag: "Link", href, request }

const followed = <C, L extends Listing.Any>(
  href: string | null | undefined,
  turn: Turn<C, L>,
  follow: ((linked: Request<L>, turn: Turn<C, L>) => Request<L>) | undefined
): Link<Request<L>> | undefined => link(href, follow === undefined ? undefined : (linked) => follow(linked, turn))
