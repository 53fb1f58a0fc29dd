/**
 * The API as a value: of it are made the server, the OpenAPI document and typed clients.
 *
 * **Example** (a typed client)
 *
 * ```ts
 * import { Api } from "@scanjobs/server"
 * import { Effect } from "effect"
 * import { FetchHttpClient } from "effect/http"
 * import { HttpApiClient } from "effect/http-api"
 *
 * export const failed = Effect.gen(function* () {
 *   const client = yield* HttpApiClient.make(Api.Api, { baseUrl: "http://127.0.0.1:4700" })
 *   const { jobs } = yield* client.jobs({ query: { state: ["failed"] } })
 *   return jobs.map(({ name, startTime }) => [name, startTime])
 * }).pipe(Effect.provide(FetchHttpClient.layer))
 * ```
 */
import { ScanJob } from "@scanjobs/core"
import { Verdict } from "@scanjobs/history"
import { Schema, SchemaGetter } from "effect"
import { HttpApi, HttpApiEndpoint, HttpApiGroup, HttpApiMiddleware, HttpApiSchema, OpenApi } from "effect/http-api"
import { Authorization } from "./Authorization.ts"
import * as Schemas from "./Schemas.ts"

const Instant = Schema.String.pipe(
  Schema.check(
    Schema.makeFilter((text: string) => /(?:Z|[+-]\d\d:\d\d)$/.test(text) && !Number.isNaN(Date.parse(text)), {
      expected: "an ISO 8601 time with Z or an offset"
    })
  ),
  Schema.decodeTo(Schema.Finite, {
    decode: SchemaGetter.transform((text) => Date.parse(text)),
    encode: SchemaGetter.transform((millis) => new Date(millis).toISOString())
  })
)

/** A parameter that may be given several times. */
const several = <S extends Schema.Constraint>(item: S) => Schema.optionalKey(Schema.Union([item, Schema.Array(item)]))
const whole = (minimum: number, maximum: number) =>
  Schema.FiniteFromString.check(Schema.isInt(), Schema.isBetween({ minimum, maximum }))

const span = { from: Schema.optionalKey(Instant), until: Schema.optionalKey(Instant) }
const text = Schema.optionalKey(Schema.String)
const filter = { ...span, text, only: several(Schemas.Attention) }
/** Rows come and go, so that a part is asked for by its place. */
const part = (most: number) => ({
  offset: Schema.optionalKey(whole(0, 10_000_000)),
  limit: Schema.optionalKey(whole(1, most))
})
const limit = Schema.optionalKey(whole(1, 1000))

/** An operation in a few words, which stand in lists, and in sentences. */
const about = (summary: string, description: string) => OpenApi.annotations({ summary, description })

