/**
 * The emulator's data: generated scans and schedules.
 */
import { Clock, Effect, Random } from "effect"

/**
 * A row as Qualys sends it.
 *
 * @since 0.3.0
 * @category models
 */
export interface Row {
  readonly [field: string]: unknown
}

/**
 * A scan or schedule of WAS, which has a number.
 *
 * @since 0.3.0
 * @category models
 */
export interface WasRow extends Row {
  readonly id: number
}

/**
 * Everything that a subscription has.
 *
 * @since 0.3.0
 * @category models
 */
export interface Subscription {
  readonly vmScans: ReadonlyArray<Row>
  readonly complianceScans: ReadonlyArray<Row>
  readonly vmSchedules: ReadonlyArray<Row>
  /** In order of their ids. */
  readonly wasScans: ReadonlyArray<WasRow>
  /** In order of their ids. */
  readonly wasSchedules: ReadonlyArray<WasRow>
}

/**
 * What to generate.
 *
 * @since 0.3.0
 * @category models
 */
export interface Options {
  /** The number of scans of each listing. Default 40. */
  readonly jobs?: number | undefined
  /** Equal seeds give equal scans at the same time. */
  readonly seed?: string | undefined
}

const titles = ["External perimeter", "DMZ & web servers", "Office networks", "Payment gateways", "Cloud images"]
const apps = ["Shop", "Customer portal", "Partner API"]
const hour = 3_600_000

const text = (millis: number): string => `${new Date(millis).toISOString().slice(0, 19)}Z`

/** As `HH:MM:SS`. */
const lengthOf = (millis: number): string =>
  [millis / hour, (millis / 60_000) % 60, (millis / 1000) % 60]
    .map((part) => String(Math.floor(part)).padStart(2, "0"))
    .join(":")

/** What is known of a scan of VMDR, in milliseconds and words. */
export interface VmRun {
  readonly ref: string
  readonly title: string
  readonly isScheduled: boolean
  readonly launched: number
  /** `null` while it runs. */
  readonly ended: number | null
  readonly state: string
}

/** A scan of VMDR as Qualys sends it. */
export const vmRow = ({ ended, isScheduled, launched, ref, state, title }: VmRun): Row => ({
  REF: ref,
  TYPE: isScheduled ? "Scheduled" : "On-Demand",
  TITLE: title,
  USER_LOGIN: "acme_ab1",
  LAUNCH_DATETIME: text(launched),
  DURATION: ended === null ? "Pending" : lengthOf(ended - launched),
  PROCESSING_PRIORITY: "0 - No Priority",
  PROCESSED: state === "Finished" ? "1" : "0",
  STATUS: { STATE: state, ...(state === "Finished" ? { SUB_STATE: "No_Vuln" } : {}) },
  TARGET: "10.10.10.0-10.10.10.255"
})

/** A schedule of VMDR as Qualys sends it. */
export const vmScheduleRow = (id: number, title: string, next: number | null): Row => ({
  ID: String(id),
  ACTIVE: next === null ? "0" : "1",
  TITLE: title,
  USER_LOGIN: "acme_ab1",
  TARGET: "10.10.10.0-10.10.10.255",
  SCHEDULE: {
    DAILY: { "@frequency_days": "1" },
    START_DATE_UTC: "2026-01-01T01:00:00Z",
    START_HOUR: "1",
    START_MINUTE: "0",
    ...(next === null ? {} : { NEXTLAUNCH_UTC: text(next).slice(0, -1) }),
    TIME_ZONE: { TIME_ZONE_CODE: "US-CA", TIME_ZONE_DETAILS: "(GMT-0800) United States: California" },
    DST_SELECTED: "1"
  }
})

/**
 * Generates scans whose newest are running or ended shortly before the current time, and schedules.
 *
 * @since 0.3.0
 * @category constructors
 */
export const generate = ({ jobs = 40, seed = "qualys" }: Options = {}): Effect.Effect<Subscription> =>
  Effect.gen(function* () {
    const now = Math.floor((yield* Clock.currentTimeMillis) / 1000) * 1000
    const salt = yield* Random.nextIntBetween(0, 1000)
    const vm = (kind: string) =>
      Array.from({ length: jobs }, (_, back) => {
        const launched = now - 600_000 - back * 5 * hour
        const state =
          back === 0
            ? "Running"
            : (back + salt) % 9 === 4
              ? "Error"
              : (back + salt) % 11 === 5
                ? "Canceled"
                : "Finished"
        return vmRow({
          ref: `${kind}/${Math.floor(launched / 1000)}.${10_000 + back}`,
          title: titles[(back + salt) % titles.length] ?? "Scan",
          isScheduled: back % 3 > 0,
          launched,
          ended: back === 0 ? null : launched + (20 + ((back * 7 + salt) % 90)) * 60_000,
          state
        })
      })
    const next = Math.ceil(now / (6 * hour)) * 6 * hour
    return {
      vmScans: vm("scan"),
      complianceScans: vm("compliance"),
      vmSchedules: titles.map((title, index) =>
        vmScheduleRow(160_500 + index, title, index === 4 ? null : next + index * hour)
      ),
      wasScans: Array.from({ length: jobs }, (_, index) => {
        const launched = now - 900_000 - (jobs - 1 - index) * 8 * hour
        const isLast = index === jobs - 1
        const luck = (index + salt) % 10
        return {
          id: 4_000_000 + index,
          name: `${apps[index % apps.length]} scan`,
          reference: `was/${Math.floor(launched / 1000)}.${20_000 + index}`,
          type: "VULNERABILITY",
          mode: index % 2 === 0 ? "SCHEDULED" : "ONDEMAND",
          status: isLast ? "RUNNING" : luck === 3 ? "ERROR" : "FINISHED",
          launchedDate: text(launched),
          ...(isLast ? {} : { endScanDate: text(launched + 2 * hour) }),
          summary: {
            resultsStatus: luck === 6 ? "TIME_LIMIT_REACHED" : luck === 3 ? "SERVICE_ERROR" : "SUCCESSFUL",
            authStatus: "NONE"
          }
        }
      }),
      wasSchedules: apps.map((app, index) => ({
        id: 900 + index,
        name: `${app} scan`,
        active: index !== 2,
        invalid: false,
        nextLaunchDate: index === 2 ? null : text(next + index * hour)
      }))
    }
  }).pipe(Random.withSeed(seed))
