/**
 * Pages that the vendor names by a link.
 */
import type * as Listing from "../contract/Listing.ts"
import type { Link } from "../contract/PageStrategy.ts"
import * as EmptyPages from "./EmptyPages.ts"
import * as GivenOptions from "./GivenOptions.ts"
import * as LinkHeader from "./LinkHeader.ts"
import type { Request, Start, Strategy, Turn } from "./Strategy.ts"

/**
 * Follows the link in the body of each answer; see {@link link} for which links are followed.
 *
 * The listing ends where the link is `null`, `undefined` or `""`.
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
 *
 * @since 0.1.0
 * @category constructors
 */
export const nextLink = <C, L extends Listing.Any>(
  options: {
    /** The first request. */
    readonly request: (start: Start<C, L>) => NoInfer<Request<L>>
    /** The link to the next page. */
    readonly link: (body: Listing.BodyOf<L["~Endpoint"]>) => string | null | undefined
    /** Restores your own parameters, for vendors whose links drop some. */
    readonly follow?: (linked: NoInfer<Request<L>>, turn: Turn<C, L>) => NoInfer<Request<L>>
  } & EmptyPages.EmptyPages
): Strategy<C, L> => {
  GivenOptions.check("Paging.nextLink", options, { required: ["request", "link"], optional: ["follow", "emptyPages"] })
  return {
    first: options.request,
    next: (turn) => followed(options.link(turn.body), turn, options.follow),
    ...EmptyPages.advances<C, L>(options)
  }
}

/**
 * Follows the `Link` header with the relation `next` (RFC 8288); see {@link link} for which links are followed.
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
 *
 * @since 0.1.0
 * @category constructors
 */
export const linkHeader = <C, L extends Listing.Any>(
  options: {
    /** The first request. */
    readonly request: (start: Start<C, L>) => NoInfer<Request<L>>
    /** Restores your own parameters, for vendors whose links drop some. */
    readonly follow?: (linked: NoInfer<Request<L>>, turn: Turn<C, L>) => NoInfer<Request<L>>
  } & EmptyPages.EmptyPages
): Strategy<C, L> => {
  GivenOptions.check("Paging.linkHeader", options, { required: ["request"], optional: ["follow", "emptyPages"] })
  return {
    first: options.request,
    next: (turn) => followed(LinkHeader.find(turn.headers["link"], "next"), turn, options.follow),
    ...EmptyPages.advances<C, L>(options)
  }
}

/**
 * Makes a link that a `next` of your own can return. `null`, `undefined` and `""` mean that there is none.
 *
 * A link is followed only to the connection's own origin and to the listing's own endpoint, where it becomes a typed
 * request. A link to another origin fails as `ForeignLink`; one that the endpoint's schemas cannot read fails as `Malformed`.
 * In both cases no request is sent. `request` can restore your own parameters, for vendors whose links drop some.
 *
 * **Example** (a link that is only valid together with a flag)
 *
 * ```ts
 * import { Paging } from "@scanjobs/core"
 *
 * interface Body {
 *   readonly more: boolean
 *   readonly href: string
 * }
 * export const nextOf = (body: Body) => (body.more ? Paging.link(body.href) : undefined)
 * ```
 *
 * @since 0.1.0
 * @category constructors
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
