import { Progress, type Provider, type Query, RateLimit, RetryPolicy, type ScanError } from "@scanjobs/core"
import { GitLab } from "@scanjobs/gitlab"
import type { GitLabEmulator, Project, Row } from "@scanjobs/gitlab/emulator"
import { NodeHttpClient } from "@effect/platform-node"
import { Effect, Layer, Redacted, Stream } from "effect"

/** A connection to GitLab, or to its emulator. */
export type Account = Provider.ConnectionOf<typeof GitLab>

export const connect = ({ settings }: GitLabEmulator, changes: Partial<Account> = {}): Account => ({
  ...settings,
  provider: "gitlab",
  name: "gl",
  token: Redacted.make(settings.token),
  ...changes
})

/** No quota, and short waits. */
export const Fast = Layer.mergeAll(
  NodeHttpClient.layerUndici,
  RateLimit.layerUnlimited,
  RetryPolicy.layer({ base: "1 millis", max: "2 millis", maxRetryAfter: "1 second" })
)

export type Job = Provider.JobOf<typeof GitLab>

/** The jobs and the events of a reading. */
export interface Reading {
  readonly jobs: ReadonlyArray<Job>
  readonly notes: ReadonlyArray<string>
  readonly completed: Progress.Completed | undefined
  readonly error: ScanError.ScanError | undefined
}

/** Reads one listing, or all, to the end or to an error. */
export const read = (
  account: Account,
  listing?: Provider.ListingOf<typeof GitLab>,
  query: Query.Query = {}
): Effect.Effect<Reading> =>
  Effect.gen(function* () {
    const jobs: Array<Job> = []
    const notes: Array<string> = []
    let completed: Progress.Completed | undefined
    const error = yield* GitLab.jobs(account, query, listing === undefined ? {} : { listings: [listing] }).pipe(
      Stream.runForEach((job) => Effect.sync(() => void jobs.push(job))),
      Effect.as(undefined),
      Effect.catch((error) => Effect.succeed(error)),
      Effect.provide(
        Layer.merge(
          Fast,
          Progress.layer((event) =>
            Effect.sync(() => {
              if (event._tag === "Noted") notes.push(`${event.scope}: ${event.message}`)
              if (event._tag === "Completed") completed = event
            })
          )
        )
      )
    )
    return { jobs, notes, error, completed }
  })

/** The beginning of 2026. */
export const newYear = Date.UTC(2026, 0, 1)

const iso = (millis: number) => new Date(millis).toISOString()
const hour = 3_600_000

/** Scans an hour apart, newest first. */
export const jobs = (count: number, changes: object = {}): ReadonlyArray<Row> =>
  Array.from({ length: count }, (_, index) => ({
    id: 8000 + count - index,
    name: "semgrep-sast",
    status: "failed",
    created_at: iso(newYear + (count - index) * hour),
    started_at: iso(newYear + (count - index) * hour + 5000),
    finished_at: iso(newYear + (count - index) * hour + 65_000),
    failure_reason: "script_failure",
    web_url: `https://gitlab.example/acme/full/-/jobs/${8000 + count - index}`,
    allow_failure: false,
    artifacts: [],
    ...changes
  }))

export const pipelines = (count: number, changes: object = {}): ReadonlyArray<Row> =>
  Array.from({ length: count }, (_, index) => ({
    id: 5000 + count - index,
    status: "failed",
    source: "ondemand_dast_scan",
    ref: "main",
    name: "DAST",
    created_at: iso(newYear + (count - index) * hour),
    updated_at: iso(newYear + (count - index) * hour + 65_000),
    web_url: `https://gitlab.example/acme/full/-/pipelines/${5000 + count - index}`,
    ...changes
  }))

export const schedules = (count: number, changes: object = {}): ReadonlyArray<Row> =>
  Array.from({ length: count }, (_, index) => ({
    id: 13 + index,
    description: `Schedule ${index}`,
    ref: `refs/heads/branch-${index}`,
    cron: "0 1 * * *",
    cron_timezone: "Europe/Zurich",
    next_run_at: iso(newYear),
    active: true,
    ...changes
  }))

export const project = (id: number, changes: Partial<Project> = {}): Project => ({
  id,
  path: `acme/project-${id}`,
  jobs: [],
  pipelines: [],
  schedules: [],
  ...changes
})
