/**
 * Pages of a list, in the ways in which vendors cut them, so that an emulator's handler is a line or two.
 *
 * **Example** (a handler that counts rows, and one that links)
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

/** A page, and where the next one is; `null` where there is none. */
export interface Page<out Row, out Next> {
  readonly rows: ReadonlyArray<Row>
  readonly next: Next | null
}

/** The page that begins at an offset, counted from 0. */
export const at = <Row>(all: ReadonlyArray<Row>, offset: number, size: number): Page<Row, number> => {
  const end = offset + size
  return { rows: all.slice(offset, end), next: end < all.length ? end : null }
}

const marker = "offset:"

/**
 * The page that a token names, or the first one without a token. Tokens can be read by nobody else, as it should be; one
 * that was not given by this function is a violation.
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

/** The page of what comes after a key, or the first one without; keys must grow from row to row. */
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

/** The address of the request under way, with this query in place of its own. */
export const link = ({ baseUrl, entry }: Exchange, query: UrlParams.Input): string =>
  `${baseUrl}${entry.path}?${UrlParams.toString(UrlParams.fromInput(query))}`

/** The `Link` header that leads to the request under way with another query; no header where that is `null`. */
export const linkHeader = (exchange: Exchange, query: UrlParams.Input | null): { readonly link?: string } =>
  query === null ? {} : { link: `<${link(exchange, query)}>; rel="next"` }
