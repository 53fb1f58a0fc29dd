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
import * as JobById from "./JobById.ts"
import * as JobCursor from "./JobCursor.ts"
import * as JobReader from "./JobReader.ts"
import type * as Selection from "./Selection.ts"

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
): Stream.Stream<StoredJob.StoredJob, StoreError, Store> => read(selection, options, listed)

/** What the vendors list; a planned run that was met is the run that met it. */
const listed = ({ sql }: Service): Statement.Fragment => sql`j.gone_at IS NULL AND j.met_vendor_id IS NULL`

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
): Stream.Stream<StoredJob.StoredJob, StoreError, Store> => read(judged(selection), options, planned(selection))

const judged = (selection: Selection.Selection): Selection.Selection => ({
  verdicts: alarms,
  ...selection,
  kinds: ["occurrence"]
})

const planned =
  (selection: Selection.Selection) =>
  ({ sql }: Service): Statement.Fragment =>
    // In these words, the database finds alarms without looking at all other jobs.
    (selection.verdicts ?? alarms).every((verdict) => undecided.has(verdict))
      ? sql`j.kind = 'occurrence' AND j.gone_at IS NULL AND ${sql.literal(isUndecided)}`
      : sql`j.kind = 'occurrence' AND (j.gone_at IS NULL OR j.verdict = 'withdrawn')`

/** The verdicts of {@link isUndecided}. */
const undecided: ReadonlySet<Verdict.Name> = new Set(["due", "overdue", "missed", "unknown"])

/**
 * The job with an id.
 *
 * @since 0.1.0
 * @category running
 */
export const job = (id: string): Effect.Effect<Option.Option<StoredJob.StoredJob>, StoreError, Store> =>
  Effect.flatMap(Store, (store) =>
    Effect.map(
      JobById.find(store, id),
      Option.map(({ row }) => JobRow.fromRow(row))
    )
  )

const read = (
  selection: Selection.Selection,
  { limit = Number.POSITIVE_INFINITY, order = "ascending", raw = true }: JobOptions,
  among: (store: Service) => Statement.Fragment
): Stream.Stream<StoredJob.StoredJob, StoreError, Store> =>
  Stream.unwrap(
    Effect.map(JobReader.make(selection, { order, raw }, among), (part) =>
      Stream.paginate({ place: JobReader.first, left: limit }, ({ left, place }) => {
        const count = Math.min(pageSize, left)
        if (count <= 0) return Effect.succeed([[], Option.none()] as const)
        return Effect.map(part(place, count), ([rows, next]) => {
          const after = Option.map(next, (one) => ({ place: one, left: left - rows.length }))
          return [JobRow.fromValues(rows), after] as const
        })
      })
    )
  )

/**
 * A page of jobs, and where the next one begins.
 *
 * @since 0.3.0
 * @category models
 */
export interface JobPage {
  readonly jobs: ReadonlyArray<StoredJob.StoredJob>
  /** Give it as `cursor` for the next page; `null` after the last one. */
  readonly next: string | null
}

/**
 * How a page of jobs is read.
 *
 * @since 0.3.0
 * @category models
 */
export interface JobPageOptions extends Omit<JobOptions, "limit"> {
  /** The most jobs of a page. Default 100. */
  readonly limit?: number | undefined
  /** What `next` of the page before was, read with the same selection. */
  readonly cursor?: string | undefined
  /** Which view is paged: {@link jobs}, or planned runs as in {@link verdicts}. Default `jobs`. */
  readonly of?: "jobs" | "verdicts" | undefined
  /** The most characters of the jobs of a page as JSON; a page has at least one job. Default: as many as there are. */
  readonly characters?: number | undefined
}

/**
 * One page of jobs, for readers who come back for the next. What comes or goes before its last job shifts nothing.
 *
 * @since 0.3.0
 * @category running
 */
export const jobPage: (
  selection?: Selection.Selection,
  options?: JobPageOptions
) => Effect.Effect<JobPage, JobCursor.CursorUnreadable | StoreError, Store> = Effect.fnUntraced(function* (
  selection = {},
  { characters = Number.POSITIVE_INFINITY, cursor, limit = 100, of = "jobs", order = "ascending", raw = true } = {}
) {
  const [wanted, among] = of === "jobs" ? [selection, listed] : [judged(selection), planned(selection)]
  const part = yield* JobReader.make(wanted, { order, raw }, among)
  let place = Option.some(cursor === undefined ? JobReader.first : JobReader.placeAfter(yield* JobCursor.read(cursor)))
  const found: Array<JobRow.Values> = []
  // One more tells whether there is a next page.
  while (Option.isSome(place) && found.length <= limit) {
    const [rows, next] = yield* part(place.value, limit + 1 - found.length)
    found.push(...rows)
    place = next
  }
  const jobs = withinCharacters(JobRow.fromValues(found.slice(0, limit)), characters)
  const last = found[jobs.length - 1]
  const next = jobs.length === found.length || last === undefined ? null : JobCursor.write(JobReader.afterOf(last))
  return { jobs, next }
})

const withinCharacters = (
  jobs: ReadonlyArray<StoredJob.StoredJob>,
  most: number
): ReadonlyArray<StoredJob.StoredJob> => {
  if (most === Number.POSITIVE_INFINITY) return jobs
  let used = 0
  const beyond = jobs.findIndex((job) => (used += JSON.stringify(job).length) > most)
  return beyond === -1 ? jobs : jobs.slice(0, Math.max(1, beyond))
}
