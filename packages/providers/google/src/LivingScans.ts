/**
 * The scans of a world in which time goes on, as Google lists them: data scans by a schedule and inspections without one.
 */
import { World } from "@scanjobs/testing"
import { type Cloud, empty, errorOf, project, type Row, timeOf } from "./SyntheticScans.ts"

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

/** What stands before the name of an inspection; every other scan is one of a web site. */
const inspection = "inspect: "

/** The scans of the world that `scanjobs emulate --live` makes. */
const scans: ReadonlyArray<World.Scan> = [
  { name: "Web shop", every: day, offset: 22 * hour, fates: { 2: "failed" } },
  { name: "Customer portal", every: 2 * day, offset: 9 * hour, fates: { 1: "missed" } },
  {
    name: `${inspection}support-tickets`,
    every: 12 * hour,
    offset: 4 * hour,
    isPlanned: false,
    fates: { 3: "partly" }
  },
  { name: `${inspection}data-warehouse`, every: 6 * hour, offset: hour, isPlanned: false, fates: { 9: "failed" } }
]

/**
 * Makes the world that `scanjobs emulate --live` shows.
 *
 * @since 0.3.0
 * @category constructors
 */
export const world = (options: Omit<World.Options, "scans">): World.World => World.make({ ...options, scans })

const isInspection = ({ name }: World.Definition) => name.startsWith(inspection)

/**
 * Makes the project of a world, as it is at a time. Definitions with a plan are configurations of Web Security Scanner, and the others
 * are inspections.
 *
 * @since 0.3.0
 * @category constructors
 */
export const of = (world: World.World): ((now: number) => Cloud) => {
  const location = `projects/${project}/locations/europe-west1`
  const sites = world.definitions.filter((one) => one.isPlanned && !isInspection(one))
  const inspections = world.definitions.filter((one) => !one.isPlanned)
  return (now) => ({
    locations: {
      [location]: {
        ...empty,
        dlpJobs: inspections.flatMap((one) => World.runs(one, now).map((run) => dlpJobOf(location, one, run)))
      }
    },
    scanConfigs: { [`projects/${project}`]: sites.map((one) => scanConfigOf(one, now)) },
    runs: Object.fromEntries(
      sites.map((one) => [
        nameOf(one),
        World.runs(one, now)
          .toReversed()
          .map((run) => scanRunOf(nameOf(one), run))
      ])
    )
  })
}

const nameOf = ({ id }: World.Definition): string => `projects/${project}/scanConfigs/${1000 + id}`

/** A schedule that has ended is none, and the days of one that is faster than life are not whole. */
const scanConfigOf = (definition: World.Definition, now: number): Row => {
  const [next, later] = World.planned(definition, now, 2)
  const days = next === undefined || later === undefined ? undefined : (later - next) / day
  return {
    name: nameOf(definition),
    displayName: definition.name,
    startingUrls: ["https://shop.example/"],
    ...(next === undefined
      ? {}
      : {
          schedule: {
            scheduleTime: timeOf(next),
            ...(days !== undefined && Number.isInteger(days) ? { intervalDurationDays: days } : {})
          }
        })
  }
}

const scanRunOf = (config: string, { endedAt, id, progress, startedAt, state }: World.Run): Row => ({
  name: `${config}/scanRuns/${id}`,
  startTime: timeOf(startedAt),
  progressPercent: Math.round(progress),
  ...(endedAt === null
    ? { executionState: "SCANNING" }
    : { executionState: "FINISHED", endTime: timeOf(endedAt), resultState: results[state] }),
  ...(state === "partly" ? { warningTraces: [{ code: "TOO_MANY_CRAWL_RESULTS" }] } : {}),
  ...(state === "failed" ? { errorTrace: { code: "TIMED_OUT_WHILE_SCANNING" } } : {})
})

const results = {
  running: undefined,
  succeeded: "SUCCESS",
  partly: "SUCCESS",
  failed: "ERROR",
  skipped: "KILLED"
} as const

const dlpJobOf = (
  location: string,
  definition: World.Definition,
  { endedAt, id, startedAt, state }: World.Run
): Row => ({
  name: `${location}/dlpJobs/i-${definition.id}-${id}`,
  type: "INSPECT_JOB",
  state: states[state],
  createTime: timeOf(startedAt),
  startTime: timeOf(startedAt),
  ...(endedAt === null ? {} : { endTime: timeOf(endedAt) }),
  jobTriggerName: `${location}/jobTriggers/${definition.name.replace(inspection, "")}`,
  ...(state === "partly" || state === "failed"
    ? { errors: [errorOf("Permission denied on the bucket.", startedAt)] }
    : {}),
  inspectDetails: {}
})

const states = { running: "RUNNING", succeeded: "DONE", partly: "DONE", failed: "FAILED", skipped: "CANCELED" } as const
