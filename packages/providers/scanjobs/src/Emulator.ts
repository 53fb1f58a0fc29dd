/**
 * An emulator of another scanjobs on loopback.
 *
 * **Example** (all jobs of the emulator)
 *
 * ```ts
 * import { Scanjobs } from "@scanjobs/scanjobs"
 * import * as ScanjobsEmulator from "@scanjobs/scanjobs/emulator"
 * import { Effect, Result, Stream } from "effect"
 *
 * export const all = Effect.gen(function* () {
 *   const { settings } = yield* ScanjobsEmulator.serve()
 *   const connection = Result.getOrThrow(Scanjobs.decode({ ...settings, provider: "scanjobs", name: "main" }))
 *   return yield* Scanjobs.jobs(connection).pipe(Stream.runCollect)
 * }).pipe(Effect.scoped)
 * ```
 *
 * **Example** (a connection that could not be read completely, and a page with a broken row)
 *
 * ```ts
 * import * as ScanjobsEmulator from "@scanjobs/scanjobs/emulator"
 * import { Faults } from "@scanjobs/testing"
 *
 * const jobs = [ScanjobsEmulator.job("code", "1"), ScanjobsEmulator.job("code", "2", { state: "failed" })]
 * const fault = Faults.row(ScanjobsEmulator.wires.jobs, 0, () => "not a row")
 *
 * export const incomplete = ScanjobsEmulator.serve({ connections: [{ name: "code", jobs, failure: "no answer" }], fault })
 * export const generated = ScanjobsEmulator.playground.serve({ jobs: 1000 })
 * ```
 */
import { Listing } from "@scanjobs/core"
import { Emulator, Pages, Playground, Wire } from "@scanjobs/testing"
import { Effect, type Scope } from "effect"
import { HttpServerResponse } from "effect/http"
import * as Api from "./Api.ts"
import { Scanjobs } from "./Scanjobs.ts"
import * as SyntheticJobs from "./SyntheticJobs.ts"

export { generate, job } from "./SyntheticJobs.ts"
export type { Connection, Job } from "./SyntheticJobs.ts"

/**
 * Where rows, ids and times are in the answers, for faults and the conformance suite.
 *
 * @since 0.3.0
 * @category testing
 */
export const wires = {
  jobs: Wire.make(Scanjobs.listings.jobs, {
    rows: { get: ({ jobs }) => jobs, set: (body, jobs) => ({ ...body, jobs }) },
    next: Wire.tokenInBody({ get: ({ next }) => next, set: (body, next) => ({ ...body, next }) }),
    total: null,
    id: Wire.field("id"),
    state: Wire.field("state"),
    start: Wire.field("startTime"),
    finish: Wire.field("finishTime")
  }),
  connections: Wire.make(Listing.make({ row: Api.Connection, endpoint: Api.connections }), {
    rows: { get: (connections) => connections, set: (_, connections) => connections },
    next: null,
    total: null,
    id: Wire.field("name"),
    state: null,
    start: null
  })
}

/**
 * The settings of the emulator.
 *
 * @since 0.3.0
 * @category models
 */
export interface Options extends Emulator.Settings {
  /** Default: two connections with 240 generated runs. */
  readonly connections?: ReadonlyArray<SyntheticJobs.Connection>
}

const account = { token: "emulated-secret" }

/**
 * A running emulator, with the settings of a connection to it.
 *
 * @since 0.3.0
 * @category models
 */
export interface ScanjobsEmulator extends Emulator.Emulator {
  readonly settings: typeof account & {
    readonly baseUrl: string
  }
}

/**
 * Starts the emulator; it stops with the scope.
 *
 * @since 0.3.0
 * @category emulators
 */
export const serve = Effect.fnUntraced(function* (
  options: Options = {}
): Effect.fn.Return<ScanjobsEmulator, never, Scope.Scope> {
  const connections = options.connections ?? (yield* SyntheticJobs.generate())
  const emulator = yield* Emulator.serve(Scanjobs, {
    ...options,
    accepts: (credential) => Effect.succeed(credential === account.token),
    answers: {
      refused: () => problem(401, "Unauthorized", "send the token as Authorization: Bearer TOKEN, or sign in"),
      invalid: (problems) => problem(400, "Bad request", problems.join("; ")),
      missing: () => problem(404, "Not found", "there is nothing at this address; /docs describes what there is"),
      limited: () => problem(429, "Too many requests", "too many requests")
    },
    handlers: {
      jobs: ({ query }) => pageOf(connections, query),
      connections: () => json(connections.map(({ name }) => ({ name, provider: "acme" })))
    }
  })
  return { ...emulator, settings: { ...account, baseUrl: emulator.baseUrl } }
})

/**
 * The emulator that `scanjobs emulate scanjobs` starts.
 *
 * @since 0.3.0
 * @category emulators
 */
export const playground = Playground.make(Scanjobs, ({ jobs, seed, ...settings }) =>
  Effect.gen(function* () {
    return yield* serve({ ...settings, connections: yield* SyntheticJobs.generate({ runs: jobs, seed }) })
  })
)

const json = (body: unknown) => Effect.succeed(HttpServerResponse.jsonUnsafe(body))

const problem = (status: number, title: string, detail: string) =>
  HttpServerResponse.jsonUnsafe(
    { type: "about:blank", status, title, detail },
    { status, contentType: "application/problem+json" }
  )

/** The cursor of the page behind the last one, which says what is not known. */
const end = "complete"

const pageOf = (connections: ReadonlyArray<SyntheticJobs.Connection>, query: typeof Api.Query.Type) => {
  const { failure, jobs = [] } = connections.find(({ name }) => name === query.connection) ?? {}
  if (query.cursor === end) {
    return failure === undefined
      ? json({ jobs: [], next: null })
      : Effect.succeed(problem(409, "Not complete", `${query.connection} was not read completely: ${failure}`))
  }
  const { from = "", until = "\uffff" } = query
  const matches = jobs.filter(({ startTime }) => startTime === null || (startTime >= from && startTime < until))
  return Effect.flatMap(Pages.byToken(matches, query.cursor, query.limit), ({ next, rows }) =>
    json({ jobs: rows, next: next ?? (failure === undefined ? null : end) })
  )
}
