/**
 * The emulator's data: the jobs of the vendor's documentation, and generated ones.
 */
import { Clock, Effect, Random } from "effect"

/**
 * A job as the vendor sends it. A `finishTime` of null means "not yet"; a quirk of the emulator decides how that is sent.
 *
 * @since 0.1.0
 * @category models
 */
export interface Job {
  readonly id: string
  readonly startTime: string
  readonly finishTime?: string | null
  readonly [field: string]: unknown
}

/**
 * The two jobs of the vendor's documentation, newest first.
 *
 * @since 0.1.0
 * @category constructors
 */
export const published: ReadonlyArray<Job> = [
  {
    id: "Scan20240926055840723067",
    type: 0,
    state: 2,
    startTime: "2024-09-26T05:58:40.4092427+00:00",
    finishTime: "2024-09-26T05:59:12.2300688+00:00",
    scanProfileName: "scan sharepoint sites",
    category: 0,
    extension: null
  },
  {
    id: "Scan20240926051311702920",
    type: 0,
    state: 2,
    startTime: "2024-09-26T05:13:11.0634642+00:00",
    finishTime: "2024-09-26T05:13:42.3793844+00:00",
    scanProfileName: "scan power platform",
    category: 0,
    extension: null
  }
]

const minute = 60_000
const hour = 60 * minute

const profiles = [
  { scanProfileName: "SharePoint sites, daily", type: 0, category: 0 },
  { scanProfileName: "Exchange mailboxes", type: 0, category: 0 },
  { scanProfileName: "Teams and groups", type: 0, category: 0 },
  { scanProfileName: "OneDrive for leavers", type: 0, category: 0 },
  { scanProfileName: "Power Platform environments", type: 0, category: 1 },
  { scanProfileName: "Power Automate flows", type: 0, category: 1 },
  { scanProfileName: "Active Directory users", type: 0, category: 2 },
  { scanProfileName: "Google Workspace drives", type: 10, category: 3 },
  { scanProfileName: "Google shared drives", type: 10, category: 3 },
  { scanProfileName: "Imported tenants, October", type: 11, category: 0 }
] as const

/** The outcomes of jobs, in percent: finished, with exception, failed, skipped, stopped. */
const outcomes = [
  [2, 80],
  [4, 8],
  [3, 6],
  [5, 4],
  [10, 2]
] as const

const outcomeAt = (percent: number): number => {
  let left = percent
  return outcomes.find(([, weight]) => (left -= weight) < 0)?.[0] ?? 2
}

/**
 * What to generate.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options {
  /** The number of jobs. Default 240. */
  readonly jobs?: number | undefined
  /** The average time between two jobs, in milliseconds. Default 3 hours, or less for very many jobs. */
  readonly every?: number | undefined
  /** Equal seeds give equal jobs. As time passes, new jobs appear at the end and as many drop off at the beginning. */
  readonly seed?: string | undefined
}

/** How far back jobs go, unless `every` says otherwise. */
const span = 10 * 365 * 24 * hour

/**
 * Generates finished, running and pending jobs, oldest first. The newest started shortly before the current time. All start times
 * differ.
 *
 * @since 0.1.0
 * @category constructors
 */
export const generate = (options: Options = {}): Effect.Effect<ReadonlyArray<Job>> =>
  Effect.map(lazily(options), ({ at, length }) => Array.from({ length }, (_, index) => at(index)))

/**
 * Jobs by index, oldest first. An array is one, too.
 *
 * @since 0.1.0
 * @category models
 */
export interface Sequence {
  readonly length: number
  readonly at: (index: number) => Job | undefined
}

/**
 * The same jobs as `generate`, generated on access, so that millions take no time and no memory.
 *
 * @since 0.1.0
 * @category constructors
 */
export const lazily = ({
  jobs = 240,
  every = Math.min(3 * hour, span / jobs),
  seed = "avepoint"
}: Options = {}): Effect.Effect<{ readonly length: number; readonly at: (index: number) => Job }> =>
  Effect.map(Clock.currentTimeMillis, (now) => {
    // Jobs have fixed places in time, so that a seed gives the same jobs tomorrow.
    const last = Math.floor((now - minute - every / 2) / every)
    const at = (index: number): Job => {
      const age = jobs - 1 - index
      const upTo = chances(seed, last - age)
      const started = Math.floor((last - age) * every) + upTo(Math.max(1, every / 2))
      const ticks = upTo(10_000)
      const profile = profiles[upTo(profiles.length)] ?? profiles[0]
      const state = age === 0 ? 6 : age < 4 ? 1 : outcomeAt(upTo(100))
      const isOpen = state === 1 || state === 6
      const finished = Math.min(now, started + 20_000 + upTo(90 * minute))
      return {
        id: idOf(started, 100_000 + upTo(900_000)),
        type: profile.type,
        state,
        startTime: instant(started, ticks),
        finishTime: isOpen ? null : instant(finished, upTo(10_000)),
        scanProfileName: profile.scanProfileName,
        category: profile.category,
        extension: null
      }
    }
    return { length: jobs, at }
  })

/** A sequence of whole numbers below a limit that depends on the seed and the place only. */
const chances = (seed: string, place: number) => {
  const random = Effect.runSync(Random.withSeed(Random.Random, `${seed} ${place}`))
  return (limit: number): number => Math.floor(random.nextDoubleUnsafe() * limit)
}

/** An instant as the vendor writes it, with seven fraction digits and an offset. `ticks` are tenths of microseconds, up to 9999. */
const instant = (millis: number, ticks: number): string =>
  `${new Date(millis).toISOString().slice(0, -1)}${String(ticks).padStart(4, "0")}+00:00`

const idOf = (millis: number, suffix: number): string =>
  `Scan${new Date(millis).toISOString().slice(0, 19).replaceAll(/\D/g, "")}${suffix}`
