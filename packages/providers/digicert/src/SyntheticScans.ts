/**
 * The emulator's data: the scan of the vendor's documentation, and generated ones.
 */
import { Clock, Effect, Random } from "effect"

/**
 * A row as the vendor sends it, except that its times are epoch milliseconds.
 *
 * @since 0.1.0
 * @category models
 */
export interface Row {
  readonly [field: string]: unknown
}

/**
 * Past runs by index, newest first. An array is one, too.
 *
 * @since 0.1.0
 * @category models
 */
export interface Rows {
  readonly length: number
  readonly at: (index: number) => Row | undefined
}

/**
 * The planned runs of a scan.
 *
 * @since 0.1.0
 * @category models
 */
export interface Plan {
  /** The number of runs that the vendor states. */
  readonly total: number
  /** The run at an index, from 0 and in order of time; `undefined` after the last one. */
  readonly at: (index: number) => Row | undefined
}

/**
 * A scan, with everything that the vendor returns about it.
 *
 * @since 0.1.0
 * @category models
 */
export interface Scan {
  readonly surveyDefId: number
  readonly surveyName: string
  readonly frequencyType: string
  /** Epoch milliseconds. */
  readonly createdTime: number
  /** Milliseconds after midnight, or epoch milliseconds for a scan that runs once. */
  readonly startTime: number
  readonly planned: Plan
  readonly past: Rows
  readonly current: ReadonlyArray<Row>
}

/**
 * The total that the vendor sends for a schedule without an end.
 *
 * @since 0.1.0
 * @category constructors
 */
export const endless = 2_147_483_647

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

/** A planned run. */
export const planned = (startTime: number): Row => ({ jobId: String(startTime), startTime, state: 11 })

/**
 * A schedule without an end.
 *
 * @since 0.1.0
 * @category constructors
 */
export const recurring = (timeOf: (index: number) => number): Plan => ({
  total: endless,
  at: (index) => planned(timeOf(index))
})

/**
 * The plan of a scan that runs once; the vendor gives it no time.
 *
 * @since 0.1.0
 * @category constructors
 */
export const oneTime: Plan = { total: 1, at: (index) => (index === 0 ? planned(0) : undefined) }

/**
 * A plan of exactly these rows, well-formed or not.
 *
 * @since 0.1.0
 * @category constructors
 */
export const rows = (list: ReadonlyArray<Row>): Plan => ({ total: list.length, at: (index) => list[index] })

/** The first Tuesday of the month at noon, as in the documentation's sample. */
const firstTuesday = (monthsAfterJune2020: number): number => {
  const first = Date.UTC(2020, 5 + monthsAfterJune2020, 1, 12)
  return first + ((9 - new Date(first).getUTCDay()) % 7) * day
}

/**
 * The scan of the vendor's documentation. Its schedule continues after the ten published runs.
 *
 * @since 0.1.0
 * @category constructors
 */
export const published: Scan = {
  surveyDefId: 293514,
  surveyName: "Monthly certificate inventory",
  frequencyType: "monthly",
  createdTime: Date.UTC(2020, 4, 20, 9, 30),
  startTime: 12 * hour,
  planned: recurring(firstTuesday),
  past: [],
  current: []
}

const kinds = [
  { name: "External perimeter", frequencyType: "daily", every: day },
  { name: "Payment gateways", frequencyType: "daily", every: day },
  { name: "DMZ web servers", frequencyType: "weekly", every: 7 * day },
  { name: "Load balancers, all regions", frequencyType: "weekly", every: 7 * day },
  { name: "Kubernetes ingress", frequencyType: "daily", every: day },
  { name: "Mail relays", frequencyType: "weekly", every: 7 * day },
  { name: "VPN concentrators", frequencyType: "monthly", every: 28 * day },
  { name: "Legacy data centre, before migration", frequencyType: "onetime", every: 0 },
  { name: "Partner extranet", frequencyType: "monthly", every: 28 * day },
  { name: "Office networks", frequencyType: "weekly", every: 7 * day }
] as const

/** The outcomes of runs, in percent: completed, partial, failed, skipped, cancelled. */
const outcomes = [
  [11, 82],
  [13, 7],
  [12, 6],
  [16, 3],
  [19, 2]
] as const

const outcomeAt = (percent: number): number => {
  let left = percent
  return outcomes.find(([, weight]) => (left -= weight) < 0)?.[0] ?? 11
}

