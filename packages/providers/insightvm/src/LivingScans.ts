/**
 * The scans of a world in which time goes on, as a console lists them: each definition is a site, the planned ones with a schedule.
 */
import { World } from "@scanjobs/testing"
import { type Console, mostStarts, scanRow, scheduleRow, siteRow } from "./SyntheticConsole.ts"

const statuses = {
  running: "running",
  succeeded: "finished",
  partly: "finished",
  failed: "error",
  skipped: "stopped"
} as const

/**
 * Makes the sites, schedules and scans of a world's definitions, as they are at a time.
 *
 * @since 0.3.0
 * @category constructors
 */
export const of =
  (world: World.World): ((now: number) => Console) =>
  (now) => {
    const scans = world.definitions.flatMap((definition) =>
      World.runs(definition, now).map(({ endedAt, id, startedAt, state }) => ({
        isRunning: state === "running",
        row: scanRow({
          id: definition.id * 10_000_000_000 + id,
          name: definition.name,
          isScheduled: definition.isPlanned,
          status: statuses[state],
          started: startedAt,
          ended: endedAt,
          site: definition
        })
      }))
    )
    return {
      active: scans.filter(({ isRunning }) => isRunning).map(({ row }) => row),
      past: scans.filter(({ isRunning }) => !isRunning).map(({ row }) => row),
      sites: world.definitions.map((definition) => ({
        site: siteRow(definition.id, definition.name),
        schedules: definition.isPlanned
          ? [
              scheduleRow({
                id: definition.id,
                name: definition.name,
                next: World.planned(definition, now, mostStarts)
              })
            ]
          : []
      }))
    }
  }
