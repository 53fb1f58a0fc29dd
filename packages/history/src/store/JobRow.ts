/**
 * How a stored job is read from the database.
 */
import type { ScanJob } from "@scanjobs/core"
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
    d.vendor_id AS definition_id, j.name, j.category, j.state, j.vendor_state, j.detail, j.progress, j.start_time, j.finish_time,
    j.verdict, j.why, j.delay, j.first_seen`
  )

/** Jobs `j` with their series `s`, connection `c`, listing `l` and definition `d`. */
export const tables = (sql: SqlClient.SqlClient): Statement.Fragment =>
  sql.literal(
    `job j JOIN series s ON s.id = j.series_id JOIN connection c ON c.id = s.connection_id
    JOIN listing l ON l.id = j.listing_id JOIN definition d ON d.id = j.definition_id`
  )

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
  raw: row.raw === null ? null : JSON.parse(row.raw),
  verdict: row.verdict ?? (row.kind === "occurrence" && row.start_time !== null ? "planned" : null),
  why: row.why,
  delay: row.delay,
  firstSeen: row.first_seen
})

const placeOf = ({ connection, listing, provider }: Row): string =>
  [provider, connection, listing].map((part) => `${encodeURIComponent(part)}/`).join("")
