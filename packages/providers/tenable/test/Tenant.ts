import { type Progress, type Provider, type Query, RateLimit, RetryPolicy, type ScanError } from "@scanjobs/core"
import { Tenable } from "@scanjobs/tenable"
import type { Scan, TenableEmulator } from "@scanjobs/tenable/emulator"
import { NodeHttpClient } from "@effect/platform-node"
import { Effect, Layer, Redacted, Stream } from "effect"

/** A connection to Tenable, or to its emulator. */
export type Tenant = Provider.ConnectionOf<typeof Tenable>

export const connect = ({ settings }: TenableEmulator, changes: Partial<Tenant> = {}): Tenant => ({
  provider: "tenable",
  name: "tvm",
  baseUrl: settings.baseUrl,
  accessKey: Redacted.make(settings.accessKey),
  secretKey: Redacted.make(settings.secretKey),
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
  listing: "scans" | "planned" | "runs",
  query: Query.Query = {}
): Effect.Effect<ReadonlyArray<Provider.JobOf<typeof Tenable>>, ScanError.ScanError> =>
  Tenable.jobs(tenant, query, { listings: [listing] }).pipe(Stream.runCollect, Effect.provide(Fast))

export const ids = (tenant: Tenant, listing: "scans" | "planned" | "runs", query: Query.Query = {}) =>
  Effect.map(list(tenant, listing, query), (jobs) => jobs.map(({ vendorId }) => vendorId))

export const errorOf = (tenant: Tenant): Effect.Effect<ScanError.ScanError> =>
  Tenable.jobs(tenant).pipe(Stream.runDrain, Effect.flip, Effect.orDie, Effect.provide(Fast))

/** The beginning of 2026, in epoch seconds. */
export const newYear = Date.UTC(2026, 0, 1) / 1000

export const scan = (
  id: number,
  { runs = [], ...row }: { runs?: Scan["runs"]; [field: string]: unknown } = {}
): Scan => ({
  runs,
  row: {
    id,
    uuid: `uuid-${id}`,
    schedule_uuid: `template-${id}`,
    name: `Scan ${id}`,
    type: "remote",
    status: "completed",
    enabled: false,
    control: true,
    creation_date: newYear - 86_400,
    last_modification_date: newYear,
    progress: 100,
    total_targets: 256,
    owner: "scans@example.com",
    policy_id: 27,
    timezone: null,
    rrules: null,
    starttime: null,
    ...row
  }
})

/** Runs an hour apart, newest first. */
export const runs = (count: number, changes: object = {}): ReadonlyArray<{ readonly [field: string]: unknown }> =>
  Array.from({ length: count }, (_, index) => {
    const time_start = newYear + (count - index) * 3600
    return {
      id: 10_535_000 + count - index,
      scan_uuid: `run-${count - index}`,
      status: "completed",
      time_start,
      time_end: time_start + 125,
      is_archived: true,
      visibility: "public",
      targets: { custom: false, default: null },
      reporting_mode: "full",
      ...changes
    }
  })

/** A listener that collects the events of a reading. */
export const told = (events: Array<Progress.Event>) => (event: Progress.Event) =>
  Effect.sync(() => void events.push(event))
