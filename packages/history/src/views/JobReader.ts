/**
 * Reads stored jobs part by part, each after the last row of the one before.
 */
import { Effect, Option } from "effect"
import type { Statement } from "effect/sql"
import { type Service, Store } from "../store/OpenStore.ts"
import * as JobRow from "../store/JobRow.ts"
import type { StoreError } from "../store/StoreError.ts"
import * as Selection from "./Selection.ts"

/** The row after which the next part begins. */
export interface After {
  readonly start: number | null
  readonly series: number
  readonly vendorId: string
}

/** Which part is read: jobs with a start time come first. */
export interface Place {
  readonly part: "timed" | "untimed"
  readonly after: After | undefined
}

/** Where everything begins. */
export const first: Place = { part: "timed", after: undefined }

/** The place after a row. */
export const placeAfter = (after: After): Place => ({ part: after.start === null ? "untimed" : "timed", after })

/** What names a row. */
export const afterOf = (row: JobRow.Values): After => ({ start: row[16], series: row[6], vendorId: row[7] })

/** The last time that JavaScript can hold. Its negative is the first. */
const endOfTime = 8.64e15

/** The rows from a place on, at most so many, and where to go on; nowhere after the last one. */
export type Part = readonly [rows: ReadonlyArray<JobRow.Values>, next: Option.Option<Place>]

/** How parts are read. */
export interface Options {
  readonly raw: boolean
  readonly order: "ascending" | "descending"
}

/** What reads a part of the jobs that match. */
export const make: (
  selection: Selection.Selection,
  options: Options,
  among: (store: Service) => Statement.Fragment
) => Effect.Effect<(place: Place, count: number) => Effect.Effect<Part, StoreError>, never, Store> = Effect.fnUntraced(
  function* (selection, { order, raw }, among) {
    const store = yield* Store
    const { attempt, sql } = store
    const resolved = yield* Selection.resolve(selection)
    const { from, until } = resolved
    const where = [among(store), ...Selection.where(sql, resolved)]
    // The last row bounds the next part, because SQLite searches its index from one bound only.
    const timed = (after: After | undefined) => {
      const least = (order === "ascending" ? after?.start : undefined) ?? from ?? -endOfTime
      const most = order === "ascending" ? undefined : after?.start
      return [
        sql`j.start_time >= ${least}`,
        ...(most === undefined || most === null ? [] : [sql`j.start_time <= ${most}`]),
        ...(until === undefined ? [] : [sql`j.start_time < ${until}`])
      ]
    }
    const [beyond, direction] =
      order === "ascending" ? [sql.literal(">"), sql.literal("ASC")] : [sql.literal("<"), sql.literal("DESC")]
    const statement = ({ after, part }: Place, count: number) =>
      part === "timed"
        ? sql`SELECT ${JobRow.columns(sql, raw)} FROM ${JobRow.tables(sql)}
            WHERE ${sql.and([
              ...timed(after),
              ...(after === undefined
                ? []
                : [
                    sql`(j.start_time, j.series_id, j.vendor_id) ${beyond} (${after.start}, ${after.series}, ${after.vendorId})`
                  ]),
              ...where
            ])} ORDER BY j.start_time ${direction}, j.series_id ${direction}, j.vendor_id ${direction} LIMIT ${count}`
            .values
        : sql`SELECT ${JobRow.columns(sql, raw)} FROM ${JobRow.tables(sql)}
            WHERE ${sql.and([
              sql`j.start_time IS NULL`,
              ...(after === undefined ? [] : [sql`(j.series_id, j.vendor_id) > (${after.series}, ${after.vendorId})`]),
              ...where
            ])} ORDER BY j.series_id, j.vendor_id LIMIT ${count}`.values
    return (place, count) =>
      Effect.map(attempt(statement(place, count)), (found): Part => {
        const rows = JobRow.asValues(found)
        return [rows, nextOf(place, rows, count)]
      })
  }
)

const nextOf = (place: Place, rows: ReadonlyArray<JobRow.Values>, count: number): Option.Option<Place> => {
  const last = rows.at(-1)
  if (last !== undefined && rows.length === count) return Option.some({ ...place, after: afterOf(last) })
  return place.part === "timed" ? Option.some({ part: "untimed", after: undefined }) : Option.none()
}
