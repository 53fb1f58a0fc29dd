/** An emulated project, and connections to it. */
import { NodeHttpClient } from "@effect/platform-node"
import {
  Progress,
  type Provider,
  type Query,
  RateLimit,
  RetryPolicy,
  type ScanError,
  type ScanJob
} from "@scanjobs/core"
import { Google } from "@scanjobs/google"
import * as GoogleEmulator from "@scanjobs/google/emulator"
import { Effect, Layer, Redacted, type Result, Stream } from "effect"

export type Connection = Provider.ConnectionOf<typeof Google>

/** Every listing of the provider. */
export type ListingName = Provider.ListingOf<typeof Google>

export const region = "projects/emulated-project/locations/europe-west1"

const project = "projects/emulated-project"

/** A connection to the emulator. */
export const connect = ({ settings }: GoogleEmulator.GoogleEmulator, more: Partial<Connection> = {}): Connection => {
  const { serviceAccountKey, ...rest } = settings
  return { ...rest, provider: "google", name: "main", serviceAccountKey: Redacted.make(serviceAccountKey), ...more }
}

const start = Date.UTC(2026, 0, 1)

/** A time with nanoseconds. */
const at = (index: number) => new Date(start + index * 60_000 + 250).toISOString().replace("Z", "123456Z")

const times = (index: number) => ({ startTime: at(index), endTime: at(index + 1) })

const each = <Row>(count: number, row: (index: number) => Row) =>
  Array.from({ length: count }, (_, index) => row(index))

export const dlpJobs = (count: number, type = "INSPECT_JOB") =>
  each(count, (index) => ({
    name: `${region}/dlpJobs/${type.charAt(0).toLowerCase()}-${index}`,
    type,
    state: "FAILED",
    createTime: at(index),
    ...times(index),
    jobTriggerName: `${region}/jobTriggers/buckets`,
    errors: [{ details: { code: 7, message: "no access to the bucket" } }]
  }))

export const jobTriggers = (count: number) =>
  each(count, (index) => ({
    name: `${region}/jobTriggers/${index}`,
    displayName: "buckets",
    status: "HEALTHY",
    lastRunTime: at(index),
    createTime: at(index),
    triggers: [{ schedule: { recurrencePeriodDuration: "86400s" } }]
  }))

export const scanConfigs = (count: number) =>
  each(count, (index) => ({
    name: `${project}/scanConfigs/${index}`,
    displayName: "shop",
    schedule: { scheduleTime: at(index), intervalDurationDays: 1 }
  }))

export const scanRuns = (config: string, count: number) =>
  each(count, (index) => ({
    name: `${config}/scanRuns/${index}`,
    executionState: "FINISHED",
    resultState: "ERROR",
    progressPercent: 100,
    errorTrace: { code: "TIMED_OUT_WHILE_SCANNING" },
    ...times(index)
  }))

export const dataScans = (count: number) =>
  each(count, (index) => ({
    name: `${region}/dataScans/orders-${index}`,
    displayName: "Orders",
    executionSpec: { trigger: { schedule: { cron: "TZ=Europe/Berlin 30 2 * * *" } } }
  }))

export const dataScanJobs = (scan: string, count: number) =>
  each(count, (index) => ({
    name: `${scan}/jobs/${index}`,
    state: "FAILED",
    message: "no such table",
    ...times(index)
  }))

/** A project with these things, and nothing else. */
export const cloud = (
  location: Partial<GoogleEmulator.Location> = {},
  more: Partial<GoogleEmulator.Cloud> & { readonly configs?: ReadonlyArray<GoogleEmulator.Row> } = {}
): GoogleEmulator.Cloud => {
  const { configs = [], ...others } = more
  return {
    locations: { [region]: { ...GoogleEmulator.empty, ...location } },
    scanConfigs: { [project]: configs },
    runs: {},
    ...others
  }
}

/** Retries without long waits. */
export const Fast = Layer.mergeAll(
  NodeHttpClient.layerUndici,
  RateLimit.layerUnlimited,
  RetryPolicy.layer({ base: "1 millis", max: "2 millis" })
)

export const list = (
  connection: Connection,
  listing: ListingName,
  query: Query.Query = {}
): Effect.Effect<ReadonlyArray<Provider.JobOf<typeof Google>>, ScanError.ScanError> =>
  Google.jobs(connection, query, { listings: [listing] }).pipe(Stream.runCollect, Effect.provide(Fast))

export const span = { from: Date.UTC(2026, 0, 10), until: Date.UTC(2026, 0, 15) }

/** What a listing gives of one project. */
export const listed = (cloud: GoogleEmulator.Cloud, listing: ListingName, more: Partial<Connection> = {}) =>
  Effect.gen(function* () {
    const vendor = yield* GoogleEmulator.serve({ cloud })
    return yield* list(connect(vendor, more), listing, span)
  })

/** What a listing gives without a span. */
export const all = (cloud: GoogleEmulator.Cloud, listing: ListingName) =>
  Effect.flatMap(GoogleEmulator.serve({ cloud }), (vendor) => list(connect(vendor), listing))

export const statesOf = (jobs: ReadonlyArray<ScanJob.ScanJob>) =>
  jobs.map(({ state, vendorState }) => [vendorState, state])
export const planned = (jobs: ReadonlyArray<ScanJob.ScanJob>) =>
  jobs.flatMap(({ kind, startTime }) =>
    kind === "occurrence" && startTime !== null ? [new Date(startTime).toISOString()] : []
  )

/** What a reading came to. */
export interface Noted {
  readonly notes: ReadonlyArray<string>
  /** How the listing that completed last ended. */
  readonly completed: Progress.Completed | undefined
  /** How many jobs came, or why it failed. */
  readonly result: Result.Result<number, ScanError.ScanError>
}

/** Reads listings, with the notes that they make. */
export const noted: (connection: Connection, listings?: ReadonlyArray<ListingName>) => Effect.Effect<Noted> =
  Effect.fnUntraced(function* (connection, listings) {
    const notes: Array<string> = []
    let completed: Progress.Completed | undefined
    const result = yield* Google.jobs(connection, {}, listings === undefined ? {} : { listings }).pipe(
      Stream.runCount,
      Effect.provideService(Progress.Progress, (event) =>
        Effect.sync(() => {
          if (event._tag === "Noted") notes.push(`${event.listing}: ${event.message}`)
          if (event._tag === "Completed") completed = event
        })
      ),
      Effect.result,
      Effect.provide(Fast)
    )
    return { completed, notes, result }
  })
