/**
 * The emulator's pages: the rows that a request asks for, and links to its neighbours.
 */
import { HttpServerResponse, UrlParams } from "effect/http"
import type * as SyntheticScans from "./SyntheticScans.ts"

/** The query parameters of all operations that the emulator uses. */
export interface Query {
  readonly per_page?: number
  readonly page?: number
  readonly direction?: "asc" | "desc"
  readonly tool_name?: string
  readonly tool_guid?: string
  readonly ref?: string
  readonly pr?: number
  readonly sarif_id?: string
}

const is = (wanted: string | undefined, found: unknown) => wanted === undefined || wanted === found

/** The analyses that a request asks for. */
export const matching = (
  rows: SyntheticScans.Rows<SyntheticScans.Analysis>,
  { pr, ref, sarif_id, tool_guid, tool_name }: Query
): SyntheticScans.Rows<SyntheticScans.Analysis> => {
  const wanted = pr === undefined ? ref : `refs/pull/${pr}/merge`
  if ([wanted, sarif_id, tool_guid, tool_name].every((one) => one === undefined)) return rows
  return Array.from({ length: rows.length }, (_, index) => rows.at(index)).flatMap((row) => {
    if (row === undefined) return []
    const tool: object = typeof row["tool"] === "object" && row["tool"] !== null ? row["tool"] : {}
    const isMatch =
      (is(wanted, row["ref"]) || row["ref"] === `refs/heads/${wanted}`) &&
      is(sarif_id, row["sarif_id"]) &&
      is(tool_name, "name" in tool ? tool.name : undefined) &&
      is(tool_guid, "guid" in tool ? tool.guid : undefined)
    return isMatch ? [row] : []
  })
}

/** The same rows, the last one first. */
export const reversed = <Row>(rows: SyntheticScans.Rows<Row>): SyntheticScans.Rows<Row> => ({
  length: rows.length,
  at: (index) => (index >= 0 && index < rows.length ? rows.at(rows.length - 1 - index) : undefined)
})

/** A page, with links to the previous, next, first and last page where these are other pages. */
export const pageOf = (
  rows: SyntheticScans.Rows<object>,
  query: Query,
  address: string
): HttpServerResponse.HttpServerResponse => {
  const { page = 1, per_page = 30, ...others } = query
  const last = Math.max(1, Math.ceil(rows.length / per_page))
  const found: Array<object> = []
  for (let index = (page - 1) * per_page; index < Math.min(page * per_page, rows.length); index++) {
    const row = rows.at(index)
    if (row !== undefined) found.push(row)
  }
  const link = (rel: string, to: number) =>
    `<${address}?${UrlParams.toString(UrlParams.fromInput({ per_page: query.per_page, ...others, page: to }))}>; rel="${rel}"`
  const links = [
    ...(page > 1 ? [link("prev", Math.min(page - 1, last))] : []),
    ...(page < last ? [link("next", page + 1), link("last", last)] : []),
    ...(page > 1 ? [link("first", 1)] : [])
  ]
  return HttpServerResponse.jsonUnsafe(found, links.length === 0 ? {} : { headers: { link: links.join(", ") } })
}
