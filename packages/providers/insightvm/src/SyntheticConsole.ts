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
      return {
        id: 100_000 + jobs - index,
        scanName: `${names[site]} ${new Date(started).toISOString().slice(0, 10)}`,
        scanType: index % 5 === 4 ? "manual" : "scheduled",
        status: isRunning ? "running" : (outcomes[(index + (delays[index] ?? 0)) % outcomes.length] ?? "finished"),
        startTime: new Date(started).toISOString(),
        ...(isRunning ? {} : { endTime: new Date(Math.min(now, started + minutes * 60_000)).toISOString() }),
        duration: `PT${minutes}M`,
        engineId: 3,
        engineName: "Local scan engine",
        siteId: site + 1,
        siteName: names[site],
        assets: 20 + site,
        vulnerabilities: { critical: 1, severe: 2, moderate: 3, total: 6 },
        links: []
      }
    }
    const all = Array.from({ length: jobs }, (_, index) => scanAt(index))
    return {
      active: all.slice(0, running),
      past: all.slice(running),
      sites: names.map((name, index) => ({
        site: { id: index + 1, name, type: "static", importance: "normal", scanTemplate: "full-audit", links: [] },
        schedules: [
          scheduleOf({ id: 700 + index, name: `${name}, every day`, next: now + (index + 1) * hour, every: day }),
          ...(index === 2
            ? [
                {
                  ...scheduleOf({ id: 790, name: "DMZ, paused", next: now + day, every: day }),
                  enabled: false,
                  nextRuntimes: []
                }
              ]
            : [])
        ]
      }))
    }
  }).pipe((made) => Random.withSeed(made, seed))

/** A schedule that repeats, with its next ten starts. */
const scheduleOf = ({
  every,
  id,
  name,
  next
}: {
  readonly id: number
  readonly name: string
  readonly next: number
  readonly every: number
}): Row => ({
  id,
  enabled: true,
  scanName: name,
  start: new Date(next - 30 * every).toISOString(),
  duration: "PT8H",
  onScanRepeat: "restart-scan",
  repeat: { every: "day", interval: 1 },
  nextRuntimes: Array.from({ length: 10 }, (_, index) => new Date(next + index * every).toISOString()),
  links: []
})
