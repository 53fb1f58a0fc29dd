/**
 * Definitions and their rhythm: which ones are silent, and which runs take longer than ever.
 */
import type { ScanJob } from "@scanjobs/core"
import { Clock, Duration, Effect, Option, Stream } from "effect"
import type { SqlClient, Statement } from "effect/sql"
import * as Rhythm from "../judgement/Rhythm.ts"
import { openStates } from "../store/Migrations.ts"
import { type Service, Store } from "../store/OpenStore.ts"
import * as JobRow from "../store/JobRow.ts"
import type * as StoredJob from "../store/StoredJob.ts"
import type { StoreError } from "../store/StoreError.ts"
import * as RunReadings from "../sync/RunReadings.ts"

/**
 * What people call the scan: a schedule or a profile, or all runs of one name where the vendor has neither.
 *
 * @since 0.1.0
 * @category models
 */
export interface Definition {
  readonly provider: string
  readonly connection: string
  readonly scope: string | null
  /** The vendor's id; `null` where it has none. */
  readonly definitionId: string | null
  readonly name: string | null
  readonly category: ScanJob.Category
  /** When it last started, in epoch milliseconds. */
  readonly lastStart: number | null
  /** When it is planned next, in epoch milliseconds. */
  readonly nextStart: number | null
  /** By when it should run next, by its own rhythm; `null` where it has a plan, or no rhythm. */
  readonly expectedBy: number | null
  /** Whether a complete reading shows that it has not run by then. */
  readonly isSilent: boolean
  /** After how many milliseconds a run of it runs for too long, by its own past; `null` where too little is known. */
  readonly longest: number | null
}

/**
 * A run that takes longer than earlier runs of its definition.
 *
 * @since 0.1.0
 * @category models
 */
export interface LongRun {
  readonly job: StoredJob.StoredJob
  /** After how many milliseconds it was too long. */
  readonly longest: number
}

const pageSize = 500
/** How many runs say what is usual. */
const remembered = 20
/** A vendor may list a run this late. */
const lag = Duration.toMillis("2 minutes")

interface Row {
  readonly id: number
  readonly connection_id: number
  readonly provider: string
  readonly connection: string
  readonly name_key: string
  readonly vendor_id: string | null
  readonly scope: string
  readonly name: string | null
  readonly category: ScanJob.Category
  readonly next_start: number | null
  readonly has_plan: number
  readonly runs: string | null
}

/** Start, finish, state and listing. */
type Run = readonly [start: number, finish: number | null, state: string, listing: number]

/** The database has made the text, by the statement of {@link lastRuns}: decoding it would take longer than everything else. */
const decodeRuns = (text: string): ReadonlyArray<Run> => JSON.parse(text)

/** The last runs of definition `d`, as JSON. */
const lastRuns = (sql: SqlClient.SqlClient): Statement.Fragment => {
  const runs =
    sql.literal(`(SELECT start_time, finish_time, state, listing_id FROM job WHERE definition_id = d.id AND kind = 'run'
    AND gone_at IS NULL AND start_time IS NOT NULL AND state <> 'skipped' ORDER BY start_time DESC LIMIT ${remembered}) AS last`)
  return sql.onDialectOrElse({
    pg: () => sql`(SELECT json_agg(json_build_array(start_time, finish_time, state, listing_id))::text FROM ${runs})`,
    orElse: () => sql`(SELECT json_group_array(json_array(start_time, finish_time, state, listing_id)) FROM ${runs})`
  })
}

/**
 * Every definition, with its rhythm.
 *
 * @since 0.1.0
 * @category running
 */
export const definitions = (
  selection: { readonly connections?: ReadonlyArray<string> | undefined } = {}
): Stream.Stream<Definition, StoreError, Store> =>
  Stream.map(
    rhythms((sql) => {
      const { connections } = selection
      if (connections === undefined) return sql`1 = 1`
      return connections.length === 0 ? sql`1 = 0` : sql`c.name IN ${sql.in(connections)}`
    }),
    ({ definition }) => definition
  )

/** A definition, and the number by which the store knows it. */
export interface Numbered {
  readonly id: number
  readonly definition: Definition
}

