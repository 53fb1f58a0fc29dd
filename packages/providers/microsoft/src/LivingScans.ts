/**
 * The scans of a world in which time goes on, as Purview and Defender list them.
 */
import { World } from "@scanjobs/testing"
import { actionOf, idOf, type Row, runOf, type ScanOf, type Source, triggerOf } from "./SyntheticScans.ts"

const hour = 3_600_000
const day = 24 * hour

const runs = {
  running: "InProgress",
  succeeded: "Succeeded",
  partly: "CompletedWithExceptions",
  failed: "Failed",
  skipped: "Canceled"
} as const
const actions = {
  running: "InProgress",
  succeeded: "Succeeded",
  partly: "Succeeded",
  failed: "Failed",
  skipped: "Cancelled"
} as const

/**
 * Makes the account of a world's definitions, as it is at a time. Those that are planned have a trigger, which tells the next run only, because
 * a world may be faster than any recurrence.
 *
 * @since 0.3.0
 * @category constructors
 */
export const purviewOf =
  (world: World.World): ((now: number) => ReadonlyArray<Source>) =>
  (now) => [
    {
      name: "AzureSqlDatabase-sales",
      kind: "AzureSqlDatabase",
      scans: world.definitions.map((one) => scanOf(one, now))
    }
  ]

const scanOf = (definition: World.Definition, now: number): ScanOf => {
  const [next] = definition.isPlanned ? World.planned(definition, now, 1) : []
  return {
    name: definition.name.replaceAll(" ", "-"),
    runs: World.runs(definition, now).map(({ endedAt, id, startedAt, state }) =>
      runOf({
        id: idOf(definition.id, id),
        status: runs[state],
        startedAt,
        endedAt,
        runType: definition.isPlanned ? "Scheduled" : "Manual",
        dataSourceType: "AzureSqlDatabase"
      })
    ),
    ...(next === undefined ? {} : { trigger: onceAt(next) })
  }
}

const onceAt = (time: number): Row => {
  const at = new Date(time).toISOString()
  return triggerOf({ frequency: "Day", interval: 1, startTime: at, endTime: at, schedule: null })
}

const machines: ReadonlyArray<World.Scan> = [
  { name: "desktop-01.contoso.com", every: day, offset: 23 * hour, fates: { 1: "failed" } },
  { name: "desktop-02.contoso.com", every: 12 * hour, offset: 5 * hour },
  { name: "server-01.contoso.com", every: 6 * hour, offset: 2 * hour, fates: { 7: "skipped" } }
]

const withoutPlan = (scan: World.Scan): World.Scan => ({ ...scan, isPlanned: false })

/**
 * Makes the world of machines that `scanjobs emulate --live` shows.
 *
 * @since 0.3.0
 * @category constructors
 */
export const machinesOf = (options: Omit<World.Options, "scans">): World.World =>
  World.make({ ...options, scans: machines.map(withoutPlan) })

/**
 * Makes the actions of a world's definitions without a plan, as they are at a time, the newest first.
 *
 * @since 0.3.0
 * @category constructors
 */
export const defenderOf = (world: World.World): ((now: number) => ReadonlyArray<Row>) => {
  const own = world.definitions.filter(({ isPlanned }) => !isPlanned)
  return (now) =>
    own
      .flatMap((definition) => World.runs(definition, now).map((run) => ({ definition, run })))
      .toSorted((a, b) => b.run.startedAt - a.run.startedAt)
      .map(({ definition, run }) =>
        actionOf({
          id: idOf(definition.id, run.id),
          status: actions[run.state],
          machine: definition.name,
          createdAt: run.startedAt,
          updatedAt: run.endedAt ?? run.startedAt,
          scope: "Quick"
        })
      )
}
