/**
 * The scans of a world in which time goes on, as Tenable lists them. Its rules count days, and a world may be faster, so that each scan
 * tells only its next run.
 */
import { World } from "@scanjobs/testing"
import { type Row, runOf, type Scan } from "./SyntheticScans.ts"

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

/**
 * The scans of the world that `scanjobs emulate --live` makes. Three days after it begins, there is something of everything in it: what runs,
 * what was missed, what is overdue, what failed, and what is planned.
 */
const scans: ReadonlyArray<World.Scan> = [
  { name: "Basic network scan, Zürich", every: day, offset: 23.7 * hour, fates: { 1: "failed", 2: "succeeded" } },
  { name: "Windows servers, agents", every: day, offset: 15 * hour, fates: { 1: "succeeded", 2: "missed" } },
  { name: "Cloud images", every: 3 * hour, offset: 6 * minute, fates: { 9: "late", 17: "missed" } },
  { name: "Datacentre, credentialed", every: 6 * hour, offset: 5 * hour, fates: { 6: "missed" } },
  { name: "Wireless controllers", every: 12 * hour, offset: 11 * hour, fates: { 3: "partly" } },
  { name: "PCI external", every: 7 * day, offset: 2 * day },
  { name: "Plant network", every: 8 * hour, offset: 4 * minute, fates: { 6: "failed", 9: "failed" } }
]

/**
 * Makes the world that `scanjobs emulate --live` shows.
 *
 * @since 0.3.0
 * @category constructors
 */
export const world = (options: Omit<World.Options, "scans">): World.World => World.make({ ...options, scans })

const statuses = {
  running: "running",
  succeeded: "completed",
  partly: "completed",
  failed: "aborted",
  skipped: "canceled"
} as const

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
  const [next] = World.planned(definition, now, 1)
  const runs = World.runs(definition, now)
  const [latest] = runs
  const id = 100 + definition.id
  return {
    runs: runs.map((run) => rowOf(id, run, now)),
    row: {
      id,
      uuid: `scan-${id}`,
      schedule_uuid: `template-${id}`,
      name: definition.name,
      type: "remote",
      status: latest === undefined ? "empty" : statuses[latest.state],
      enabled: next !== undefined,
      control: true,
      creation_date: Math.floor((runs.at(-1)?.startedAt ?? now) / 1000),
      last_modification_date: Math.floor((latest?.startedAt ?? now) / 1000),
      progress: latest?.progress ?? 0,
      total_targets: 100,
      owner: "scans@example.com",
      policy_id: 20,
      timezone: next === undefined ? null : "Etc/UTC",
      rrules: null,
      starttime: next === undefined ? null : textOf(next)
    }
  }
}

const rowOf = (scan: number, { endedAt, id, startedAt, state }: World.Run, now: number): Row =>
  runOf(
    {
      id: scan * 10_000_000_000 + id,
      uuid: `run-${scan}-${id}`,
      status: statuses[state],
      time_start: Math.floor(startedAt / 1000),
      time_end: endedAt === null ? null : Math.floor(endedAt / 1000)
    },
    Math.floor(now / 1000)
  )

/** As `YYYYMMDDTHHMMSS`. */
const textOf = (millis: number): string => new Date(millis).toISOString().slice(0, 19).replaceAll(/[-:]/g, "")
