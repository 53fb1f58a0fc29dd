/**
 * Changes as rows of the table `change`, which is written with what it tells of.
 */
import { Effect } from "effect"
import type { SqlClient, Statement } from "effect/sql"
import type { Change, What } from "./Change.ts"
import * as JobRow from "./JobRow.ts"
import * as Rowset from "./Rowset.ts"

/** A change that is about to be written. */
export interface Told {
  readonly at: number
  readonly what: What
  readonly series_id: number
  readonly vendor_id: string
  readonly was: string | null
  readonly now: string | null
}

/** The ids of changes that were written together, both inclusive. No other change has an id between them. */
export interface Range {
  readonly first: number
  readonly last: number
}

/** Any number; all processes that write changes take this lock. */
const lock = 5_153_184

/** Writes changes within a transaction. */
export const write = Effect.fnUntraced(function* (sql: SqlClient.SqlClient, told: ReadonlyArray<Told>) {
  if (told.length === 0) return null
  // Ids are given in the order of commits, so that who has read up to an id has missed none before it.
  yield* sql.onDialectOrElse({
    pg: () => Effect.asVoid(sql`SELECT pg_advisory_xact_lock(${sql.literal(String(lock))})`),
    orElse: () => Effect.void
  })
  const rows = Rowset.make(sql, columns)
  const written = yield* sql<{ readonly id: number | bigint }>`
    INSERT INTO change (${rows.names}) SELECT ${rows.names} FROM ${rows.from(told.map((one) => ({ ...one })))} WHERE true RETURNING id`
  const ids = written.map(({ id }) => Number(id))
  return { first: Math.min(...ids), last: Math.max(...ids) } satisfies Range
})

const columns = {
  at: "number",
  what: "text",
  series_id: "integer",
  vendor_id: "text",
  was: "text",
  now: "text"
} as const

interface Row extends JobRow.Row {
  readonly change_id: number | bigint
  readonly at: number
  readonly what: What
  readonly was: string | null
  readonly now: string | null
}

/** Reads changes in the order of their ids. Those of jobs that were deleted are left out. */
export const read = (sql: SqlClient.SqlClient, where: Statement.Fragment, limit: number) =>
  Effect.map(
    sql<Row>`SELECT h.id AS change_id, h.at, h.what, h.was, h.now, ${JobRow.columns(sql)}
      FROM ${JobRow.tables(sql)} JOIN change h ON h.series_id = j.series_id AND h.vendor_id = j.vendor_id
      WHERE ${where} ORDER BY h.id LIMIT ${limit}`,
    (rows) =>
      rows.map((row): Change => ({
        id: Number(row.change_id),
        at: row.at,
        what: row.what,
        was: row.was,
        now: row.now,
        job: JobRow.fromRow(row)
      }))
  )
