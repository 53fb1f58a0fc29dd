import { type Progress, type Provider, type Query, RateLimit, RetryPolicy, type ScanError } from "@scanjobs/core"
import { AvePoint } from "@scanjobs/avepoint"
import type { AvePointEmulator, Job } from "@scanjobs/avepoint/emulator"
import { NodeHttpClient } from "@effect/platform-node"
import { Effect, Layer, Redacted, Stream } from "effect"

/** A connection to AvePoint, or to its emulator. */
export type Tenant = Provider.ConnectionOf<typeof AvePoint>

export const connect = ({ settings }: AvePointEmulator, changes: Partial<Tenant> = {}): Tenant => ({
  ...settings,
  provider: "avepoint",
  name: "ap",
  clientSecret: Redacted.make(settings.clientSecret),
  ...changes
})

/** Retries without long waits. */
export const Fast = Layer.mergeAll(
  NodeHttpClient.layerUndici,
  RateLimit.layerUnlimited,
  RetryPolicy.layer({ base: "1 millis", max: "2 millis" })
)

export const list = (
  tenant: Tenant,
  query: Query.Query = {}
): Effect.Effect<ReadonlyArray<Provider.JobOf<typeof AvePoint>>, ScanError.ScanError> =>
  AvePoint.jobs(tenant, query).pipe(Stream.runCollect, Effect.provide(Fast))

export const ids = (tenant: Tenant, query: Query.Query = {}) =>
  Effect.map(list(tenant, query), (jobs) => jobs.map(({ vendorId }) => vendorId))

/** The rows that came, and the error that ended the listing. */
export const untilError = (
  tenant: Tenant
): Effect.Effect<{ readonly rows: number; readonly error: ScanError.ScanError }> => {
  let rows = 0
  return AvePoint.jobs(tenant).pipe(
    Stream.runForEach(() => Effect.sync(() => void rows++)),
    Effect.flip,
    Effect.map((error) => ({ rows, error })),
    Effect.orDie,
    Effect.provide(Fast)
  )
}

/** Jobs a minute apart, oldest first. */
export const jobs = (count: number, changes: object = {}): ReadonlyArray<Job> =>
  Array.from({ length: count }, (_, index) => ({
    id: `Scan${String(index).padStart(5, "0")}`,
    type: 0,
    state: 2,
    startTime: `${new Date(Date.UTC(2026, 0, 1, 0, index)).toISOString().slice(0, -1)}0000+00:00`,
    finishTime: null,
    scanProfileName: "profile",
    category: 0,
    extension: null,
    ...changes
  }))

/** A listener that collects the events of a reading. */
export const told = (events: Array<Progress.Event>) => (event: Progress.Event) =>
  Effect.sync(() => void events.push(event))
