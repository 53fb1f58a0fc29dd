/**
 * The jobs of some definitions within a span, and those that need attention one after another.
 */
import { Clock, Effect, Option, Stream } from "effect"
import type { SqlClient, Statement } from "effect/sql"
import { isUndecided } from "../store/Migrations.ts"
import { Store } from "../store/OpenStore.ts"
import * as JobRow from "../store/JobRow.ts"
import * as Rowset from "../store/Rowset.ts"
import type { StoredJob } from "../store/StoredJob.ts"
import type { StoreError } from "../store/StoreError.ts"
import * as Attention from "./Attention.ts"
import * as DefinitionViews from "./DefinitionViews.ts"
import * as JobById from "./JobById.ts"
import * as Outline from "./Outline.ts"

/**
 * A job of a definition, and why it needs attention. Its `raw` is `null`.
 *
 * @since 0.3.0
 * @category models
 */
export interface RowJob {
  /** The `id` of the definition, as its outline has it. */
  readonly definition: number
  readonly job: StoredJob
  readonly needs: Attention.Attention | null
}

/**
 * The definitions with these ids, by id, with their rhythm.
 *
 * @since 0.3.0
 * @category running
 */
export const definitionsOf = (
  ids: ReadonlyArray<number>
): Effect.Effect<ReadonlyMap<number, DefinitionViews.Definition>, StoreError, Store> =>
  Effect.map(
    Stream.runCollect(DefinitionViews.rhythms((sql) => sql`d.id IN ${Rowset.integers(sql, ids)}`)),
    (found) => new Map(found.map(({ definition, id }) => [id, definition]))
  )

/**
 * The definition of a job, by the job's id.
 *
 * @since 0.3.0
 * @category running
 */
export const definitionOf: (id: string) => Effect.Effect<Option.Option<DefinitionViews.Definition>, StoreError, Store> =
  Effect.fnUntraced(function* (id) {
    const store = yield* Store
    const found = yield* JobById.find(store, id)
    if (Option.isNone(found)) return Option.none()
    const { row, series } = found.value
    const ofJob = (sql: SqlClient.SqlClient) =>
      sql`d.id = (SELECT definition_id FROM job WHERE series_id = ${series} AND vendor_id = ${row.vendor_id})`
    return Option.map(yield* Stream.runHead(DefinitionViews.rhythms(ofJob)), ({ definition }) => definition)
  })

/**
 * About how many jobs each of these definitions has within a span; those without one are left out. An index answers it.
 *
 * @since 0.3.0
 * @category running
 */
export const jobCounts: (
  ids: ReadonlyArray<number>,
  span: Outline.Span
) => Effect.Effect<ReadonlyMap<number, number>, StoreError, Store> = Effect.fnUntraced(function* (ids, span) {
  const { attempt, sql } = yield* Store
  const rows = yield* attempt(sql<{ readonly id: number; readonly jobs: number | bigint }>`
    SELECT j.definition_id AS id, count(*) AS jobs FROM job j WHERE j.definition_id IN ${Rowset.integers(sql, ids)}
      AND j.start_time >= ${span.from - Outline.lookBack} AND j.start_time < ${span.until} GROUP BY j.definition_id`)
  return new Map(rows.map(({ id, jobs }) => [id, Number(jobs)]))
})

/** How many rows are read at once. */
const pageSize = 5000

interface Row extends JobRow.Row {
  readonly definition: number
}

/** What is still to be read: the rest of one definition, and then others. */
interface Place {
  readonly after: Row | undefined
  readonly ids: ReadonlyArray<number>
}

/**
 * The jobs of these definitions within a span, in no particular order: runs, and planned runs that no run met.
 *
 * @since 0.3.0
 * @category running
 */
