/**
 * Pages that are found by a value of the page before: a token, or the key of its last row.
 */
import type * as Listing from "../contract/Listing.ts"
import * as EmptyPages from "./EmptyPages.ts"
import * as GivenOptions from "./GivenOptions.ts"
import type { Request, Start, Strategy, Turn } from "./Strategy.ts"

/**
 * Sends back the token that each answer carries.
 *
 * The listing ends where the token is `null`, `undefined` or `""`.
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
 *
 * @since 0.1.0
 * @category constructors
 */
export const cursor = <C, L extends Listing.Any>(
  options: {
    /** Requests the page that `token` names; it is `undefined` for the first page. */
    readonly request: (start: Start<C, L>, token: string | undefined) => NoInfer<Request<L>>
    /** The token of an answer, from its body or its headers. */
    readonly token: (turn: Turn<C, L>) => string | null | undefined
  } & EmptyPages.EmptyPages
): Strategy<C, L> => {
  GivenOptions.check("Paging.cursor", options, { required: ["request", "token"], optional: ["emptyPages"] })
  return {
    first: (start) => options.request(start, undefined),
    next: (turn) => {
      const token = options.token(turn)
      return token === null || token === undefined || token === "" ? undefined : options.request(turn, token)
    },
    ...EmptyPages.advances<C, L>(options)
  }
}

/**
 * Requests the rows after the last row so far, by a key that only grows.
 *
 * The listing ends at a page without rows. If every row of a page is rejected, there is no key to continue from, and the
 * listing fails as `PaginationStalled`.
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
 * @since 0.1.0
 * @category constructors
 */
export const keyset = <C, L extends Listing.Any, Key>(options: {
  /** The key of a row. */
  readonly key: (row: L["~Row"]["Type"]) => Key
  /** Requests the rows after `after`; it is `undefined` for the first page. */
  readonly request: (start: Start<C, L>, after: NoInfer<Key> | undefined) => NoInfer<Request<L>>
}): Strategy<C, L> => {
  GivenOptions.check("Paging.keyset", options, { required: ["key", "request"] })
  return {
    first: (start) => options.request(start, undefined),
    next: (turn) => {
      if (turn.received === 0) return undefined
      const last = turn.rows.at(-1)
      // The page loop reports a repeated request as `PaginationStalled`.
      return last === undefined ? turn.request : options.request(turn, options.key(last))
    }
  }
}
