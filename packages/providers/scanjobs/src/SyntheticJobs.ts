/**
 * Connections with generated jobs for the emulator.
 *
 * **Example** (three hundred runs, and one that failed)
 *
 * ```ts
 * import * as ScanjobsEmulator from "@scanjobs/scanjobs/emulator"
 *
 * export const many = ScanjobsEmulator.generate({ runs: 300, connections: ["code"] })
 * export const failed = ScanjobsEmulator.job("code", "1", { state: "failed" })
 * ```
 */
import { Clock, Effect, Random } from "effect"
import type * as Api from "./Api.ts"

/**
 * A job as scanjobs sends it.
 *
 * @since 0.3.0
 * @category models
 */
export type Job = typeof Api.Job.Type

/**
 * A connection and its jobs by start time.
 *
 * @since 0.3.0
 * @category models
 */
export interface Connection {
  readonly name: string
  readonly jobs: ReadonlyArray<Job>
  /** Why it could not be read completely. */
  readonly failure?: string
}

/** What to generate. */
export interface Options {
  /** The number of runs over all connections. Default 240. */
  readonly runs?: number | undefined
  /** The names of the connections. Default `certificates` and `code`. */
  readonly connections?: ReadonlyArray<string>
  /** Equal seeds give equal jobs at the same time. */
  readonly seed?: string | undefined
}

const hour = 3_600_000
const at = (time: number) => new Date(time).toISOString()
const names = ["Nightly", "Weekly, deep", "On every release", "On demand"] as const
const outcomes = ["succeeded", "succeeded", "partially_succeeded", "failed", "cancelled", "skipped"] as const

/**
 * A job with usual fields.
 *
 * @since 0.3.0
 * @category constructors
 */
export const job = (connection: string, vendorId: string, changes: Partial<Job> = {}): Job => ({
  provider: "acme",
  connection,
  listing: "runs",
  scope: null,
  id: `acme/${encodeURIComponent(connection)}/runs/${vendorId}`,
  vendorId,
  kind: "run",
  definitionId: "7",
  name: "Nightly",
  category: "web",
  state: "succeeded",
  vendorState: "done",
  detail: null,
  progress: null,
  startTime: "2026-01-01T00:00:00.000Z",
  finishTime: null,
  link: `https://vendor.example/runs/${encodeURIComponent(vendorId)}`,
  raw: { id: vendorId },
  verdict: null,
  why: null,
  delay: null,
  firstSeen: Date.UTC(2026, 0, 1),
  ...changes
})

/**
 * Generates connections; the newest run of each is still running.
 *
 * @since 0.3.0
 * @category constructors
 */
export const generate = ({
  connections = ["certificates", "code"],
  runs = 240,
  seed = "scanjobs"
}: Options = {}): Effect.Effect<ReadonlyArray<Connection>> =>
  Effect.gen(function* () {
    const now = yield* Clock.currentTimeMillis
    const random = yield* Random.Random
    const upTo = (limit: number) => Math.floor(random.nextDoubleUnsafe() * limit)
    const make = (connection: string, count: number) =>
      Array.from({ length: count }, (_, index): Job => {
        const age = count - index
        const start = now - age * hour
        return job(connection, `run-${String(index + 1).padStart(8, "0")}`, {
          name: names[upTo(names.length)] ?? null,
          state: age === 1 ? "running" : (outcomes[upTo(outcomes.length)] ?? "succeeded"),
          startTime: at(start),
          finishTime: age === 1 ? null : at(start + ((1 + upTo(59)) * hour) / 60)
        })
      })
    return connections.map((name, index) => ({
      name,
      jobs: make(name, Math.floor((runs + index) / connections.length))
    }))
  }).pipe(Random.withSeed(seed))
