/**
 * What a sync found to be different. Changes have ascending ids, so that a reader can go on where it stopped.
 *
 * **Example** (a line for each change)
 *
 * ```ts
 * import { Change } from "@scanjobs/history"
 * import { Schema } from "effect"
 *
 * export const Wanted = Schema.Array(Change.What)
 * export const line = ({ id, job, now, was, what }: Change.Change) => `${id} ${what} ${job.name}: ${was} -> ${now}`
 * ```
 */
import { Effect, Schema } from "effect"
import type { SqlClient, Statement } from "effect/sql"
import * as Rowset from "./Rowset.ts"
import * as StoredJob from "./StoredJob.ts"

/**
 * What is different:
 *
 * - `new`: a run or a definition was not there before.
 * - `state`: the vendor gives it another state. `was` and `now` are states.
 * - `verdict`: something else became of a planned run. `was` and `now` are verdicts.
 * - `gone`: the vendor no longer lists it, although it was not over.
 *
 * The first complete reading of a listing tells what there is, and is no news. Neither is a planned run that comes into sight. Of the
 * planned runs of a definition that are withdrawn together, only the first one is told.
 *
 * @since 0.1.0
 * @category schemas
 */
export const What = Schema.Literals(["new", "state", "verdict", "gone"])
/**
 * What is different.
 *
 * @since 0.1.0
 * @category models
 */
export type What = typeof What.Type

/**
 * A change, with the job as it is now.
 *
 * @since 0.1.0
 * @category models
 */
export interface Change {
  /** Ascending, in the order in which changes were written. */
  readonly id: number
  /** When it was found, in epoch milliseconds. */
  readonly at: number
  readonly what: What
  readonly was: string | null
  readonly now: string | null
  readonly job: StoredJob.StoredJob
}

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

interface Row extends StoredJob.Row {
  readonly change_id: number | bigint
  readonly at: number
  readonly what: What
  readonly was: string | null
  readonly now: string | null
}

/** Reads changes in the order of their ids. Those of jobs that were deleted are left out. */
export const read = (sql: SqlClient.SqlClient, where: Statement.Fragment, limit: number) =>
  Effect.map(
    sql<Row>`SELECT h.id AS change_id, h.at, h.what, h.was, h.now, ${StoredJob.columns(sql)}
      FROM ${StoredJob.tables(sql)} JOIN change h ON h.series_id = j.series_id AND h.vendor_id = j.vendor_id
      WHERE ${where} ORDER BY h.id LIMIT ${limit}`,
    (rows) =>
      rows.map(
        (row): Change => ({
          id: Number(row.change_id),
          at: row.at,
          what: row.what,
          was: row.was,
          now: row.now,
          job: StoredJob.fromRow(row)
        })
      )
  )