/** The definitions `d` of connections `c` for which a condition holds. */
export const rhythms = (
  condition: (sql: SqlClient.SqlClient) => Statement.Fragment
): Stream.Stream<Numbered, StoreError, Store> =>
  Stream.unwrap(
    Effect.gen(function* () {
      const store = yield* Store
      const now = yield* Clock.currentTimeMillis
      const { attempt, sql } = store
      const wanted = condition(sql)
      const readings = new Map<number, RunReadings.RunReadings>()
      const page = (
        after: number
      ) => sql<Row>`SELECT d.id, d.connection_id, c.provider, c.name AS connection, d.name_key, d.vendor_id,
          d.scope, d.name, d.category,
          (SELECT min(start_time) FROM job WHERE definition_id = d.id AND kind = 'occurrence' AND gone_at IS NULL
            AND start_time > ${now}) AS next_start,
          d.has_plan,
          ${lastRuns(sql)} AS runs
        FROM definition d JOIN connection c ON c.id = d.connection_id
        WHERE d.id > ${after} AND ${wanted} ORDER BY d.id LIMIT ${pageSize}`
      return Stream.paginate(0, (after) =>
        Effect.gen(function* () {
          const rows = yield* attempt(page(after))
          const unread = rows.filter(({ connection_id }) => !readings.has(connection_id))
          for (const [id, found] of yield* readingsOf(store, unread)) readings.set(id, found)
          const last = rows.length < pageSize ? undefined : rows.at(-1)
          return [
            rows.map((row) => ({ id: row.id, definition: definitionOf(row, readings.get(row.connection_id) ?? []) })),
            last === undefined ? Option.none<number>() : Option.some(last.id)
          ] as const
        })
      )
    })
  )

/** What was read of the connections of these rows. */
const readingsOf = (
  { attempt, sql }: Service,
  rows: ReadonlyArray<{ readonly connection_id: number }>
): Effect.Effect<ReadonlyMap<number, RunReadings.RunReadings>, StoreError> =>
  rows.length === 0
    ? Effect.succeed(new Map())
    : attempt(RunReadings.loadMany(sql, [...new Set(rows.map(({ connection_id }) => connection_id))]))

const definitionOf = (row: Row, readings: RunReadings.RunReadings): Definition => {
  const runs = decodeRuns(row.runs ?? "[]").toReversed()
  const expectedBy = row.has_plan === 1 ? null : Rhythm.expectedBy(runs.map(([start]) => start))
  const { beganAt } = RunReadings.of(ofRuns(readings, runs), row.name_key, row.scope)
  return {
    provider: row.provider,
    connection: row.connection,
    scope: row.scope === "" ? null : row.scope,
    definitionId: row.vendor_id,
    name: row.name,
    category: row.category,
    lastStart: runs.at(-1)?.[0] ?? null,
    nextStart: row.next_start,
    expectedBy,
    isSilent: expectedBy !== null && beganAt !== null && beganAt - lag > expectedBy,
    longest: Rhythm.longestDuration(durationsOf(runs))
  }
}

/** What was read of the listings that bring these runs. One that never brought a run of a definition says nothing about it. */
const ofRuns = (readings: RunReadings.RunReadings, runs: ReadonlyArray<Run>): RunReadings.RunReadings =>
  RunReadings.among(readings, new Set(runs.map(([, , , listing]) => listing)))

const durationsOf = (runs: ReadonlyArray<Run>): ReadonlyArray<number> =>
  runs.flatMap(([start, finish, state]) =>
    finish !== null && (state === "succeeded" || state === "partially_succeeded") ? [finish - start] : []
  )

interface OpenRow extends JobRow.Row {
  readonly connection_id: number
  readonly name_key: string
  readonly definition_scope: string
  readonly changed_at: number
  readonly runs: string | null
}

/**
 * The runs that were still running when they were read last, for longer than earlier runs of their definition took.
 *
 * @since 0.1.0
 * @category running
 */
export const runningTooLong = (
  selection: { readonly connections?: ReadonlyArray<string> | undefined } = {}
): Stream.Stream<LongRun, StoreError, Store> =>
  Stream.fromIterableEffect(
    Effect.gen(function* () {
      const store = yield* Store
      const { attempt, sql } = store
      const rows =
        yield* attempt(sql<OpenRow>`SELECT ${JobRow.columns(sql)}, s.connection_id, d.name_key, d.scope AS definition_scope,
          j.changed_at, ${lastRuns(sql)} AS runs
        FROM ${JobRow.tables(sql)} WHERE j.kind = 'run' AND j.gone_at IS NULL AND j.state IN ${sql.literal(openStates)}
          AND j.state IN ('running', 'paused') AND +j.start_time IS NOT NULL ORDER BY +j.start_time`)
      const { connections } = selection
      const wanted = rows.filter(({ connection }) => connections === undefined || connections.includes(connection))
      const readings = yield* readingsOf(store, wanted)
      return wanted.flatMap((row): ReadonlyArray<LongRun> => {
        const runs = decodeRuns(row.runs ?? "[]").toReversed()
        const longest = Rhythm.longestDuration(durationsOf(runs))
        const readingsOfRuns = ofRuns(readings.get(row.connection_id) ?? [], runs)
        const { beganAt } = RunReadings.of(readingsOfRuns, row.name_key, row.definition_scope)
        // Nobody knows what became of it after it was read last.
        const readAt = Math.max(beganAt ?? 0, row.changed_at)
        return longest !== null && readAt - (row.start_time ?? readAt) > longest
          ? [{ job: JobRow.fromRow(row), longest }]
          : []
      })
    })
  )
