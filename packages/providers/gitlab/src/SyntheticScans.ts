/**
 * The emulator's data: generated projects with jobs, pipelines and schedules.
 */
import { Clock, Effect, Random } from "effect"

/**
 * A row as GitLab sends it.
 *
 * @since 0.3.0
 * @category models
 */
export interface Row {
  readonly id: number
  readonly [field: string]: unknown
}

/**
 * A project. Its lists are in the order of their ids, newest first; `403` in place of one is GitLab's answer where CI is off.
 *
 * @since 0.3.0
 * @category models
 */
export interface Project {
  readonly id: number
  /** Such as `acme/apps/web`. */
  readonly path: string
  /** Paths that it had before it was moved. */
  readonly formerly?: ReadonlyArray<string>
  readonly jobs: ReadonlyArray<Row> | 403
  readonly pipelines: ReadonlyArray<Row>
  readonly schedules: ReadonlyArray<Row>
}

/**
 * What to generate.
 *
 * @since 0.3.0
 * @category models
 */
export interface Options {
  /** The number of projects. Default 4. */
  readonly projects?: number
  /** The number of scans of each listing over all projects. Default 30 for each project. */
  readonly jobs?: number | undefined
  /** The group that owns them. Default `acme`. */
  readonly group?: string
  /** Equal seeds give equal scans at the same time. */
  readonly seed?: string | undefined
}

const names = ["apps/web", "apps/mobile", "infra", "billing", "search", "docs"]

const analyzers = [
  ["semgrep-sast", "sast"],
  ["secret_detection", "secret_detection"],
  ["gemnasium-dependency_scanning", "dependency_scanning"],
  ["container_scanning", "container_scanning"],
  ["dast", "dast"]
] as const

const hour = 3_600_000

/**
 * Generates projects whose newest scans are running or ended shortly before the current time. Every third job is a build and no scan.
 *
 * @since 0.3.0
 * @category constructors
 */
export const generate = ({ group = "acme", jobs, projects = 4, seed = "gitlab" }: Options = {}): Effect.Effect<
  ReadonlyArray<Project>
> =>
  Effect.gen(function* () {
    const now = Math.floor((yield* Clock.currentTimeMillis) / 1000) * 1000
    const salt = yield* Random.nextIntBetween(1, 1_000_000)
    return Array.from({ length: projects }, (_, index): Project => {
      const share = jobs === undefined ? 30 : Math.ceil((jobs - index) / projects)
      const name = names[index % names.length] ?? "app"
      const path = `${group}/${name}${index < names.length ? "" : `-${Math.floor(index / names.length)}`}`
      const place = { now, salt: salt + index * 7919, base: (index + 1) * 10_000_000, path }
      return {
        id: 278_964 + index,
        path,
        jobs: Array.from({ length: share + Math.ceil(share / 2) }, (_, back) => jobAt(place, share, back)),
        pipelines: Array.from({ length: share }, (_, back) => pipelineAt(place, back)),
        schedules: index === 3 ? [] : [scheduleAt(place, index)]
      }
    })
  }).pipe(Random.withSeed(seed))

interface Place {
  readonly now: number
  readonly salt: number
  readonly base: number
  readonly path: string
}

/** The page of a job or a pipeline. */
export const pageOf = ({ path }: Pick<Place, "path">, what: "jobs" | "pipelines", id: number): string =>
  `https://gitlab.example/${path}/-/${what}/${id}`

/** A whole number below a limit that depends only on the place, the index and the use. */
const chance = ({ salt }: Place, index: number, use: number, limit: number): number =>
  Effect.runSync(Random.withSeed(Random.next, `${salt} ${index} ${use}`)) * limit

const iso = (millis: number): string => new Date(millis).toISOString()

/** A job as GitLab sends it. */
export const jobOf = (row: Row, report: string | null): Row => ({
  stage: "test",
  tag: false,
  ref: "main",
  allow_failure: true,
  coverage: null,
  failure_reason: null,
  artifacts:
    report === null
      ? []
      : [{ file_type: report, size: 2048, filename: `gl-${report}-report.json`, file_format: "raw" }],
  ...row
})

const jobAt = (place: Place, share: number, back: number): Row => {
  const isBuild = back % 3 === 2 || back - Math.floor(back / 3) >= share
  const [name, report] = analyzers[Math.floor(chance(place, back, 1, analyzers.length))] ?? analyzers[0]
  const created = place.now - 120_000 - back * hour
  const length = 60_000 + Math.floor(chance(place, back, 2, 20)) * 60_000
  const luck = chance(place, back, 3, 1)
  const isOver = created + 5000 + length < place.now
  const status =
    back === 0 ? "pending" : !isOver ? "running" : luck < 0.08 ? "failed" : luck < 0.12 ? "canceled" : "success"
  return jobOf(
    {
      id: place.base + 1_000_000 - back,
      name: isBuild ? "build" : name,
      status,
      created_at: iso(created),
      started_at: status === "pending" ? null : iso(created + 5000),
      finished_at: isOver && status !== "pending" ? iso(created + 5000 + length) : null,
      web_url: pageOf(place, "jobs", place.base + 1_000_000 - back),
      ...(status === "failed" ? { failure_reason: "script_failure" } : {})
    },
    isBuild || status !== "success" ? null : report
  )
}

const pipelineSources = ["ondemand_dast_scan", "schedule", "security_orchestration_policy"]

const pipelineAt = (place: Place, back: number): Row => {
  const created = place.now - 600_000 - back * 6 * hour
  const luck = chance(place, back, 4, 1)
  return {
    id: place.base + 500_000 - back,
    iid: 1000 - back,
    status: back === 0 ? "running" : luck < 0.1 ? "failed" : "success",
    source: pipelineSources[back % pipelineSources.length],
    ref: "main",
    name: null,
    created_at: iso(created),
    updated_at: iso(created + 300_000),
    web_url: pageOf(place, "pipelines", place.base + 500_000 - back)
  }
}

const scheduleAt = ({ base, now }: Place, index: number): Row => ({
  id: base + index,
  description: ["Nightly security scan", "Weekly DAST", "Container scan"][index % 3],
  ref: "refs/heads/main",
  cron: ["0 1 * * *", "30 3 * * 0", "0 */6 * * *"][index % 3],
  cron_timezone: ["Europe/Zurich", "UTC", "Pacific Time (US & Canada)"][index % 3],
  next_run_at: iso(Math.ceil(now / (6 * hour)) * 6 * hour),
  active: true,
  created_at: iso(now - 100 * 24 * hour),
  updated_at: iso(now - 10 * 24 * hour),
  owner: { id: 1, username: "scans" }
})
