import { Progress, type Provider, type Query, RateLimit, RetryPolicy, type ScanError } from "@scanjobs/core"
import { Qualys } from "@scanjobs/qualys"
import type { QualysEmulator, Row, WasRow } from "@scanjobs/qualys/emulator"
import { NodeHttpClient } from "@effect/platform-node"
import { Effect, Layer, Redacted, Stream } from "effect"

/** A connection to Qualys, or to its emulator. */
export type Account = Provider.ConnectionOf<typeof Qualys>

export const connect = ({ settings }: QualysEmulator, changes: Partial<Account> = {}): Account => ({
  ...settings,
  provider: "qualys",
  name: "q",
  password: Redacted.make(settings.password),
  ...changes
})

/** No quota, and short waits. */
export const Fast = Layer.mergeAll(
  NodeHttpClient.layerUndici,
  RateLimit.layerUnlimited,
  RetryPolicy.layer({ base: "1 millis", max: "2 millis", maxRetryAfter: "2 seconds", maxQuotaWait: "2 seconds" })
)

/** The jobs and the events of a reading. */
export interface Reading {
  readonly jobs: ReadonlyArray<Provider.JobOf<typeof Qualys>>
  readonly rejected: number
  readonly completed: Progress.Completed | undefined
  readonly error: ScanError.ScanError | undefined
}

/** Reads one listing to the end or to an error. */
export const read = (
  account: Account,
  listing: Provider.ListingOf<typeof Qualys>,
  query: Query.Query = {}
): Effect.Effect<Reading> =>
  Effect.gen(function* () {
    const jobs: Array<Provider.JobOf<typeof Qualys>> = []
    let rejected = 0
    let completed: Progress.Completed | undefined
    const error = yield* Qualys.jobs(account, query, { listings: [listing] }).pipe(
      Stream.runForEach((job) => Effect.sync(() => void jobs.push(job))),
      Effect.as(undefined),
      Effect.catch((error) => Effect.succeed(error)),
      Effect.provide(
        Layer.merge(
          Fast,
          Progress.layer((event) =>
            Effect.sync(() => {
              if (event._tag === "PageRead") rejected += event.rejected.length
              if (event._tag === "Completed") completed = event
            })
          )
        )
      )
    )
    return { jobs, rejected, error, completed }
  })

const text = (millis: number) => `${new Date(millis).toISOString().slice(0, 19)}Z`
const hour = 3_600_000

/** The hour in which the tests began. */
const now = Math.floor(Date.now() / hour) * hour

/** When the scans of the tests were launched, the newest first: an hour apart. */
export const launched = (index: number): number => now - (index + 1) * hour

export const vmScans = (count: number, changes: object = {}): ReadonlyArray<Row> =>
  Array.from({ length: count }, (_, index) => ({
    REF: `scan/${1_736_361_211 + index}.27337`,
    TYPE: "On-Demand",
    TITLE: `Scan ${index} & more`,
    USER_LOGIN: "acme_ab1",
    LAUNCH_DATETIME: text(launched(index)),
    DURATION: "00:10:30",
    PROCESSED: "0",
    STATUS: { STATE: "Error" },
    TARGET: "10.10.10.10",
    ...changes
  }))

/** A scan whose results are processed. */
export const processed = (scan: Row): Row => ({ ...scan, PROCESSED: "1" })

export const vmSchedules = (count: number, changes: object = {}): ReadonlyArray<Row> =>
  Array.from({ length: count }, (_, index) => ({
    ID: String(160_642 + index),
    ACTIVE: "1",
    TITLE: `Schedule ${index}`,
    SCHEDULE: { DAILY: { "@frequency_days": "1" }, NEXTLAUNCH_UTC: text(now + (index + 2) * 8 * hour) },
    ...changes
  }))

export const wasScans = (count: number, changes: object = {}): ReadonlyArray<WasRow> =>
  Array.from({ length: count }, (_, index) => ({
    id: 4000 + index,
    name: `Web ${index}`,
    reference: `was/${index}`,
    type: "VULNERABILITY",
    mode: "ONDEMAND",
    status: "ERROR",
    launchedDate: text(launched(count - index)),
    endScanDate: text(launched(count - index) + 60_000),
    ...changes
  }))

export const wasSchedules = (count: number, changes: object = {}): ReadonlyArray<WasRow> =>
  Array.from({ length: count }, (_, index) => ({
    id: 900 + index,
    name: `Web schedule ${index}`,
    active: true,
    nextLaunchDate: text(now + (index + 2) * 8 * hour),
    ...changes
  }))