class History extends HttpApiGroup.make("history", { topLevel: true })
  .add(
    HttpApiEndpoint.get("connections", "/connections", {
      success: Schema.Array(Schemas.Connection),
      error: Schemas.StoreUnavailable
    }).annotateMerge(about("Connections", "Every connection, and how well it could be read.")),
    HttpApiEndpoint.get("definitions", "/definitions", {
      query: { connection: several(Schema.String) },
      success: Schema.Array(Schemas.Definition),
      error: Schemas.StoreUnavailable
    }).annotateMerge(about("Definitions", "Every definition, with its last and next run and its rhythm.")),
    HttpApiEndpoint.get("jobs", "/jobs", {
      query: {
        ...span,
        limit,
        cursor: Schema.optionalKey(Schema.String),
        connection: several(Schema.String),
        tag: several(Schema.String),
        kind: several(ScanJob.Kind),
        state: several(ScanJob.State),
        category: several(ScanJob.Category),
        verdict: several(Verdict.Name),
        text,
        complete: Schema.optionalKey(Schema.Literals(["true", "false"]))
      },
      success: Schemas.JobPage,
      error: [Schemas.BadQuery, Schemas.NotComplete, Schemas.StoreUnavailable]
    }).annotateMerge(
      about(
        "Jobs",
        "Runs, planned runs and definitions by start time; those without one come last. With `complete=true`, the last page is followed by a refusal where a connection was not read completely."
      )
    ),
    HttpApiEndpoint.get("job", "/jobs/:id", {
      params: { id: Schema.String },
      success: Schemas.Detail,
      error: [Schemas.NotFound, Schemas.StoreUnavailable]
    }).annotateMerge(about("One job", "A job with the vendor's row, its definition and its changes. Encode the id.")),
    HttpApiEndpoint.get("changes", "/changes", {
      query: {
        after: Schema.optionalKey(whole(0, Number.MAX_SAFE_INTEGER)),
        limit,
        connection: several(Schema.String)
      },
      success: Schema.Array(Schemas.ChangeRecord),
      error: Schemas.StoreUnavailable
    }).annotateMerge(about("Changes", "Changes in the order in which they were found.")),
    HttpApiEndpoint.get("timeline", "/timeline", {
      query: filter,
      success: Schemas.Timeline,
      error: [Schemas.BadQuery, Schemas.StoreUnavailable]
    }).annotateMerge(
      about(
        "Time line",
        "What stands above the rows of a time line: its connections with how many rows each has, and how many need attention. `order` changes where rows come, go or move."
      )
    ),
    HttpApiEndpoint.get("overview", "/overview", {
      query: { ...span, text },
      success: Schemas.Overview,
      error: [Schemas.BadQuery, Schemas.StoreUnavailable]
    }).annotateMerge(
      about(
        "Overview",
        "What went wrong in a span, what never happened, and what is planned in the next 24 hours: the first few scans of each, each scan once, and how many jobs there are in all."
      )
    ),
    HttpApiEndpoint.get("timelineRows", "/timeline/rows", {
      query: { ...filter, ...part(100) },
      success: Schemas.TimelineRows,
      error: [Schemas.BadQuery, Schemas.StoreUnavailable]
    }).annotateMerge(
      about(
        "Rows of a time line",
        "Some rows, each a definition with its runs; fewer than asked for where they have very many runs."
      )
    ),
    HttpApiEndpoint.get("attention", "/attention", {
      query: { ...filter, ...part(500) },
      success: Schemas.AttentionPage,
      error: [Schemas.BadQuery, Schemas.StoreUnavailable]
    }).annotateMerge(
      about(
        "What needs attention",
        "Runs and planned runs of a span that need attention, some at a time; definitions that are silent come last."
      )
    ),
    HttpApiEndpoint.get("events", "/events", {
      headers: { "last-event-id": Schema.optionalKey(Schema.String) },
      success: HttpApiSchema.StreamSse({ events: Schemas.Event, error: Schemas.StoreUnavailable }),
      error: Schemas.StoreUnavailable
    }).annotateMerge(
      about(
        "Changes as they come",
        "Server-sent events. With `Last-Event-ID`, they go on after the last one that a client has."
      )
    ),
    HttpApiEndpoint.get("health", "/health", {
      success: Schemas.Health,
      error: Schemas.StoreUnavailable
    }).annotateMerge(about("Health", "How many connections there are, and which of them cannot be read.")),
    HttpApiEndpoint.get("fleet", "/fleet", {
      success: Schema.NullOr(Schemas.Fleet),
      error: Schemas.StoreUnavailable
    }).annotateMerge(about("Fleet", "How the runners of the store's fleet are doing; `null` where it has none."))
  )
  .middleware(Authorization)
  .prefix("/api/v1") {}

/**
 * The API of a history, all of it read-only.
 *
 * @since 0.1.0
 * @category schemas
 */
export class Api extends HttpApi.make("scanjobs")
  .add(History)
  .middleware(HttpApiMiddleware.ProblemDetails)
  .annotateMerge(
    OpenApi.annotations({
      title: "scanjobs",
      version: "1",
      description: "Every scan at every vendor: planned, running, finished and missed."
    })
  ) {}