/**
 * What to generate.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options {
  /** The number of scans. Default 6. */
  readonly scans?: number | undefined
  /** The number of past runs of each scan. Default 30. */
  readonly past?: number | undefined
  /** The number of past runs over all scans, instead of `past`; a scan that runs once has one. */
  readonly runs?: number | undefined
  /** Equal seeds give equal scans at the same time. */
  readonly seed?: string | undefined
}

/**
 * A scan whose past runs are an array.
 *
 * @since 0.1.0
 * @category models
 */
export interface Listed extends Scan {
  readonly past: ReadonlyArray<Row>
}

/**
 * A scan whose past runs are generated on access.
 *
 * @since 0.1.0
 * @category models
 */
export interface Made extends Scan {
  readonly past: { readonly length: number; readonly at: (back: number) => Row }
}

/**
 * Generates scans with runs before and after the current time.
 *
 * @since 0.1.0
 * @category constructors
 */
export const generate = (options: Options = {}): Effect.Effect<ReadonlyArray<Listed>> =>
  Effect.map(lazily(options), (scans) =>
    scans.map((scan) => ({ ...scan, past: Array.from({ length: scan.past.length }, (_, back) => scan.past.at(back)) }))
  )

/** How far back runs go. */
const span = 10 * 365 * day

/**
 * The same scans as `generate`, with past runs that are generated on access, so that there can be millions.
 *
 * @since 0.1.0
 * @category constructors
 */
export const lazily = ({ past = 30, runs, scans = 6, seed = "digicert" }: Options = {}): Effect.Effect<
  ReadonlyArray<Made>
> =>
  Effect.map(Clock.currentTimeMillis, (now) => {
    const midnight = now - (now % day)
    const pastOf = (index: number) =>
      runs === undefined ? past : Math.floor(runs / scans) + (index < runs % scans ? 1 : 0)
    return Array.from({ length: scans }, (_, index) => {
      const { every, frequencyType, name } = kinds[index % kinds.length] ?? kinds[0]
      const round = Math.floor(index / kinds.length)
      const upTo = chances(`${seed} ${index}`)
      const startTime = upTo(96) * 15 * minute
      const isOnce = every === 0
      const today = midnight + startTime
      const next = today > now ? today : today + day
      const step = isOnce ? day : every
      const length = isOnce ? Math.min(pastOf(index), 1) : pastOf(index)
      const pastStep = Math.min(step, Math.floor(span / Math.max(1, length)))
      const runAt = (back: number): Row => {
        const started = next - step - back * pastStep - (isOnce ? 30 * day : 0)
        const ofRun = chances(`${seed} ${index} ${isOnce ? 0 : Math.floor(started / pastStep)}`)
        const seconds = 180 + ofRun(5400)
        const state = outcomeAt(ofRun(100))
        const percentageCompleted = state === 11 ? 100 : state === 16 ? 0 : 5 + ofRun(90)
        return runOf(started, {
          state,
          percentageCompleted,
          seconds,
          jobId: String(9_000_000 + index * 100_000 - back)
        })
      }
      const running = upTo(2) === 0 && !isOnce
      return {
        surveyDefId: 300_000 + index * 17,
        surveyName: round === 0 ? name : `${name} ${round + 1}`,
        frequencyType,
        createdTime: now - 400 * day + upTo(200) * hour,
        startTime,
        planned: isOnce ? oneTime : recurring((nth) => next + nth * step),
        past: { length, at: runAt },
        current: running
          ? [
              {
                jobId: String(9_500_000 + index),
                state: 10,
                startTime: now - (1 + upTo(50)) * minute,
                percentageCompleted: 1 + upTo(98),
                duration: 60 * (1 + upTo(50))
              }
            ]
          : []
      }
    })
  })

/** A sequence of whole numbers below a limit that depends on the seed only. */
const chances = (seed: string) => {
  const random = Effect.runSync(Random.withSeed(Random.Random, seed))
  return (limit: number): number => Math.floor(random.nextDoubleUnsafe() * limit)
}

interface Run {
  readonly jobId: string
  readonly state: number
  readonly percentageCompleted: number
  readonly seconds: number
}

/** A run that has started. */
export const runOf = (startTime: number, { jobId, percentageCompleted, seconds, state }: Run): Row => ({
  jobId,
  percentageCompleted,
  state,
  duration: state === 16 ? 0 : seconds,
  startTime,
  endTime: state === 16 ? 0 : startTime + seconds * 1000,
  vulStartTime: 0,
  vulEndTime: 0,
  vulState: 0,
  vulEnabled: false,
  emulationScans: [],
  vulPercentageCompleted: 0,
  vulDuration: 0,
  hasResults: state === 11 || state === 13
})
