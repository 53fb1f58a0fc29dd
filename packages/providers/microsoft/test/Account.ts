/** An emulated tenant, and connections to it. */
import { NodeHttpClient } from "@effect/platform-node"
import {
  Drift,
  Progress,
  type Provider,
  type Query,
  RateLimit,
  RetryPolicy,
  type ScanError,
  type ScanJob
} from "@scanjobs/core"
import { Defender, Purview } from "@scanjobs/microsoft"
import type * as MicrosoftEmulator from "@scanjobs/microsoft/emulator"
import { Effect, Layer, Redacted, Result, Stream } from "effect"
import { readFileSync } from "node:fs"

export const hour = 3_600_000
export const day = 24 * hour

/** A PEM file of a key pair that is for tests only. */
export const pem = (name: "certificate" | "pkcs8.key"): string =>
  readFileSync(new URL(`./fixtures/test-only.${name}.pem`, import.meta.url), "utf8")

/** A connection to an emulator of Purview. */
export const purview = ({ settings }: MicrosoftEmulator.MicrosoftEmulator) => ({
  ...settings,
  provider: "purview" as const,
  name: "pv",
  clientSecret: Redacted.make(settings.clientSecret)
})

/** A connection to an emulator of Defender. */
export const defender = (
  { settings }: MicrosoftEmulator.MicrosoftEmulator,
  more: { readonly pageSize?: number } = {}
) => ({
  ...settings,
  ...more,
  provider: "defender" as const,
  name: "df",
  clientSecret: Redacted.make(settings.clientSecret)
})

const start = Date.UTC(2026, 0, 5, 2)

/** A run of a scan, one an hour. */
export const run = (index: number, fields: object = {}): MicrosoftEmulator.Row => ({
  id: `run-${index}`,
  status: "Succeeded",
  startTime: new Date(start + index * hour).toISOString().replace("000Z", "1234567Z"),
  endTime: new Date(start + index * hour + 60_000).toISOString(),
  runType: "Scheduled",
  scanLevelType: "Full",
  dataSourceType: "AzureSqlDatabase",
  errorMessage: null,
  error: null,
  discoveryExecutionDetails: { status: "Succeeded" },
  ingestionExecutionDetails: { status: "Succeeded" },
  ...fields
})

/** A trigger with a recurrence. */
export const trigger = (recurrence: object | null, fields: object = {}): MicrosoftEmulator.Row => ({
  name: "default",
  properties: { recurrence, recurrenceInterval: null, scanLevel: "Incremental", state: "Enabled", ...fields },
  validationErrorInfo: null
})

/** A data source with these scans. */
export const source = (name: string, scans: MicrosoftEmulator.Source["scans"]): MicrosoftEmulator.Source => ({
  name,
  kind: "AzureSqlDatabase",
  scans
})

/** An antivirus scan, one an hour. */
export const action = (index: number, fields: object = {}): MicrosoftEmulator.Row => ({
  id: `action-${index}`,
  type: "RunAntiVirusScan",
  scope: "Full",
  status: "Succeeded",
  machineId: "f46b9bb259ed4a7fb9981b73510e3cc7aa81ec1f",
  computerDnsName: `desktop-${index}`,
  creationDateTimeUtc: new Date(start + index * hour).toISOString(),
  lastUpdateDateTimeUtc: new Date(start + index * hour + 60_000).toISOString(),
  ...fields
})

export const times = <Row>(count: number, row: (index: number) => Row): ReadonlyArray<Row> =>
  Array.from({ length: count }, (_, index) => row(index))

/** Retries without long waits. */
export const Fast = Layer.mergeAll(
  NodeHttpClient.layerUndici,
  RateLimit.layerUnlimited,
  RetryPolicy.layer({ base: "1 millis", max: "2 millis" })
)

/** What a reading brings. */
export interface Reading {
  readonly jobs: ReadonlyArray<ScanJob.ScanJob>
  readonly ids: ReadonlyArray<string>
  /** Each with its scope. */
  readonly notes: ReadonlyArray<string>
  /** What the schemas do not know. That no row has an optional field is none of it. */
  readonly drift: ReadonlyArray<string>
  readonly failure: ScanError.ScanError | undefined
}

const readAll = (
  stream: Stream.Stream<ScanJob.ScanJob, ScanError.ScanError, Layer.Success<typeof Fast>>
): Effect.Effect<Reading> =>
  Effect.gen(function* () {
    const events: Array<Progress.Event> = []
    const jobs: Array<ScanJob.ScanJob> = []
    const outcome = yield* stream.pipe(
      Stream.runForEach((job) => Effect.sync(() => void jobs.push(job))),
      Effect.result,
      Effect.provide(
        Layer.merge(
          Fast,
          Progress.layer((event) => Effect.sync(() => void events.push(event)))
        )
      )
    )
    return {
      jobs,
      ids: jobs.map(({ vendorId }) => vendorId),
      notes: events.flatMap((event) => (event._tag === "Noted" ? [`${event.scope}: ${event.message}`] : [])),
      drift: events.flatMap((event) =>
        event._tag === "Drifted" ? event.drift.filter(({ kind }) => kind !== "missing").map(Drift.format) : []
      ),
      failure: Result.isFailure(outcome) ? outcome.failure : undefined
    }
  })

/** Reads a listing of Purview. */
export const readPurview = (
  connection: Provider.ConnectionOf<typeof Purview>,
  listing: Provider.ListingOf<typeof Purview> = "runs",
  query: Query.Query = {}
): Effect.Effect<Reading> => readAll(Purview.jobs(connection, query, { listings: [listing] }))

/** Reads the antivirus scans of Defender. */
export const readDefender = (
  connection: Provider.ConnectionOf<typeof Defender>,
  query: Query.Query = {}
): Effect.Effect<Reading> => readAll(Defender.jobs(connection, query))
