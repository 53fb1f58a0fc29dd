/**
 * The scans of a world in which time goes on, as VMDR lists them.
 */
import { World } from "@scanjobs/testing"
import { type Subscription, vmRow, vmScheduleRow } from "./SyntheticScans.ts"

const states = {
  running: "Running",
  succeeded: "Finished",
  partly: "Finished",
  failed: "Error",
  skipped: "Canceled"
} as const

/**
 * Makes the scans and schedules of a world's definitions, as they are at a time.
 *
 * @since 0.3.0
 * @category constructors
 */
export const of =
  (world: World.World): ((now: number) => Subscription) =>
  (now) => ({
    vmScans: world.definitions.flatMap((definition) =>
      World.runs(definition, now).map(({ endedAt, id, startedAt, state }) =>
        vmRow({
          ref: `scan/${Math.floor(startedAt / 1000)}.${definition.id}${id}`,
          title: definition.name,
          isScheduled: definition.isPlanned,
          launched: startedAt,
          ended: endedAt,
          state: states[state]
        })
      )
    ),
    vmSchedules: world.definitions
      .filter(({ isPlanned }) => isPlanned)
      .map((definition) => vmScheduleRow(definition.id, definition.name, World.planned(definition, now, 1)[0] ?? null)),
    complianceScans: [],
    wasScans: [],
    wasSchedules: []
  })
