/**
 * The emulator's data: made-up scans of each listing.
 */
import { Clock, Effect, Random } from "effect"

/**
 * A row as Falcon sends it. A time that is null is not set.
 *
 * @since 0.3.0
 * @category models
 */
export interface Row {
  readonly id: string
  readonly [field: string]: unknown
}

/**
 * What an account has.
 *
 * @since 0.3.0
 * @category models
 */
export interface Scans {
  readonly networkRuns: ReadonlyArray<Row>
  readonly networkScans: ReadonlyArray<Row>
  readonly onDemandScans: ReadonlyArray<Row>
  readonly scheduledScans: ReadonlyArray<Row>
}

/**
 * An account without scans.
 *
 * @since 0.3.0
 * @category testing
 */
export const empty: Scans = { networkRuns: [], networkScans: [], onDemandScans: [], scheduledScans: [] }

const cid = "0123456789abcdef0123456789abcdef"

/** An id as Falcon's are: 32 hexadecimal digits. */
export const idOf = (kind: number, index: number): string =>
  `${kind.toString(16)}${index.toString(16).padStart(31, "0")}`

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

const iso = (millis: number | null): string | null => (millis === null ? null : new Date(millis).toISOString())

/** When a run was created, began and ended, in epoch milliseconds. */
export interface Times {
  readonly created: number
  readonly began: number | null
  readonly ended: number | null
}

/** A run of a network scan, with what else Falcon tells of it. */
export const networkRun = ({ began, created, ended }: Times, own: Row): Row => ({
  cid,
  status: "done",
  type: "assessment",
  trigger_type: "scheduled",
  target_type: "ip",
  progress_pct: ended === null ? (began === null ? 0 : 40) : 100,
  created_timestamp: iso(created),
  updated_timestamp: iso(ended ?? began ?? created),
  start_timestamp: iso(began),
  end_timestamp: iso(ended),
  created_by: "ann@acme.example",
  template_id: idOf(9, 1),
  targets_configured: 254,
  targets_found: 31,
  targets_scanned: ended === null ? 12 : 31,
  scanners: [{ aid: idOf(8, 1), ip: "192.0.2.10" }],
  ...own
})

/** An on-demand scan, with what else Falcon tells of it. */
export const onDemandScan = ({ began, created, ended }: Times, own: Row): Row => ({
  cid,
  status: "completed",
  initiated_from: "cloud_adhoc",
  created_by: "ann@acme.example",
  created_on: iso(created),
  scan_started_on: iso(began),
  scan_completed_on: iso(ended),
  last_updated: iso(ended ?? began ?? created),
  severity: 0,
  quarantine: true,
  hosts: [idOf(8, 2)],
  file_paths: ["C:\\Windows"],
  targeted_host_count: 1,
  completed_host_count: ended === null ? 0 : 1,
  affected_hosts_count: 0,
  started_host_count: began === null ? 0 : 1,
  not_started_host_count: began === null ? 1 : 0,
  incomplete_host_count: 0,
  missing_host_count: 0,
  filecount: { scanned: 1200, malicious: 0, quarantined: 0, skipped: 3, traversed: 1203 },
  ...own
})

/** The second has numbers for weekdays, so that its next run alone is known. */
const schedulings = [
  { frequency: "daily", start_date: "2026-01-05", start_time: "02:30", timezone: "Europe/Berlin" },
  { frequency: "weekly", days_of_week: [1, 4], start_date: "2026-01-05", start_time: "22:00", timezone: "UTC" },
  {
    frequency: "monthly",
    occurrence: "Day(s)",
    days_of_month: [1, 15],
    start_date: "2026-01-01",
    start_time: "04:00",
    timezone: "UTC"
  }
]

/** A network scan as the one at a place of the list. */
const networkScan = (index: number, now: number): Row => {
  const scheduling = schedulings[index % 4]
  return {
    id: idOf(1, index),
    cid,
    name: ["Datacentre", "Office networks", "DMZ", "Before audits"][index % 4],
    type: index % 2 === 0 ? "assessment" : "discovery",
    target_type: "ip",
    template_id: idOf(9, 1),
    credentialed: false,
    frequency: scheduling?.frequency ?? "not_scheduled",
    ...(scheduling === undefined ? {} : { scheduling }),
    ...(scheduling?.frequency === "weekly"
      ? { next_run_timestamp: iso(Math.ceil(now / day) * day + 22 * hour + index * minute) }
      : {}),
    created_by: "ann@acme.example",
    created_timestamp: iso(now - 100 * day + index * minute)
  }
}

const scheduledScan = (index: number, now: number): Row => ({
  id: idOf(3, index),
  cid,
  status: "scheduled",
  description: ["Servers at night", "Laptops", "Kiosks"][index % 3],
  deleted: index % 5 === 4,
  schedule: {
    start_timestamp: iso(now + (index % 3 === 0 ? day : -day) + index * minute),
    interval: index % 3 === 1 ? 14 : 0,
    ignored_by_channelfile: false
  },
  host_groups: [idOf(7, 1)],
  created_by: "ann@acme.example",
  created_on: iso(now - 50 * day + index * minute),
  last_updated: iso(now - 40 * day)
})

/**
 * Makes scans whose newest are waiting or running; equal seeds give equal scans at the same time.
 *
 * @since 0.3.0
 * @category constructors
 */
export const generate = Effect.fnUntraced(function* (
  options: {
    /** How many scans each list has. Default 60. */
    readonly jobs?: number | undefined
    readonly seed?: string | undefined
  } = {}
) {
  const { jobs = 60, seed = "crowdstrike" } = options
  const now = Math.floor((yield* Clock.currentTimeMillis) / 1000) * 1000
  const make = Effect.gen(function* () {
    const networkRuns: Array<Row> = []
    const onDemandScans: Array<Row> = []
    for (let index = 0; index < jobs; index++) {
      const back = jobs - 1 - index
      const created = now - back * 6 * hour - minute
      const began = back === 0 ? null : created + 5000
      const ended = began === null || back === 1 ? null : began + minute * (10 + Math.floor((yield* Random.next) * 90))
      const dice = yield* Random.next
      const isBad = ended !== null && dice < 0.1
      const times = { created, began, ended }
      const state = began === null ? "pending" : ended === null ? "running" : undefined
      const scan = index % 4
      networkRuns.push(
        networkRun(times, {
          id: idOf(2, index),
          scan_id: idOf(1, scan),
          status: state ?? (isBad ? "error" : dice < 0.15 ? "canceled" : "done"),
          type: scan % 2 === 0 ? "assessment" : "discovery",
          template_name: scan % 2 === 0 ? "Full assessment" : "Discovery",
          ...(isBad ? { error_code: 2001, error_reason: "the scanner is offline" } : {})
        })
      )
      onDemandScans.push(
        onDemandScan(times, {
          id: idOf(4, index),
          status: state ?? (isBad ? "failed" : "completed"),
          description: ["Servers at night", "Laptops", "Suspicious host"][index % 3],
          ...(index % 3 === 2 ? {} : { profile_id: idOf(3, index % 3), initiated_from: "cloud_scheduled" })
        })
      )
    }
    const few = Array.from({ length: Math.min(jobs, 6) }, (_, index) => index)
    const scans: Scans = {
      networkRuns,
      onDemandScans,
      networkScans: few.map((index) => networkScan(index, now)),
      scheduledScans: few.map((index) => scheduledScan(index, now))
    }
    return scans
  })
  return yield* make.pipe(Random.withSeed(seed))
})
