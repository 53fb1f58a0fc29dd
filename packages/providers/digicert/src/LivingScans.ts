/**
 * The scans of a world in which time goes on, as DigiCert lists them.
 */
import { World } from "@scanjobs/testing"
import { planned, type Row, rows, runOf, type Scan } from "./SyntheticScans.ts"

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

/**
 * The scans of the world that `scanjobs emulate --live` makes. Three days after it begins, there is something of everything in it: what runs,
 * what is overdue and comes late, what failed, and what is planned.
 */
const scans: ReadonlyArray<World.Scan> = [
  { name: "External perimeter", every: day, offset: 16.8 * hour + 3 * minute, fates: { 1: "missed", 2: "late" } },
  {
    name: "Payment gateways",
    every: 6 * hour,
    offset: 5.7 * hour,
    fates: { 4: "failed", 7: "missed", 11: "succeeded" }
  },
  { name: "Kubernetes ingress", every: 2 * hour, offset: 2 * minute, fates: { 36: "succeeded" } },
  { name: "Mail relays", every: 12 * hour, offset: 9 * hour, fates: { 2: "partly", 5: "succeeded" } },
  { name: "DMZ web servers", every: 7 * day, offset: day },
  { name: "Load balancers, all regions", every: 4 * hour, offset: 3.9 * hour, change: { to: "moved", after: 14 } },
  { name: "VPN concentrators", every: day, offset: 4 * hour, change: { to: "deleted", after: 2 } }
]

/**
 * Makes the world that `scanjobs emulate --live` shows.
 *
 * @since 0.3.0
 * @category constructors
 */
export const world = (options: Omit<World.Options, "scans">): World.World => World.make({ ...options, scans })

const states = { succeeded: 11, partly: 13, failed: 12, skipped: 16, running: 10 } as const

/** How many runs of a scan are listed ahead. A world may be fast, and a list without an end would have thousands a day. */
const next = 100

/**
 * Makes the scans of a world's planned definitions, as they are at a time.
 *
 * @since 0.2.0
 * @category constructors
 */
export const of = (world: World.World): ((now: number) => ReadonlyArray<Scan>) => {
  const definitions = world.definitions.filter(({ isPlanned }) => isPlanned)
  return (now) => definitions.map((definition) => scanOf(definition, now))
}

const scanOf = (definition: World.Definition, now: number): Scan => {
  const runs = World.runs(definition, now)
  const surveyDefId = 300_000 + definition.id
  return {
    surveyDefId,
    surveyName: definition.name,
    frequencyType: "daily",
    createdTime: runs.at(-1)?.startedAt ?? now,
    startTime: 0,
    // People who deleted a schedule see no run any more.
    planned: rows(World.planned(definition, now, next).map(planned)),
    past: runs.filter(({ endedAt }) => endedAt !== null).map((run) => rowOf(surveyDefId, run, now)),
    current: runs.filter(({ endedAt }) => endedAt === null).map((run) => rowOf(surveyDefId, run, now))
  }
}

/** A run is the same job in both lists, and has fewer fields while it runs. */
const rowOf = (surveyDefId: number, { endedAt, id, progress, startedAt, state }: World.Run, now: number): Row => {
  const own = { jobId: `${surveyDefId}-${id}`, state: states[state], percentageCompleted: progress }
  const seconds = Math.round(((endedAt ?? now) - startedAt) / 1000)
  return endedAt === null ? { ...own, startTime: startedAt, duration: seconds } : runOf(startedAt, { ...own, seconds })
}
