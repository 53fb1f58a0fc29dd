/**
 * The emulator's data: made-up jobs, triggers, configurations and runs of one project.
 */
import { Clock, Effect, Random } from "effect"

/**
 * Rows as the services send them.
 *
 * @since 0.3.0
 * @category models
 */
export interface Row {
  readonly [field: string]: unknown
}

/**
 * What one location of a project, or of an organization, has.
 *
 * @since 0.3.0
 * @category models
 */
export interface Location {
  /** Of both types. */
  readonly dlpJobs: ReadonlyArray<Row>
  readonly jobTriggers: ReadonlyArray<Row>
  readonly dataScans: ReadonlyArray<Row>
  /** The locations that the list of data scans says it lacks. */
  readonly unreachable?: ReadonlyArray<string>
}

/**
 * What the emulator has.
 *
 * @since 0.3.0
 * @category models
 */
export interface Cloud {
  /** By names such as `projects/acme/locations/global`. Others are not found. */
  readonly locations: { readonly [name: string]: Location }
  /** The configurations of Web Security Scanner, by names such as `projects/acme`. */
  readonly scanConfigs: { readonly [project: string]: ReadonlyArray<Row> }
  /** The runs of configurations and the jobs of data scans, by the names of these. One without any has none, and is found. */
  readonly runs: { readonly [parent: string]: ReadonlyArray<Row> }
  /** The services that are switched off. */
  readonly off?: ReadonlyArray<"dlp" | "websecurityscanner" | "dataplex">
}

/**
 * A location without anything.
 *
 * @since 0.3.0
 * @category testing
 */
export const empty: Location = { dlpJobs: [], jobTriggers: [], dataScans: [] }

/** The project of the emulator. */
export const project = "emulated-project"

/** What each run is made of. */
export interface Seed {
  readonly index: number
  /** Epoch milliseconds. */
  readonly startedAt: number
  /** How long it took, in milliseconds; `undefined` while it runs. */
  readonly took: number | undefined
  /** Chooses states. */
  readonly dice: number
}

/** Times up to nanoseconds, as Google sends them. */
export const timeOf = (millis: number): string => new Date(millis).toISOString().replace("Z", "000000Z")

const times = ({ startedAt, took }: Seed) => ({
  startTime: timeOf(startedAt),
  ...(took === undefined ? {} : { endTime: timeOf(startedAt + took) })
})

const pick = <A>(dice: number, of: readonly [A, ...Array<A>]): A => of[Math.floor(dice * of.length)] ?? of[0]

/** The error of a job or a trigger. */
export const errorOf = (message: string, at: number) => ({ details: { code: 7, message }, timestamps: [timeOf(at)] })

const triggers = ["customer-buckets", "data-warehouse", "support-tickets"] as const

/** A job of Sensitive Data Protection: every fourth one is a risk analysis. */
export const dlpJob = (location: string, seed: Seed): Row => {
  const { dice, index, startedAt, took } = seed
  const state =
    took === undefined ? "RUNNING" : pick(dice, ["FAILED", "CANCELED", "DONE", "DONE", "DONE", "DONE", "DONE"])
  const isRisk = index % 4 === 3
  const errors = state === "FAILED" || (state === "DONE" && dice > 0.9)
  return {
    name: `${location}/dlpJobs/${isRisk ? "r" : "i"}-${index}`,
    type: isRisk ? "RISK_ANALYSIS_JOB" : "INSPECT_JOB",
    state,
    createTime: timeOf(startedAt - 1000),
    ...times(seed),
    ...(isRisk ? {} : { jobTriggerName: `${location}/jobTriggers/${triggers[index % triggers.length]}` }),
    ...(errors ? { errors: [errorOf("Permission denied on the bucket.", startedAt + 1000)] } : {}),
    [isRisk ? "riskDetails" : "inspectDetails"]: {}
  }
}

/** The triggers of a location: two by a period, one of them paused, and one by hand. */
export const jobTriggers = (location: string, now: number): ReadonlyArray<Row> =>
  triggers.map((name, index) => ({
    name: `${location}/jobTriggers/${name}`,
    displayName: name.replace("-", " "),
    createTime: timeOf(now - 30 * day),
    updateTime: timeOf(now - 20 * day),
    lastRunTime: timeOf(now - (index + 3) * hour),
    triggers: [index === 2 ? { manual: {} } : { schedule: { recurrencePeriodDuration: `${(index + 1) * 86_400}s` } }],
    status: index === 1 ? "PAUSED" : "HEALTHY"
  }))

/** A configuration of Web Security Scanner; every third one has no schedule. */
export const scanConfig = (index: number, now: number): Row => ({
  name: `projects/${project}/scanConfigs/${1000 + index}`,
  displayName: ["shop", "portal", "intranet"][index % 3],
  startingUrls: ["https://shop.example/"],
  ...(index % 3 === 2 ? {} : { schedule: { scheduleTime: timeOf(now + (index + 1) * hour), intervalDurationDays: 7 } })
})

