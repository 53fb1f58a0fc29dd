/**
 * What is wrong now, by what the store knows. An alarm is open from when it is found until something shows that it is over.
 */
import { ScanJob } from "@scanjobs/core"
import { Clock, Duration, Effect, Option, Schema, Stream } from "effect"
import type { SqlClient, Statement } from "effect/sql"
import * as JobRow from "../store/JobRow.ts"
import { type Service, Store } from "../store/OpenStore.ts"
import type { StoredJob } from "../store/StoredJob.ts"
import type { StoreError } from "../store/StoreError.ts"
import { connections } from "../views/ConnectionViews.ts"
import { definitions, runningTooLong } from "../views/DefinitionViews.ts"
import { Cause } from "./Notice.ts"

/** What identifies a job, whichever listing brings it. */
const JobPlace = Schema.Struct({ scope: Schema.NullOr(Schema.String), vendorId: Schema.String, kind: ScanJob.Kind })

/** What an alarm is about, as it is told. */
export const Alarm = Schema.Struct({
  /** Identifies the event, so that it is told once. */
  key: Schema.String,
  cause: Cause,
  provider: Schema.String,
  connection: Schema.String,
  name: Schema.NullOr(Schema.String),
  job: Schema.NullOr(Schema.String),
  /** `null` where it is about no single job. */
  place: Schema.NullOr(JobPlace),
  /** Epoch milliseconds. */
  time: Schema.NullOr(Schema.Finite),
  detail: Schema.NullOr(Schema.String)
})
export type Alarm = typeof Alarm.Type

const day = Duration.toMillis("1 day")

/** How old a run may be and still raise an alarm. */
const runsOf = 7 * day
const plansOf = 35 * day

/** A connection that fails for less time is not told: vendors have short outages. */
const failingFor = Duration.toMillis("30 minutes")

/** All that is wrong now. */
export const current = Effect.gen(function* () {
  const store = yield* Store
  const now = yield* Clock.currentTimeMillis
  const judged = yield* jobs(
    store,
    store.sql`j.kind = 'occurrence' AND j.gone_at IS NULL AND j.verdict IN ('missed', 'overdue') AND j.start_time > ${now - plansOf}`
  )
  const failed = yield* jobs(
    store,
    store.sql`j.kind = 'run' AND j.state = 'failed' AND j.start_time > ${now - runsOf} AND NOT EXISTS (${laterSuccess(store.sql)})`
  )
  const silent = yield* Stream.runCollect(Stream.filter(definitions(), ({ isSilent }) => isSilent))
  const long = yield* Stream.runCollect(runningTooLong())
  const failing = (yield* connections).filter(
    ({ failingSince }) => failingSince !== null && now - failingSince >= failingFor
  )
  const alarms: ReadonlyArray<Alarm> = [
    ...judged.map((job) => ofJob(job.verdict === "missed" ? "missed" : "overdue", job)),
    ...failed.map((job) => ofJob("failed", job)),
    ...long.map(({ job }) => ofJob("running_too_long", job)),
    ...silent.map(({ connection, definitionId, expectedBy, lastStart, name, provider, scope }): Alarm => ({
      key: keyOf("silent", [connection, scope, definitionId, name, lastStart]),
      cause: "silent",
      provider,
      connection,
      name,
      job: null,
      place: null,
      time: lastStart,
      detail: expectedBy === null ? null : `it should have run by ${new Date(expectedBy).toISOString()}`
    })),
    ...failing.map(({ failingSince, failures, name, provider }): Alarm => ({
      key: keyOf("connection_failing", [name, failingSince]),
      cause: "connection_failing",
      provider,
      connection: name,
      name: null,
      job: null,
      place: null,
      time: failingSince,
      detail: failures[0]?.message ?? null
    }))
  ]
  return alarms
})

const jobs = ({ attempt, sql }: Service, where: Statement.Fragment) =>
  Effect.map(
    attempt(
      sql<JobRow.Row>`SELECT ${JobRow.columns(sql, false)} FROM ${JobRow.tables(sql)} WHERE ${where}
        ORDER BY j.start_time, j.series_id, j.vendor_id`
    ),
    (rows) => rows.map(JobRow.fromRow)
  )

const ofJob = (cause: Cause, job: StoredJob): Alarm => ({
  key: keyOf(cause, [job.connection, job.scope, job.vendorId]),
  cause,
  provider: job.provider,
  connection: job.connection,
  name: job.name ?? job.vendorId,
  job: job.id,
  place: { scope: job.scope, vendorId: job.vendorId, kind: job.kind },
  time: job.startTime,
  detail: job.detail
})

const keyOf = (cause: Cause, parts: ReadonlyArray<string | number | null>): string => JSON.stringify([cause, ...parts])

/** Of an alarm that is no longer current: whether something shows that it is over. Another one is only too old to be told. */
export const isOver = (alarm: Alarm): Effect.Effect<boolean, StoreError, Store> =>
  Effect.gen(function* () {
    if (alarm.cause === "connection_failing") {
      const known = (yield* connections).find(({ name }) => name === alarm.connection)
      return known !== undefined && known.failingSince === null
    }
    if (alarm.cause === "silent") {
      const ran = yield* Stream.runCollect(
        Stream.filter(
          definitions({ connections: [alarm.connection] }),
          ({ isSilent, lastStart, name }) => name === alarm.name && !isSilent && (lastStart ?? 0) > (alarm.time ?? 0)
        )
      )
      return ran.length > 0
    }
    const found = yield* jobOf(alarm)
    if (Option.isNone(found)) return false
    const { state, verdict } = found.value.job
    switch (alarm.cause) {
      case "missed":
      case "overdue":
        return verdict !== null && settled.has(verdict)
      case "failed":
        return state !== "failed" || found.value.hasSucceededSince
      case "running_too_long":
        return !running.has(state)
    }
  })

const settled: ReadonlySet<string> = new Set(["ran", "late", "skipped", "cancelled", "withdrawn"])
const running: ReadonlySet<ScanJob.State> = new Set<ScanJob.State>(["running", "paused"])

/** The job of an alarm as it is now, and whether its definition has succeeded after it. */
const jobOf = Effect.fnUntraced(function* ({ connection, place }: Alarm) {
  if (place === null) return Option.none()
  const { attempt, sql } = yield* Store
  const { kind, scope, vendorId } = place
  const [row] = yield* attempt(
    sql<JobRow.Row & { readonly later: number }>`SELECT ${JobRow.columns(sql, false)},
        CASE WHEN EXISTS (${laterSuccess(sql)}) THEN 1 ELSE 0 END AS later
      FROM ${JobRow.tables(sql)}
      WHERE c.name = ${connection} AND s.scope = ${scope ?? ""} AND j.vendor_id = ${vendorId} AND j.kind = ${kind}`
  )
  return row === undefined
    ? Option.none()
    : Option.some({ job: JobRow.fromRow(row), hasSucceededSince: row.later === 1 })
})

const laterSuccess = (sql: SqlClient.SqlClient) =>
  sql.literal(`SELECT 1 FROM job k WHERE k.definition_id = j.definition_id AND k.kind = 'run' AND k.start_time > j.start_time
    AND k.state IN ('succeeded', 'partially_succeeded')`)