export const rowJobs = (ids: ReadonlyArray<number>, span: Outline.Span): Stream.Stream<RowJob, StoreError, Store> =>
  Stream.unwrap(
    Effect.gen(function* () {
      const { attempt, sql } = yield* Store
      const named = yield* naming(ids)
      const select = selecting(sql)
      // What began before and is not over: these are few, and an index has them.
      const open = yield* attempt(sql<Row>`${select} AND ${Outline.isOpen(sql)} AND +j.start_time < ${span.from}
        AND +j.definition_id IN ${Rowset.integers(sql, ids)}`)
      const known = new Set(open.map(keyOf))
      const within = sql`${select} AND ${Outline.isWithin(sql, span)}`
      const order = sql`ORDER BY j.definition_id, j.start_time, j.series_id, j.vendor_id LIMIT ${pageSize}`
      const page = ({ after, ids: rest }: Place) =>
        after === undefined
          ? sql<Row>`${within} AND j.definition_id IN ${Rowset.integers(sql, rest)} ${order}`
          : sql<Row>`${within} AND j.definition_id = ${after.definition} AND j.start_time >= ${after.start_time}
              AND (j.start_time, j.series_id, j.vendor_id) > (${after.start_time}, ${after.series_id}, ${after.vendor_id}) ${order}`
      const first: Place = { after: undefined, ids: ids.toSorted((a, b) => a - b) }
      const rest = Stream.paginate(first, (place) =>
        Effect.map(attempt(page(place)), (rows) => [rows, nextOf(place, rows)] as const)
      )
      return Stream.concat(
        Stream.fromIterable(open),
        Stream.filter(rest, (row) => !known.has(keyOf(row)))
      ).pipe(Stream.map(named))
    })
  )

const nextOf = ({ after, ids }: Place, rows: ReadonlyArray<Row>): Option.Option<Place> => {
  const last = rows.at(-1)
  if (last !== undefined && rows.length === pageSize)
    return Option.some({ after: last, ids: ids.filter((id) => id > last.definition) })
  return after === undefined || ids.length === 0 ? Option.none() : Option.some({ after: undefined, ids })
}

/** Planned runs that no run met, and runs. */
const selecting = (sql: SqlClient.SqlClient): Statement.Fragment =>
  sql`SELECT ${JobRow.columns(sql, false)}, j.definition_id AS definition FROM ${JobRow.tables(sql)}
    WHERE j.kind IN ('run', 'occurrence') AND j.gone_at IS NULL AND j.met_vendor_id IS NULL`

const keyOf = ({ series_id, vendor_id }: Row): string => `${series_id} ${vendor_id}`

/** Says why jobs of these definitions need attention. */
const naming = Effect.fnUntraced(function* (ids: ReadonlyArray<number>) {
  const now = yield* Clock.currentTimeMillis
  const definitions = yield* definitionsOf(ids)
  return (row: Row): RowJob => {
    const job = JobRow.fromRow(row)
    const longest = definitions.get(row.definition)?.longest ?? null
    const isLong = longest !== null && Attention.isOpen(job) && now - (job.startTime ?? now) > longest
    return { definition: row.definition, job, needs: Attention.of(job, isLong) }
  }
})

/**
 * Which jobs that need attention are wanted.
 *
 * @since 0.3.0
 * @category models
 */
export interface AttentionOptions {
  /** Only those of these definitions. */
  readonly definitions?: ReadonlyArray<number> | undefined
  /** Only those that need it for one of these reasons. A silent definition has no job. */
  readonly of?: Attention.Attention | ReadonlyArray<Attention.Attention> | undefined
  /** How many of the first ones are left out. */
  readonly offset: number
  readonly limit: number
}

/**
 * The jobs within a span that need attention: those that run too long or run late, and then all others, each the latest first.
 *
 * @since 0.3.0
 * @category running
 */
