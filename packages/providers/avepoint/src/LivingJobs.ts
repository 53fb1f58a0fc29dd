/**
 * The jobs of a world in which time goes on, as AvePoint lists them: it has no plan, so they just happen.
 */
import { World } from "@scanjobs/testing"
import type { Job } from "./SyntheticJobs.ts"

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
