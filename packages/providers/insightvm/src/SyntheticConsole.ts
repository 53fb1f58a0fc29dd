/**
 * The emulator's data: a console with made-up sites, schedules and scans.
 */
import { Clock, Effect, Random } from "effect"

/**
 * A row as the vendor sends it.
 *
 * @since 0.3.0
 * @category models
 */
export interface Row {
  readonly [field: string]: unknown
}

/**
 * What a console holds.
 *
 * @since 0.3.0
 * @category models
 */
export interface Console {
  /** Scans that run. */
  readonly active: ReadonlyArray<Row>
  /** Scans that are over. */
  readonly past: ReadonlyArray<Row>
  readonly sites: ReadonlyArray<{
    readonly site: Row & { readonly id: number }
    readonly schedules: ReadonlyArray<Row>
  }>
}

const names = ["Headquarters", "Plant Linz", "DMZ", "Data centre Wien", "Branch offices", "Cloud gateways"]
const outcomes = ["finished", "finished", "finished", "finished", "stopped", "error", "aborted", "finished"]
const hour = 3_600_000
const day = 24 * hour

/**
 * Makes a console. `jobs` is the number of its scans.
 *
 * @since 0.3.0
 * @category constructors
 */
export const generate = ({
  jobs = 60,
  seed = "insightvm"
}: { readonly jobs?: number | undefined; readonly seed?: string | undefined } = {}): Effect.Effect<Console> =>
  Effect.gen(function* () {
    const now = Math.floor((yield* Clock.currentTimeMillis) / 1000) * 1000
    const delays = yield* Effect.forEach(Array.from({ length: jobs }), () => Random.nextIntBetween(0, 6 * 60))
    const running = Math.min(2, jobs)
    const scanAt = (index: number): Row => {
      const isRunning = index < running
      const started = isRunning ? now - (index + 1) * hour : now - (index + 1) * 8 * hour
      const minutes = 20 + (delays[index] ?? 0)
      const site = index % names.length
      return scanRow({
        id: 100_000 + jobs - index,
        name: `${names[site]} ${new Date(started).toISOString().slice(0, 10)}`,
        isScheduled: index % 5 !== 4,
        status: isRunning ? "running" : (outcomes[(index + (delays[index] ?? 0)) % outcomes.length] ?? "finished"),
        started,
        ended: isRunning ? null : Math.min(now, started + minutes * 60_000),
        site: { id: site + 1, name: names[site] ?? "" }
      })
    }
    const all = Array.from({ length: jobs }, (_, index) => scanAt(index))
    return {
      active: all.slice(0, running),
      past: all.slice(running),
      sites: names.map((name, index) => ({
        site: siteRow(index + 1, name),
        schedules: [
          scheduleRow({ id: 700 + index, name: `${name}, every day`, next: daily(now + (index + 1) * hour) }),
          ...(index === 2
            ? [{ ...scheduleRow({ id: 790, name: "DMZ, paused", next: [] }), start: new Date(now - day).toISOString() }]
            : [])
        ]
      }))
    }
  }).pipe((made) => Random.withSeed(made, seed))

const daily = (next: number): ReadonlyArray<number> =>
  Array.from({ length: mostStarts }, (_, index) => next + index * day)

/** How many starts of a schedule the console tells. */
export const mostStarts = 10

/** A site as the vendor sends it. */
export const siteRow = (id: number, name: string): Row & { readonly id: number } => ({
  id,
  name,
  type: "static",
  importance: "normal",
  scanTemplate: "full-audit",
  links: []
})

/** What a scan is made of; it is running where it has no end. */
interface Scan {
  readonly id: number
  readonly name: string
  readonly isScheduled: boolean
  readonly status: string
  readonly started: number
  readonly ended: number | null
  readonly site: { readonly id: number; readonly name: string }
}

/** A scan as the vendor sends it. */
export const scanRow = ({ ended, id, isScheduled, name, site, started, status }: Scan): Row => ({
  id,
  scanName: name,
  scanType: isScheduled ? "scheduled" : "manual",
  status,
  startTime: new Date(started).toISOString(),
  ...(ended === null
    ? {}
    : { endTime: new Date(ended).toISOString(), duration: `PT${Math.round((ended - started) / 60_000)}M` }),
  engineId: 3,
  engineName: "Local scan engine",
  siteId: site.id,
  siteName: site.name,
  assets: 20 + site.id,
  vulnerabilities: { critical: 1, severe: 2, moderate: 3, total: 6 },
  links: []
})

/** A schedule that repeats, with its next starts; it is disabled where it has none. */
export const scheduleRow = ({
  id,
  name,
  next
}: {
  readonly id: number
  readonly name: string
  readonly next: ReadonlyArray<number>
}): Row => ({
  id,
  enabled: next.length > 0,
  scanName: name,
  start: new Date(next[0] ?? 0).toISOString(),
  duration: "PT8H",
  onScanRepeat: "restart-scan",
  repeat: { every: "day", interval: 1 },
  nextRuntimes: next.map((time) => new Date(time).toISOString()),
  links: []
})