export const attentionJobs: (
  span: Outline.Span,
  options: AttentionOptions
) => Effect.Effect<ReadonlyArray<RowJob>, StoreError, Store> = Effect.fnUntraced(function* (
  span,
  { definitions, limit, of, offset }
) {
  const { attempt, sql } = yield* Store
  const select = selecting(sql)
  const among = definitions === undefined ? sql`1 = 1` : sql`+j.definition_id IN ${Rowset.integers(sql, definitions)}`
  const open = yield* attempt(sql<Row>`${select} AND ${Outline.isOpen(sql)} AND +j.start_time < ${span.until}
    AND ${among} ORDER BY +j.start_time DESC, j.series_id, j.vendor_id`)
  const named = yield* naming([...new Set(open.map(({ definition }) => definition))])
  const reasons = of === undefined ? Attention.attentionNames : typeof of === "string" ? [of] : of
  const first = open.map(named).filter(({ needs }) => needs !== null && reasons.includes(needs))
  const found = first.slice(offset, offset + limit)
  const ofOthers = reasons.flatMap((name) => (name === "long" || name === "silent" ? [] : [`(${conditions[name]})`]))
  if (found.length === limit || ofOthers.length === 0) return found
  const reason = of === undefined ? sql`1 = 1` : sql.literal(`(${ofOthers.join(" OR ")})`)
  const rows =
    yield* attempt(sql<Row>`${select} AND ${Outline.isWithin(sql, span)} AND ${Outline.needs(sql)} AND ${reason}
    AND ${among} ORDER BY j.start_time DESC, j.series_id, j.vendor_id
    LIMIT ${limit - found.length} OFFSET ${Math.max(0, offset - first.length)}`)
  return [...found, ...rows.map(yield* naming([]))]
})

/**
 * Which planned runs are wanted.
 *
 * @since 0.3.0
 * @category models
 */
export interface PlannedOptions {
  /** Only those of these definitions. */
  readonly definitions?: ReadonlyArray<number> | undefined
  /** The most definitions that are told. */
  readonly limit: number
}

/**
 * The next planned run of each definition within a span, the soonest first, and how many planned runs the span has in all. One whose
 * time has come is told for as long as it may still start in time.
 *
 * @since 0.3.0
 * @category running
 */
export const planned: (
  span: Outline.Span,
  options: PlannedOptions
) => Effect.Effect<{ readonly total: number; readonly next: ReadonlyArray<RowJob> }, StoreError, Store> =
  Effect.fnUntraced(function* ({ from, until }, { definitions, limit }) {
    const { attempt, sql } = yield* Store
    const among = definitions === undefined ? sql`1 = 1` : sql`+j.definition_id IN ${Rowset.integers(sql, definitions)}`
    const within = sql`j.kind = 'occurrence' AND j.gone_at IS NULL AND ${sql.literal(isUndecided)}
      AND (j.verdict IS NULL OR j.verdict = 'due') AND j.met_vendor_id IS NULL
      AND j.start_time >= ${from} AND j.start_time < ${until} AND ${among}`
    const [count] = yield* attempt(
      sql<{ readonly jobs: number | bigint }>`SELECT count(*) AS jobs FROM job j WHERE ${within}`
    )
    const rows = yield* attempt(sql<Row>`${selecting(sql)} AND ${within}
      AND (j.definition_id, j.start_time) IN (SELECT j.definition_id, min(j.start_time) FROM job j WHERE ${within}
        GROUP BY j.definition_id ORDER BY min(j.start_time), j.definition_id LIMIT ${limit})
      ORDER BY j.start_time, j.definition_id, j.series_id, j.vendor_id`)
    const first = rows.filter(
      (row, index) => rows.findIndex(({ definition }) => definition === row.definition) === index
    )
    return { total: Number(count?.jobs ?? 0), next: first.map(yield* naming([])) }
  })

/** The jobs that are not open and need attention for a reason. */
const conditions: Readonly<Record<Exclude<Attention.Attention, "long" | "silent">, string>> = {
  missed: "j.kind = 'occurrence' AND j.verdict = 'missed'",
  overdue: "j.kind = 'occurrence' AND j.verdict = 'overdue'",
  unknown: "j.kind = 'occurrence' AND j.verdict = 'unknown'",
  failed: "j.kind = 'run' AND j.state = 'failed'",
  partial: "j.kind = 'run' AND j.state = 'partially_succeeded'",
  late: "j.verdict = 'late' AND (j.kind = 'occurrence' OR j.state NOT IN ('failed', 'partially_succeeded'))"
}
