/**
 * How a stored job is read from the database.
 */
import { ScanJob } from "@scanjobs/core"
import type { SqlClient, Statement } from "effect/sql"
import type * as Verdict from "../judgement/Verdict.ts"
import type { StoredJob } from "./StoredJob.ts"

/** A row of {@link columns}. */
export interface Row {
  readonly provider: string
  readonly connection: string
  readonly listing: string
  readonly scope: string
  readonly id_scope: string
  readonly series_id: number
  readonly vendor_id: string
  readonly kind: ScanJob.Kind
  readonly definition_id: string | null
  readonly name: string | null
  readonly category: ScanJob.Category
  readonly state: ScanJob.State
  readonly vendor_state: string | null
  readonly detail: string | null
  readonly progress: number | null
  readonly start_time: number | null
  readonly finish_time: number | null
  readonly link: string | null
  readonly raw: string | null
  readonly verdict: Verdict.Name | null
  readonly why: Verdict.Why | null
  readonly delay: number | null
  readonly first_seen: number
}

/** What {@link fromRow} needs of {@link tables}. */
export const columns = (sql: SqlClient.SqlClient, withRaw = true): Statement.Fragment =>
  sql.literal(
    `${withRaw ? "j.raw" : "NULL AS raw"}, c.provider, c.name AS connection, l.name AS listing, s.scope, s.id_scope, j.series_id, j.vendor_id, j.kind,
    d.vendor_id AS definition_id, j.name, j.category, j.state, j.vendor_state, j.detail, j.progress, j.start_time, j.finish_time, j.link,
    j.verdict, j.why, j.delay, j.first_seen`
  )

/** Jobs `j` with their series `s`, connection `c`, listing `l` and definition `d`. */
export const tables = (sql: SqlClient.SqlClient): Statement.Fragment =>
  sql.literal(
    `job j JOIN series s ON s.id = j.series_id JOIN connection c ON c.id = s.connection_id
    JOIN listing l ON l.id = j.listing_id JOIN definition d ON d.id = j.definition_id`
  )

/** The order of {@link columns}. */
type Names = readonly [
  "raw",
  "provider",
  "connection",
  "listing",
  "scope",
  "id_scope",
  "series_id",
  "vendor_id",
  "kind",
  "definition_id",
  "name",
  "category",
  "state",
  "vendor_state",
  "detail",
  "progress",
  "start_time",
  "finish_time",
  "link",
  "verdict",
  "why",
  "delay",
  "first_seen"
]

/** The values of a row in the order of {@link columns}, which are read twice as fast as by their names. */
export type Values = ValuesOf<Names>

type ValuesOf<N extends ReadonlyArray<keyof Row>> = { readonly [K in keyof N]: Row[N[K]] }

/** The statement selects {@link columns} and nothing else. */
export const asValues = (rows: ReadonlyArray<ReadonlyArray<unknown>>) => rows as unknown as ReadonlyArray<Values>

/** The jobs of rows. */
export const fromValues = (rows: ReadonlyArray<Values>): ReadonlyArray<StoredJob> => {
  let last: Values | undefined
  let place = ""
  return rows.map((row) => {
    if (last === undefined || last[1] !== row[1] || last[2] !== row[2] || last[3] !== row[3]) {
      place = placeOf({ provider: row[1], connection: row[2], listing: row[3] })
    }
    last = row
    const [raw, , , , scope, , , , kind] = row
    const start = row[16]
    return {
      provider: row[1],
      connection: row[2],
      listing: row[3],
      scope: scope === "" ? null : scope,
      id: `${place}${row[5]}${row[7]}`,
      vendorId: row[7],
      kind,
      definitionId: row[9],
      name: row[10],
      category: row[11],
      state: row[12],
      vendorState: row[13],
      detail: row[14],
      progress: row[15],
      startTime: start,
      finishTime: row[17],
      link: ScanJob.linkOf(row[18]),
      raw: raw === null ? null : JSON.parse(raw),
      verdict: verdictOf(row[19], kind, start),
      why: row[20],
      delay: row[21],
      firstSeen: row[22]
    }
  })
}

/** What was not judged because its time has not come is planned. */
const verdictOf = (verdict: Verdict.Name | null, kind: ScanJob.Kind, start: number | null): Verdict.Name | null =>
  verdict ?? (kind === "occurrence" && start !== null ? "planned" : null)

/** The job of a row. */
export const fromRow = (row: Row): StoredJob => ({
  provider: row.provider,
  connection: row.connection,
  listing: row.listing,
  scope: row.scope === "" ? null : row.scope,
  id: `${placeOf(row)}${row.id_scope}${row.vendor_id}`,
  vendorId: row.vendor_id,
  kind: row.kind,
  definitionId: row.definition_id,
  name: row.name,
  category: row.category,
  state: row.state,
  vendorState: row.vendor_state,
  detail: row.detail,
  progress: row.progress,
  startTime: row.start_time,
  finishTime: row.finish_time,
  link: ScanJob.linkOf(row.link),
  raw: row.raw === null ? null : JSON.parse(row.raw),
  verdict: verdictOf(row.verdict, row.kind, row.start_time),
  why: row.why,
  delay: row.delay,
  firstSeen: row.first_seen
})

const placeOf = ({ connection, listing, provider }: Pick<Row, "provider" | "connection" | "listing">): string =>
  [provider, connection, listing].map((part) => `${encodeURIComponent(part)}/`).join("")
