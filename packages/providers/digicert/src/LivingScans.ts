/**
 * The scans of a world in which time goes on, as DigiCert lists them.
 */
import { World } from "@scanjobs/testing"
import { planned, type Row, rows, runOf, type Scan } from "./SyntheticScans.ts"

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

/** A run is the same job in both lists. */
const rowOf = (surveyDefId: number, { endedAt, id, progress, startedAt, state }: World.Run, now: number): Row =>
  runOf(startedAt, {
    jobId: `${surveyDefId}-${id}`,
    state: states[state],
    percentageCompleted: progress,
    seconds: Math.round(((endedAt ?? now) - startedAt) / 1000)
  })
