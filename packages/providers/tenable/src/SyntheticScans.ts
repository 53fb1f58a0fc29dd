/**
 * The emulator's data: generated scans with runs before the current time.
 */
import { Clock, DateTime, Effect, Random } from "effect"

/**
 * A row as the vendor sends it.
 *
 * @since 0.1.0
 * @category models
 */
export interface Row {
  readonly [field: string]: unknown
}

/**
 * Runs by index, newest first. An array is one, too, and may be in any order.
 *
 * @since 0.1.0
 * @category models
 */
export interface Rows {
  readonly length: number
  readonly at: (index: number) => Row | undefined
}

/**
 * A scan, with everything that the vendor returns about it.
 *
 * @since 0.1.0
 * @category models
 */
export interface Scan {
  /** The row of the list of scans. */
  readonly row: Row & { readonly id: number }
  readonly folderId?: number
  /** The rows of its history; `null` if the vendor keeps none. */
  readonly runs: Rows | null
  /** The ids of those runs that are rollover scans. */
  readonly rollovers?: ReadonlyArray<number>
}

const kinds = [
  {
    name: "Basic network scan, Zürich",
    type: "remote",
    every: 1,
    rule: "FREQ=DAILY;INTERVAL=1",
    zone: "Europe/Zurich"
  },
  { name: "PCI external", type: "remote", every: 7, rule: "FREQ=WEEKLY;INTERVAL=1;BYDAY=", zone: "America/New_York" },
  { name: "Windows servers, agents", type: "agent", every: 1, rule: "FREQ=DAILY;INTERVAL=1", zone: "Europe/London" },
  { name: "Plant network, passive", type: "pvs", every: 1, rule: null, zone: null },
  {
    name: "Quarterly full audit",
    type: "remote",
    every: 91,
    rule: "FREQ=MONTHLY;INTERVAL=3",
    zone: "Australia/Sydney"
  },
  { name: "DMZ, fortnightly", type: "remote", every: 14, rule: "FREQ=WEEKLY;INTERVAL=2;BYDAY=", zone: "US/Central" },
  { name: "Log4Shell, on demand", type: "remote", every: 40, rule: null, zone: "Asia/Tokyo" },
  { name: "Cloud images", type: "agent", every: 1, rule: "FREQ=DAILY;INTERVAL=1", zone: "Etc/UTC" }
] as const

const dayNames = ["SU", "MO", "TU", "WE", "TH", "FR", "SA"]
const daySeconds = 86_400

/** The outcomes of runs, in percent. */
const outcomes = [
  ["completed", 84],
  ["canceled", 6],
  ["aborted", 7],
  ["stopped", 3]
] as const

const outcomeAt = (percent: number): string => {
  let left = percent
  return outcomes.find(([, weight]) => (left -= weight) < 0)?.[0] ?? "completed"
}

/**
 * What to generate.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options {
  /** The number of scans. Default 8. */
  readonly scans?: number | undefined
  /** The number of runs of each scan. Default 30. */
  readonly runs?: number | undefined
  /** The number of runs over all scans, instead of `runs`. */
  readonly total?: number | undefined
  /** Equal seeds give equal scans at the same time. */
  readonly seed?: string | undefined
}

/**
 * Generates scans with runs before the current time.
 *
 * @since 0.1.0
 * @category constructors
 */
export const generate = ({ runs = 30, scans = 8, seed = "tenable", total }: Options = {}): Effect.Effect<
  ReadonlyArray<Scan>
> =>
  Effect.map(Clock.currentTimeMillis, (millis) => {
    const now = Math.floor(millis / 1000)
    const runsOf = (index: number) =>
      total === undefined ? runs : Math.floor(total / scans) + (index < total % scans ? 1 : 0)
    return Array.from({ length: scans }, (_, index) => scanAt(index, runsOf(index), { seed, now }))
  })

/** How far back runs go. */
const span = 10 * 365 * daySeconds