/** A run of Web Security Scanner. */
export const scanRun = (config: string, seed: Seed): Row => {
  const resultState = pick(seed.dice, ["ERROR", "KILLED", "SUCCESS", "SUCCESS", "SUCCESS"])
  return {
    name: `${config}/scanRuns/${seed.index}`,
    ...times(seed),
    ...(seed.took === undefined
      ? { executionState: "SCANNING", progressPercent: 40 }
      : { executionState: "FINISHED", resultState, progressPercent: 100 }),
    ...(seed.took !== undefined && resultState === "ERROR" ? { errorTrace: { code: "TIMED_OUT_WHILE_SCANNING" } } : {}),
    ...(seed.took !== undefined && seed.dice > 0.9 ? { warningTraces: [{ code: "TOO_MANY_CRAWL_RESULTS" }] } : {})
  }
}

const crons = ["TZ=Europe/Berlin 30 2 * * *", "CRON_TZ=America/New_York 0 22 * * MON,THU"]

/** A data scan: by a schedule, on demand, or once. */
export const dataScan = (location: string, index: number): Row => ({
  name: `${location}/dataScans/${["orders", "customers", "returns", "invoices"][index % 4]}-${index}`,
  uid: `00000000-0000-4000-8000-${String(index).padStart(12, "0")}`,
  displayName: ["Orders", "Customers", "Returns", "Invoices"][index % 4],
  state: "ACTIVE",
  executionSpec: {
    trigger: [{ schedule: { cron: crons[0] } }, { schedule: { cron: crons[1] } }, { onDemand: {} }, { oneTime: {} }][
      index % 4
    ]
  },
  type: "DATA_QUALITY"
})

/** A job of a data scan. */
export const dataScanJob = (scan: string, seed: Seed): Row => {
  const isOver = seed.took !== undefined
  const state = isOver
    ? pick(seed.dice, ["FAILED", "CANCELLED", "SUCCEEDED_WITH_ERRORS", "SUCCEEDED", "SUCCEEDED"])
    : "RUNNING"
  return {
    name: `${scan}/jobs/${seed.index}`,
    uid: `00000000-0000-4000-9000-${String(seed.index).padStart(12, "0")}`,
    createTime: timeOf(seed.startedAt - 1000),
    ...times(seed),
    state,
    ...(state === "FAILED" ? { message: "The table was not found." } : {}),
    ...(state === "SUCCEEDED_WITH_ERRORS" ? { partialFailureMessage: "2 of 14 rules could not be evaluated." } : {}),
    type: "DATA_QUALITY"
  }
}

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

/** As many of the count as the place among so many gets. */
const share = (count: number, place: number, of: number): number =>
  Math.floor(count / of) + (place < count % of ? 1 : 0)

/**
 * Makes a project before the current time; equal seeds give equal projects.
 *
 * @since 0.3.0
 * @category constructors
 */
export const generate = Effect.fnUntraced(function* (
  options: {
    readonly locations?: ReadonlyArray<string>
    /** How many jobs each listing of runs has, over all locations. Default 60. */
    readonly jobs?: number | undefined
    readonly seed?: string | undefined
  } = {}
) {
  const { jobs = 60, locations: places = ["global", "europe-west1"], seed = "google" } = options
  const now = yield* Clock.currentTimeMillis
  const seedsOf = Effect.fnUntraced(function* (count: number) {
    const seeds: Array<Seed> = []
    for (let index = 0; index < count; index++) {
      const dice = yield* Random.next
      const age = (count - index) * 6 * hour - Math.floor(dice * 60) * minute
      const took = index === count - 1 ? undefined : (5 + Math.floor(dice * 100)) * minute
      seeds.push({ index, startedAt: now - age, took, dice: yield* Random.next })
    }
    return seeds
  })
  const make = Effect.gen(function* () {
    const locations: { [name: string]: Location } = {}
    const runs: { [parent: string]: ReadonlyArray<Row> } = {}
    const regions = places.filter((place) => place !== "global")
    for (const [place, location] of places.entries()) {
      const name = `projects/${project}/locations/${location}`
      const dlpJobs = (yield* seedsOf(share(jobs, place, places.length))).map((one) => dlpJob(name, one))
      const region = regions.indexOf(location)
      const dataScans = region < 0 ? [] : Array.from({ length: 4 }, (_, index) => dataScan(name, index))
      const count = region < 0 ? 0 : share(jobs, region, regions.length)
      for (const [at, scan] of dataScans.slice(0, 3).entries()) {
        const parent = String(scan["name"])
        runs[parent] = (yield* seedsOf(share(count, at, 3))).map((one) => dataScanJob(parent, one))
      }
      locations[name] = { dlpJobs, jobTriggers: jobTriggers(name, now), dataScans }
    }
    const configs = Array.from({ length: 3 }, (_, index) => scanConfig(index, now))
    for (const [at, config] of configs.entries()) {
      const parent = String(config["name"])
      // The latest comes first.
      runs[parent] = (yield* seedsOf(share(jobs, at, 3))).map((one) => scanRun(parent, one)).toReversed()
    }
    const cloud: Cloud = { locations, scanConfigs: { [`projects/${project}`]: configs }, runs }
    return cloud
  })
  return yield* make.pipe(Random.withSeed(seed))
})
