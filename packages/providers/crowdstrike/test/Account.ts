/** An emulated account, and connections to it. */
import { NodeHttpClient } from "@effect/platform-node"
import { Progress, type Provider, type Query, RateLimit, RetryPolicy, type ScanError } from "@scanjobs/core"
import { CrowdStrike } from "@scanjobs/crowdstrike"
import type { CrowdStrikeEmulator, Row } from "@scanjobs/crowdstrike/emulator"
import { Effect, Layer, Redacted, Stream } from "effect"
import type { HttpClient } from "effect/http"

export type Account = Provider.ConnectionOf<typeof CrowdStrike>
export type ListingName = Provider.ListingOf<typeof CrowdStrike>
export type Job = Provider.JobOf<typeof CrowdStrike>

/** A connection to the emulator. */
export const connect = (
  { settings }: Pick<CrowdStrikeEmulator, "settings">,
  changes: Partial<Account> = {}
): Account => ({
  ...settings,
  provider: "crowdstrike",
  name: "falcon",
  clientSecret: Redacted.make(settings.clientSecret),
  ...changes
})

/** No quota, and short waits. */
export const Fast = Layer.mergeAll(
  NodeHttpClient.layerUndici,
  RateLimit.layerUnlimited,
  RetryPolicy.layer({ base: "1 millis", max: "2 millis", maxRetryAfter: "1 second" })
)

/** No quota, and the usual waits. */
export const Patient = Layer.merge(NodeHttpClient.layerUndici, RateLimit.layerUnlimited)

/** The jobs and the events of a reading. */
export interface Reading {
  readonly jobs: ReadonlyArray<Job>
  readonly ids: ReadonlyArray<string>
  readonly notes: ReadonlyArray<string>
  /** How listings ended, and up to when planned runs are known. */
  readonly ended: ReadonlyArray<readonly [by: string, horizon: number | null]>
  /** What differs from the schemas, but for fields that these rows do without. */
  readonly drift: ReadonlyArray<unknown>
  readonly error: ScanError.ScanError | undefined
}

/** Reads one listing, or all, to the end or to an error. */
export const read = (
  account: Account,
  listing?: ListingName,
  query: Query.Query = {},
  policies: Layer.Layer<HttpClient.HttpClient> = Fast
): Effect.Effect<Reading> =>
  Effect.gen(function* () {
    const jobs: Array<Job> = []
    const notes: Array<string> = []
    const drift: Array<unknown> = []
    const ended: Array<readonly [string, number | null]> = []
    const error = yield* CrowdStrike.jobs(account, query, listing === undefined ? {} : { listings: [listing] }).pipe(
      Stream.runForEach((job) => Effect.sync(() => void jobs.push(job))),
      Effect.as(undefined),
      Effect.catch((failed) => Effect.succeed(failed)),
      Effect.provide(
        Layer.merge(
          policies,
          Progress.layer((event) =>
            Effect.sync(() => {
              if (event._tag === "Noted") notes.push(event.message)
              if (event._tag === "Drifted") drift.push(...event.drift.filter(({ kind }) => kind !== "missing"))
              if (event._tag === "Completed") ended.push([event.by, event.horizon])
            })
          )
        )
      )
    )
    return { jobs, ids: jobs.map(({ vendorId }) => vendorId), notes, drift, ended, error }
  })

/** The beginning of 2026. */
export const newYear = Date.UTC(2026, 0, 1)

const minute = 60_000

export const iso = (millis: number): string => new Date(millis).toISOString()

const many = (count: number, row: (index: number) => Row): ReadonlyArray<Row> =>
  Array.from({ length: count }, (_, index) => row(index))

/** Runs of network scans, a minute apart. */
export const networkRuns = (count: number, changes: object = {}): ReadonlyArray<Row> =>
  many(count, (index) => ({
    id: `run-${String(index).padStart(5, "0")}`,
    scan_id: "scan-1",
    status: "error",
    type: "assessment",
    trigger_type: "scheduled",
    template_name: "Full assessment",
    progress_pct: 40,
    error_code: 7,
    error_reason: "the scanner is offline",
    created_timestamp: iso(newYear + index * minute),
    start_timestamp: iso(newYear + index * minute + 5000),
    end_timestamp: iso(newYear + index * minute + 25_000),
    ...changes
  }))

export const onDemandScans = (count: number, changes: object = {}): ReadonlyArray<Row> =>
  many(count, (index) => ({
    id: `ods-${String(index).padStart(5, "0")}`,
    status: "failed",
    description: "Laptops",
    profile_id: "profile-1",
    created_on: iso(newYear + index * minute),
    scan_started_on: iso(newYear + index * minute + 5000),
    scan_completed_on: iso(newYear + index * minute + 25_000),
    ...changes
  }))

/** A daily schedule in Berlin. */
export const daily = {
  frequency: "daily",
  start_date: "2026-01-05",
  start_time: "02:30",
  timezone: "Europe/Berlin"
}

export const networkScans = (count: number, changes: object = {}): ReadonlyArray<Row> =>
  many(count, (index) => ({
    id: `scan-${index}`,
    name: `Office ${index}`,
    type: "assessment",
    frequency: "daily",
    scheduling: daily,
    next_run_timestamp: "2026-01-06T01:30:00Z",
    created_timestamp: iso(newYear + index * minute),
    ...changes
  }))

export const scheduledScans = (count: number, changes: object = {}): ReadonlyArray<Row> =>
  many(count, (index) => ({
    id: `profile-${index}`,
    status: "scheduled",
    description: `Servers ${index}`,
    deleted: false,
    schedule: { start_timestamp: "2025-06-01T00:00:00Z", interval: 0 },
    created_on: iso(newYear + index * minute),
    ...changes
  }))
