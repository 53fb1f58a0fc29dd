import { Progress, type Provider, type Query, RateLimit, RetryPolicy, type ScanError } from "@scanjobs/core"
import { GitHub } from "@scanjobs/github"
import type { Analysis, GitHubEmulator, History } from "@scanjobs/github/emulator"
import type { Emulator } from "@scanjobs/testing"
import { NodeHttpClient } from "@effect/platform-node"
import { Effect, Layer, Redacted, Stream } from "effect"
import { HttpServerResponse } from "effect/http"

/** A connection to GitHub, or to its emulator. */
export type Account = Provider.ConnectionOf<typeof GitHub>

export const connect = ({ settings }: GitHubEmulator, changes: Partial<Account> = {}): Account => ({
  ...settings,
  provider: "github",
  name: "gh",
  token: Redacted.make(settings.token),
  ...changes
})

/** No quota, and short waits. */
export const Fast = Layer.mergeAll(
  NodeHttpClient.layerUndici,
  RateLimit.layerUnlimited,
  RetryPolicy.layer({ base: "1 millis", max: "2 millis" })
)

export type Job = Provider.JobOf<typeof GitHub>

/** The jobs and the events of a reading. */
export interface Reading {
  readonly jobs: ReadonlyArray<Job>
  readonly notes: ReadonlyArray<string>
  readonly rejected: number
  /** Drift events, as JSON. */
  readonly drift: ReadonlyArray<string>
  readonly error: ScanError.ScanError | undefined
}

/** Reads one listing, or all, to the end or to an error. */
export const read = (
  account: Account,
  {
    listings,
    query = {}
  }: { readonly listings?: ReadonlyArray<Provider.ListingOf<typeof GitHub>>; readonly query?: Query.Query } = {}
): Effect.Effect<Reading> =>
  Effect.gen(function* () {
    const jobs: Array<Job> = []
    const notes: Array<string> = []
    const drift: Array<string> = []
    let rejected = 0
    const error = yield* GitHub.jobs(account, query, { listings }).pipe(
      Stream.runForEach((job) => Effect.sync(() => void jobs.push(job))),
      Effect.as(undefined),
      Effect.catch((error) => Effect.succeed(error)),
      Effect.provide(
        Layer.merge(
          Fast,
          Progress.layer((event) =>
            Effect.sync(() => {
              if (event._tag === "Noted") notes.push(`${event.scope}: ${event.message}`)
              if (event._tag === "Drifted") drift.push(JSON.stringify(event.drift))
              if (event._tag === "PageRead") rejected += event.rejected.length
            })
          )
        )
      )
    )
    return { jobs, notes, rejected, drift, error }
  })

/** Analyses an hour apart, newest first, with ids that count down. */
export const analyses = (count: number, changes: object = {}): ReadonlyArray<Analysis> =>
  Array.from({ length: count }, (_, index) => ({
    id: 1000 + count - index,
    ref: "refs/heads/main",
    commit_sha: "d99612c3e1f2970085cfbaeadf8f010ef69bad83",
    analysis_key: "codeql.yml:analyze",
    environment: "{}",
    category: "codeql.yml:analyze/language:go",
    error: "",
    warning: "",
    created_at: `${new Date(Date.UTC(2026, 0, 10, -index)).toISOString().slice(0, 19)}Z`,
    results_count: 1,
    rules_count: 2,
    url: "https://api.github.com/repos/octocat/Hello-World/code-scanning/analyses/1",
    sarif_id: "6c81cd8e-b078-4ac3-a3be-1dad7dbd0b53",
    tool: { name: "CodeQL", guid: null, version: "2.4.0" },
    deletable: true,
    ...changes
  }))

/** A history of scans for custom patterns only, an hour apart. */
export const customScans = (count: number): History => ({
  custom_pattern_backfill_scans: Array.from({ length: count }, (_, index) => ({
    type: "git",
    status: "failed",
    started_at: `${new Date(Date.UTC(2026, 0, 1, index)).toISOString().slice(0, 19)}Z`,
    completed_at: `${new Date(Date.UTC(2026, 0, 1, index, 5)).toISOString().slice(0, 19)}Z`,
    pattern_name: `pattern ${index}`,
    pattern_scope: "repository"
  }))
})

/** A fault that answers every request with this status, body and headers. */
export const answering =
  (status: number, body: unknown, headers: { readonly [name: string]: string } = {}): Emulator.Fault =>
  () =>
    HttpServerResponse.jsonUnsafe(body, { status, headers })
