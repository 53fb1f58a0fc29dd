/**
 * Stored jobs, page by page.
 */
import { Effect, Option, Stream } from "effect"
import type { Statement } from "effect/sql"
import type * as Verdict from "../judgement/Verdict.ts"
import { isUndecided } from "../store/Migrations.ts"
import { type Service, Store } from "../store/OpenStore.ts"
import * as JobRow from "../store/JobRow.ts"
import type * as StoredJob from "../store/StoredJob.ts"
import type { StoreError } from "../store/StoreError.ts"
import * as Selection from "./Selection.ts"

/**
 * How stored jobs are read.
 *
 * @since 0.1.0
 * @category models
 */
export interface JobOptions {
  /** Whether the vendors' rows are read, too; otherwise `raw` is `null`. Default true. */
  readonly raw?: boolean | undefined
  /** The order of start time; jobs without one come last. Default `ascending`. */
  readonly order?: "ascending" | "descending" | undefined
  /** The most jobs. Default: all. */
  readonly limit?: number | undefined
}

/** The last time that JavaScript can hold. Its negative is the first. */
const endOfTime = 8.64e15

/** How many rows are read at once. */
const pageSize = 2000

/**
 * The jobs that match, as the vendors listed them last: what is gone is left out, and a planned run that was met is the run that met it.
 *
 * @since 0.1.0
 * @category running
 */
export const jobs = (
  selection: Selection.Selection = {},
  options: JobOptions = {}
): Stream.Stream<StoredJob.StoredJob, StoreError, Store> =>
  read(selection, options, ({ sql }) => sql`j.gone_at IS NULL AND j.met_vendor_id IS NULL`)

/** What people look for first. */
const alarms: ReadonlyArray<Verdict.Name> = ["overdue", "missed"]

/**
 * Planned runs by what became of them; by default those that are overdue or were missed.
 *
 * @since 0.1.0
 * @category running
 */
export const verdicts = (
  selection: Selection.Selection = {},
  options: JobOptions = {}
): Stream.Stream<StoredJob.StoredJob, StoreError, Store> =>
  read({ verdicts: alarms, ...selection, kinds: ["occurrence"] }, options, ({ sql }) =>
    // In these words, the database finds alarms without looking at all other jobs.
    (selection.verdicts ?? alarms).every((verdict) => undecided.has(verdict))
      ? sql`j.kind = 'occurrence' AND j.gone_at IS NULL AND ${sql.literal(isUndecided)}`
      : sql`j.kind = 'occurrence' AND (j.gone_at IS NULL OR j.verdict = 'withdrawn')`
  )

/** The verdicts of {@link isUndecided}. */
const undecided: ReadonlySet<Verdict.Name> = new Set(["due", "overdue", "missed", "unknown"])

/**
 * The job with an id.
 *
 * @since 0.1.0
 * @category running
 */
export const job = (id: string): Effect.Effect<Option.Option<StoredJob.StoredJob>, StoreError, Store> =>
  Effect.gen(function* () {
    const { attempt, sql } = yield* Store
    const [, connection = ""] = id.split("/")
    const name = decodeName(connection)
    const ids = yield* attempt(sql<{ readonly id: number; readonly place: string }>`
      SELECT s.id, s.id_scope AS place FROM series s JOIN connection c ON c.id = s.connection_id
      WHERE c.name = ${name} AND s.id_scope IS NOT NULL`)
    const rest = id.split("/").slice(3).join("/")
    for (const series of ids) {
      if (!rest.startsWith(series.place)) continue
      const rows = yield* attempt(sql<JobRow.Row>`SELECT ${JobRow.columns(sql)} FROM ${JobRow.tables(sql)}
        WHERE j.series_id = ${series.id} AND j.vendor_id = ${rest.slice(series.place.length)}`)
      const found = rows.map(JobRow.fromRow).find((one) => one.id === id)
      if (found !== undefined) return Option.some(found)
    }
    return Option.none()
  })

/** A name that is no text for a URL is no name of a connection. */
const decodeName = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    return ""
  }
}

/** The row after which the next page begins. */
interface After {
  readonly start: number | null
  readonly series: number
  readonly vendorId: string
}

/** Which part is read: jobs with a start time come first. */
interface Place {
  readonly part: "timed" | "untimed"
  readonly after: After | undefined
  readonly left: number
}

const read = (
  selection: Selection.Selection,
  { limit = Number.POSITIVE_INFINITY, order = "ascending", raw = true }: JobOptions,
  among: (store: Service) => Statement.Fragment
): Stream.Stream<StoredJob.StoredJob, StoreError, Store> =>
  Stream.unwrap(
    Effect.gen(function* () {
      const store = yield* Store
      const { attempt, sql } = store
      const resolved = yield* Selection.resolve(selection)
      const { from, until } = resolved
      const where = [among(store), ...Selection.where(sql, resolved)]
      // The last row bounds the next page, because SQLite searches its index from one bound only.
      const timed = (after: After | undefined) => {
        const first = (order === "ascending" ? after?.start : undefined) ?? from ?? -endOfTime
        const last = order === "ascending" ? undefined : after?.start
        return [
          sql`j.start_time >= ${first}`,
          ...(last === undefined || last === null ? [] : [sql`j.start_time <= ${last}`]),
          ...(until === undefined ? [] : [sql`j.start_time < ${until}`])
        ]
      }
      const [beyond, direction] =
        order === "ascending" ? [sql.literal(">"), sql.literal("ASC")] : [sql.literal("<"), sql.literal("DESC")]
      const page = ({ after, part }: Place, count: number) =>
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
                ...(after === undefined
                  ? []
                  : [sql`(j.series_id, j.vendor_id) > (${after.series}, ${after.vendorId})`]),
                ...where
              ])} ORDER BY j.series_id, j.vendor_id LIMIT ${count}`.values
      const first: Place = { part: "timed", after: undefined, left: limit }
      return Stream.paginate(first, (place) => {
        const count = Math.min(pageSize, place.left)
        if (count <= 0) return Effect.succeed([[], Option.none<Place>()] as const)
        return Effect.map(attempt(page(place, count)), (found) => {
          const rows = JobRow.asValues(found)
          return [JobRow.fromValues(rows), nextOf(place, rows, count)] as const
        })
      })
    })
  )

const nextOf = (place: Place, rows: ReadonlyArray<JobRow.Values>, count: number): Option.Option<Place> => {
  const last = rows.at(-1)
  const left = place.left - rows.length
  if (last !== undefined && rows.length === count) {
    const after = { start: last[16], series: last[6], vendorId: last[7] }
    return Option.some({ ...place, after, left })
  }
  return place.part === "timed" ? Option.some({ part: "untimed", after: undefined, left }) : Option.none()
}