const scanAt = (
  index: number,
  length: number,
  { now, seed }: { readonly now: number; readonly seed: string }
): Scan => {
  const { every, name, rule, type, zone } = kinds[index % kinds.length] ?? kinds[0]
  const round = Math.floor(index / kinds.length)
  const upTo = chances(`${seed} ${index}`)
  const latest = now - 600 - upTo(Math.min(every, 2) * daySeconds - 600)
  const isRunning = index % 5 === 0
  const step = Math.min(every * daySeconds, Math.floor(span / Math.max(1, length)))
  const runAt = (back: number): Row => {
    const ofRun = chances(`${seed} ${index} ${back}`)
    const start = latest - back * step
    const isOpen = back === 0 && isRunning
    const run = {
      id: 10_500_000_000 + index * 10_000_000 - back,
      status: isOpen ? "running" : outcomeAt(ofRun(100)),
      time_start: start,
      time_end: isOpen ? null : start + 120 + ofRun(Math.min(7200, now - start - 120))
    }
    return runOf({ ...run, uuid: uuid(ofRun) }, now)
  }
  const first = length === 0 ? undefined : runAt(0)
  return {
    folderId: 40 + (index % 2),
    runs: { length, at: runAt },
    row: {
      id: 11 + index * 3,
      uuid: first?.["scan_uuid"] ?? null,
      schedule_uuid: `template-${uuid(upTo)}`,
      name: round === 0 ? name : `${name} ${round + 1}`,
      type,
      status: first?.["status"] ?? "empty",
      enabled: rule !== null,
      control: type !== "pvs",
      creation_date: now - (400 + upTo(200)) * daySeconds,
      last_modification_date: first === undefined ? now - 300 * daySeconds : latest,
      progress: isRunning ? 1 + upTo(98) : 100,
      total_targets: 1 + upTo(4000),
      owner: "scans@example.com",
      policy_id: 20 + index,
      timezone: zone,
      rrules: rule?.endsWith("BYDAY=") === true ? `${rule}${weekdayOf(latest, zone)}` : rule,
      starttime: rule === null || zone === null ? null : localTime(latest, zone)
    }
  }
}

/** A sequence of whole numbers below a limit that depends on the seed only. */
const chances = (seed: string) => {
  const random = Effect.runSync(Random.withSeed(Random.Random, seed))
  return (limit: number): number => Math.floor(random.nextDoubleUnsafe() * limit)
}

const uuid = (upTo: (limit: number) => number): string =>
  [8, 4, 4, 4, 12].map((length) => Array.from({ length }, () => upTo(16).toString(16)).join("")).join("-")

interface Run {
  readonly id: number
  readonly uuid: string
  readonly status: string
  readonly time_start: number | null
  readonly time_end: number | null
}

/** The vendor archives results after 35 days. */
const archivedAfter = 35 * daySeconds

/** A run as the vendor sends it. */
export const runOf = ({ uuid, ...run }: Run, now: number): Row => ({
  ...run,
  scan_uuid: uuid,
  is_archived: now - (run.time_start ?? now) > archivedAfter,
  visibility: "public",
  // Documented as a boolean, and published as null.
  targets: { custom: false, default: null }
})

const partsOf = (seconds: number, zone: string | null) =>
  DateTime.toParts(DateTime.makeZonedUnsafe(seconds * 1000, { timeZone: zone ?? "Etc/UTC" }))

const weekdayOf = (seconds: number, zone: string | null): string => dayNames[partsOf(seconds, zone).weekDay] ?? "MO"

/** The local time 200 days earlier, rounded down to a quarter of an hour, as `YYYYMMDDTHHMMSS`. */
const localTime = (seconds: number, zone: string): string => {
  const { hour, minute } = partsOf(seconds, zone)
  const { day, month, year } = partsOf(seconds - 200 * daySeconds, zone)
  return `${year}${two(month)}${two(day)}T${two(hour)}${two(minute - (minute % 15))}00`
}

const two = (value: number) => String(value).padStart(2, "0")
