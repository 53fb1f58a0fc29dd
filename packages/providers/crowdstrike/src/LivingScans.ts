/**
 * The scans of a world in which time goes on, as Falcon lists them: network scans with their next run, and on-demand scans of which there is
 * no plan.
 */
import { World } from "@scanjobs/testing"
import { idOf, networkRun, onDemandScan, type Row, type Scans } from "./SyntheticScans.ts"

const statuses = {
  running: "running",
  succeeded: "done",
  partly: "done",
  failed: "error",
  skipped: "canceled"
} as const

const onDemand = {
  running: "running",
  succeeded: "completed",
  partly: "completed",
  failed: "failed",
  skipped: "cancelled"
} as const

/**
 * Makes the scans of a world's definitions, as they are at a time.
 *
 * @since 0.3.0
 * @category constructors
 */
export const of = (world: World.World): ((now: number) => Scans) => {
  const planned = world.definitions.filter(({ isPlanned }) => isPlanned)
  const others = world.definitions.filter(({ isPlanned }) => !isPlanned)
  return (now) => ({
    networkScans: planned.map((definition) => networkScanOf(definition, now)),
    networkRuns: planned.flatMap((definition) =>
      World.runs(definition, now).map((run) => networkRunOf(definition, run))
    ),
    onDemandScans: others.flatMap((definition) => World.runs(definition, now).map((run) => scanOf(definition, run))),
    scheduledScans: []
  })
}

const times = ({ endedAt, startedAt }: World.Run) => ({ created: startedAt, began: startedAt, ended: endedAt })

const networkScanOf = (definition: World.Definition, now: number): Row => {
  const [next] = World.planned(definition, now, 1)
  return {
    id: idOf(1, definition.id),
    name: definition.name,
    type: "assessment",
    target_type: "ip",
    template_id: idOf(9, 1),
    credentialed: false,
    // A world may be faster than the vendor's schedules, so that it tells its next runs alone.
    ...(next === undefined
      ? { frequency: "not_scheduled" }
      : { frequency: "daily", next_run_timestamp: new Date(next).toISOString() }),
    created_by: "ann@acme.example",
    created_timestamp: new Date(Date.UTC(2026, 0, definition.id)).toISOString()
  }
}

const networkRunOf = (definition: World.Definition, run: World.Run): Row =>
  networkRun(times(run), {
    id: idOf(2, definition.id * 10_000_000_000 + run.id),
    scan_id: idOf(1, definition.id),
    status: statuses[run.state],
    progress_pct: run.progress,
    template_name: definition.name
  })

const scanOf = (definition: World.Definition, run: World.Run): Row =>
  onDemandScan(times(run), {
    id: idOf(4, definition.id * 10_000_000_000 + run.id),
    status: onDemand[run.state],
    description: definition.name,
    profile_id: idOf(3, definition.id)
  })
