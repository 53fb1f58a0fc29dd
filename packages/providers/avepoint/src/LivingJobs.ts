/**
 * The jobs of a world in which time goes on, as AvePoint lists them: it has no plan, so they just happen.
 */
import { World } from "@scanjobs/testing"
import type { Job } from "./SyntheticJobs.ts"

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

/**
 * The scans of the world that `scanjobs emulate --live` makes. Three days after it begins, there is something of everything in it: what runs,
 * what failed, and what has fallen silent. There is no plan.
 */
const scans: ReadonlyArray<World.Scan> = [
  { name: "Exchange mailboxes", every: 6 * hour, offset: 5.8 * hour },
  { name: "SharePoint sites", every: day, offset: 22.8 * hour },
  { name: "Teams and groups", every: 3 * hour, offset: minute, fates: { 14: "failed", 24: "partly" } },
  { name: "OneDrive for leavers", every: 12 * hour, offset: 7 * hour },
  { name: "Power Platform environments", every: 8 * hour, offset: 2 * hour, change: { to: "deleted", after: 4 } },
  { name: "Directory users", every: 2 * hour, offset: 118 * minute },
  { name: "Imported tenants", every: 7 * day, offset: 1.5 * day }
]

/**
 * Makes the world that `scanjobs emulate --live` shows.
 *
 * @since 0.3.0
 * @category constructors
 */
export const world = (options: Omit<World.Options, "scans">): World.World =>
  World.make({ ...options, scans: scans.map(withoutPlan) })

const withoutPlan = (scan: World.Scan): World.Scan => ({ ...scan, isPlanned: false })

const states = { running: 1, succeeded: 2, failed: 3, partly: 4, skipped: 5 } as const

/**
 * Makes the jobs of a world's definitions without a plan, as they are at a time.
 *
 * @since 0.2.0
 * @category constructors
 */
export const of = (world: World.World): ((now: number) => ReadonlyArray<Job>) => {
  const definitions = world.definitions.filter(({ isPlanned }) => !isPlanned)
  return (now) => definitions.flatMap((definition) => World.runs(definition, now).map((run) => jobOf(definition, run)))
}

const jobOf = ({ id, name }: World.Definition, run: World.Run): Job => ({
  id: `Scan${id}-${run.id}`,
  type: 0,
  state: states[run.state],
  startTime: textOf(run.startedAt),
  finishTime: run.endedAt === null ? null : textOf(run.endedAt),
  scanProfileName: name,
  category: 0,
  extension: null
})

const textOf = (millis: number): string => `${new Date(millis).toISOString().slice(0, -1)}0000+00:00`
