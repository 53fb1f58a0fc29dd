/**
 * The scans of a world in which time goes on, as GitLab lists them. Cron counts minutes, and a world may be faster, so that each schedule
 * tells only its next run.
 */
import { World } from "@scanjobs/testing"
import { jobOf, pageOf, type Project, type Row } from "./SyntheticScans.ts"

const statuses = {
  running: "running",
  succeeded: "success",
  partly: "success",
  failed: "failed",
  skipped: "skipped"
} as const

/**
 * Makes one project for each of a world's definitions, as they are at a time: the planned ones have schedules with pipelines, the others
 * have jobs.
 *
 * @since 0.3.0
 * @category constructors
 */
export const of = (world: World.World): ((now: number) => ReadonlyArray<Project>) => {
  return (now) => world.definitions.map((definition) => projectOf(definition, now))
}

const projectOf = (definition: World.Definition, now: number): Project => {
  const runs = World.runs(definition, now)
  const id = 1000 + definition.id
  const path = `acme/${definition.name.toLowerCase().replaceAll(" ", "-")}`
  return {
    id,
    path,
    jobs: definition.isPlanned
      ? []
      : runs.map((run) => jobOf(rowOf(id, run, "semgrep-sast", pageOf({ path }, "jobs", idOf(id, run))), "sast")),
    pipelines: definition.isPlanned
      ? runs.map((run) => rowOf(id, run, definition.name, pageOf({ path }, "pipelines", idOf(id, run))))
      : [],
    schedules: definition.isPlanned ? [scheduleOf(definition, id, now)] : []
  }
}

const idOf = (project: number, { id }: Pick<World.Run, "id">) => project * 10_000_000_000 + id

const rowOf = (project: number, { endedAt, id, startedAt, state }: World.Run, name: string, page: string): Row => ({
  id: idOf(project, { id }),
  name,
  web_url: page,
  source: "schedule",
  ref: "main",
  status: statuses[state],
  created_at: new Date(startedAt).toISOString(),
  started_at: new Date(startedAt).toISOString(),
  updated_at: new Date(endedAt ?? startedAt).toISOString(),
  finished_at: endedAt === null ? null : new Date(endedAt).toISOString()
})

const scheduleOf = (definition: World.Definition, id: number, now: number): Row => {
  const [next] = World.planned(definition, now, 1)
  return {
    id,
    description: definition.name,
    ref: "refs/heads/main",
    cron: "* * * * *",
    // A name of Rails, with which the provider takes the next run alone.
    cron_timezone: "Pacific Time (US & Canada)",
    next_run_at: next === undefined ? null : new Date(next).toISOString(),
    active: next !== undefined
  }
}
