/**
 * Cuts a list into pages in the ways that vendors do, for an emulator's handlers.
 *
 * **Example** (pages by offset, and pages by link)
 *
 * ```ts
 * import { type Emulator, Pages } from "@scanjobs/testing"
 *
 * declare const runs: ReadonlyArray<{ readonly id: string }>
 *
 * export const counted = ({ query }: { readonly query: { readonly skip: number; readonly top: number } }) => ({
 *   runs: Pages.at(runs, query.skip, query.top).rows,
 *   total: runs.length
 * })
 *
 * export const linked = (query: { readonly skip: number; readonly top: number }, exchange: Emulator.Exchange) => {
 *   const { next, rows } = Pages.at(runs, query.skip, query.top)
 *   return { runs: rows, next: next === null ? null : Pages.link(exchange, { ...query, skip: next }) }
 * }
 * ```
 */
import { Effect } from "effect"
import { UrlParams } from "effect/http"
import { Base64Url } from "effect/encoding"
import { type Exchange, Violation } from "./Exchange.ts"

/**
 * A page, and where the next one begins; `next` is `null` on the last page.
 *
 * @since 0.1.0
 * @category models
 */
export interface Page<out Row, out Next> {
  readonly rows: ReadonlyArray<Row>
  readonly next: Next | null
}

/**
 * The page that begins at an offset, counted from 0.
 *
 * @since 0.1.0
 * @category constructors
 */
export const at = <Row>(all: ReadonlyArray<Row>, offset: number, size: number): Page<Row, number> => {
  const end = offset + size
  return { rows: all.slice(offset, end), next: end < all.length ? end : null }
}

const marker = "offset:"

/**
 * The page that a token names, or the first page without a token. Fails with a violation for a token that this function did not make.
 *
 * **Example** (a handler of a vendor with tokens)
 *
 * ```ts
 * import { Pages } from "@scanjobs/testing"
 * import { Effect } from "effect"
 * import { HttpServerResponse } from "effect/http"
 *
 * declare const runs: ReadonlyArray<{ readonly id: string }>
 *
 * export const handler = ({ query }: { readonly query: { readonly token?: string } }) =>
 *   Effect.map(Pages.byToken(runs, query.token, 100), ({ next, rows }) =>
 *     HttpServerResponse.jsonUnsafe({ runs: rows, nextToken: next })
 *   )
 * ```
 *
 * @since 0.1.0
 * @category constructors
 */
export const byToken = <Row>(
  all: ReadonlyArray<Row>,
  token: string | undefined,
  size: number
): Effect.Effect<Page<Row, string>, Violation> => {
  const offset = token === undefined ? 0 : offsetOf(token)
  if (offset === undefined) return Effect.fail(new Violation({ problem: "the token is not one of this vendor's" }))
  const { next, rows } = at(all, offset, size)
  return Effect.succeed({ rows, next: next === null ? null : Base64Url.encode(`${marker}${next}`) })
}

const offsetOf = (token: string): number | undefined => {
  const text = Buffer.from(token, "base64url").toString()
  return text.startsWith(marker) && /^\d+$/.test(text.slice(marker.length))
    ? Number(text.slice(marker.length))
    : undefined
}

/**
 * The page of the rows after a key, or the first page without one. Keys must increase from row to row.
 *
 * **Example** (a vendor that asks for the last id)
 *
 * ```ts
 * import { Pages } from "@scanjobs/testing"
 *
 * declare const runs: ReadonlyArray<{ readonly id: number }>
 *
 * export const page = (afterId: number | undefined) => Pages.after(runs, ({ id }) => id, afterId, 100)
 * ```
 *
 * @since 0.1.0
 * @category constructors
 */
export const after = <Row, Key extends string | number>(
  all: ReadonlyArray<Row>,
  key: (row: Row) => Key,
  last: NoInfer<Key> | undefined,
  size: number
): Page<Row, Key> => {
  const start = last === undefined ? 0 : all.findIndex((row) => key(row) > last)
  const { next, rows } = at(all, start === -1 ? all.length : start, size)
  const end = rows.at(-1)
  return { rows, next: next === null || end === undefined ? null : key(end) }
}

/**
 * The address of the current request with another query.
 *
 * @since 0.1.0
 * @category accessors
 */
export const link = ({ baseUrl, entry }: Exchange, query: UrlParams.Input): string =>
  `${baseUrl}${entry.path}?${UrlParams.toString(UrlParams.fromInput(query))}`

/**
 * The `Link` header (RFC 8288) that leads to the current request with another query; no header if the query is `null`.
 *
 * **Example** (an answer whose header leads to the next page)
 *
 * ```ts
 * import { type Emulator, Pages } from "@scanjobs/testing"
 * import { HttpServerResponse } from "effect/http"
 *
 * export const answer = (exchange: Emulator.Exchange, rows: ReadonlyArray<unknown>, next: number | null) =>
 *   HttpServerResponse.jsonUnsafe(rows, { headers: Pages.linkHeader(exchange, next === null ? null : { page: next }) })
 * ```
 *
 * @since 0.1.0
 * @category accessors
 */
export const linkHeader = (exchange: Exchange, query: UrlParams.Input | null): { readonly link?: string } =>
  query === null ? {} : { link: `<${link(exchange, query)}>; rel="next"` }
