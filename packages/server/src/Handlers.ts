/**
 * What each endpoint of the API answers, from the store.
 */
import { FleetStatus } from "@scanjobs/fleet"
import { Store, type StoreError, Views } from "@scanjobs/history"
import { Effect, Option, Stream } from "effect"
import { HttpEffect, HttpServerRequest, HttpServerResponse } from "effect/http"
import { HttpApiBuilder } from "effect/http-api"
import { createHash } from "node:crypto"
import { Api } from "./Api.ts"
import * as JobPages from "./JobPages.ts"
import * as Outlines from "./Outlines.ts"
import * as Overview from "./Overview.ts"
import { BadQuery, NotFound, StoreUnavailable } from "./Schemas.ts"
import * as StoreAdvice from "./StoreAdvice.ts"
import * as TimelineView from "./TimelineView.ts"

const day = 86_400_000
/** The longest span of a time line: a month and a week around it. */
const longestSpan = 45 * day
const usualLimit = 100

const several = <A extends string>(value: A | ReadonlyArray<A> | undefined): ReadonlyArray<A> | undefined =>
  typeof value === "string" ? [value] : value

const unavailable = ({ reason }: StoreError.StoreError) => new StoreUnavailable({ detail: StoreAdvice.of(reason) })

/** The handlers, on the store that is open. */
export const layer = HttpApiBuilder.group(Api, "history", (handlers) =>
  Effect.gen(function* () {
    const store = yield* Store.Store
    const outlines = yield* Outlines.make
    const read = <A, E, R>(effect: Effect.Effect<A, E | StoreError.StoreError, Store.Store | R>) =>
      effect.pipe(
        Effect.catchIf(isStoreError, (error) =>
          Effect.andThen(Effect.logWarning(error.message), Effect.fail(unavailable(error)))
        ),
        Effect.provideService(Store.Store, store)
      )
    return handlers
      .handle("connections", () => read(unlessKnown(Views.connections)))
      .handle("definitions", ({ query }) =>
        read(unlessKnown(Stream.runCollect(Views.definitions({ connections: several(query.connection) }))))
      )
      .handle("jobs", ({ query: { category, complete, connection, cursor, from, kind, limit, ...query } }) =>
        read(
          unlessKnown(
            JobPages.page(
              {
                from,
                until: query.until,
                text: query.text,
                connections: several(connection),
                tags: several(query.tag),
                kinds: several(kind),
                states: several(query.state),
                categories: several(category),
                verdicts: several(query.verdict)
              },
              { limit: limit ?? usualLimit, cursor, complete: complete === "true" }
            )
          )
        )
      )
      .handle("job", ({ params }) =>
        read(
          Effect.gen(function* () {
            const found = yield* Views.job(params.id)
            if (Option.isNone(found)) return yield* new NotFound({ detail: "the store has no job with this id" })
            const definition = Option.getOrNull(yield* Views.definitionOf(params.id))
            return {
              job: found.value,
              definition,
              changes: yield* Stream.runCollect(Views.changes({ job: params.id }))
            }
          })
        )
      )
      .handle("changes", ({ query }) =>
        read(
          Stream.runCollect(
            Stream.take(
              Views.changes({ after: query.after, connections: several(query.connection) }),
              query.limit ?? usualLimit
            )
          )
        )
      )
      .handle("timeline", ({ query }) =>
        read(
          unlessKnown(
            Effect.gen(function* () {
              const version = yield* Outlines.version
              return TimelineView.head(yield* timeline(outlines, query, version), version)
            })
          )
        )
      )
      .handle("overview", ({ query }) =>
        read(
          unlessKnown(
            Effect.gen(function* () {
              const version = yield* Outlines.version
              return yield* Overview.make(yield* timeline(outlines, query, version), version.now)
            })
          )
        )
      )
      .handle("timelineRows", ({ query }) =>
        read(
          unlessSame(
            Effect.gen(function* () {
              const request = yield* timeline(outlines, query, yield* Outlines.version)
              return yield* TimelineView.rows(request, { offset: query.offset ?? 0, limit: query.limit ?? 50 })
            })
          )
        )
      )
      .handle("attention", ({ query }) =>
        read(
          unlessSame(
            Effect.gen(function* () {
              const request = yield* timeline(outlines, query, yield* Outlines.version)
              return yield* TimelineView.attention(request, {
                offset: query.offset ?? 0,
                limit: query.limit ?? usualLimit
              })
            })
          )
        )
      )
      .handle("events", ({ headers }) =>
        Effect.map(read(Views.lastChange), (last) => {
          const given = Number(headers["last-event-id"] ?? "")
          const after = headers["last-event-id"] !== undefined && Number.isInteger(given) ? given : last
          const changes = Views.follow({ after }).pipe(
            Stream.map((change) => ({ id: String(change.id), event: "change" as const, data: change })),
            Stream.mapError(unavailable),
            Stream.provideService(Store.Store, store)
          )
          return Stream.merge(
            changes,
            Stream.map(Stream.tick("15 seconds"), () => ({ event: "ping" as const, data: "" }))
          )
        })
      )
      .handle("fleet", () => read(Effect.map(FleetStatus.readIfAny, (status) => status ?? null)))
      .handle("health", () =>
        read(
          Effect.map(Views.connections, (connections) => {
            const failing = connections.filter(({ failingSince }) => failingSince !== null).map(({ name }) => name)
            return {
              status: failing.length === 0 ? ("ok" as const) : ("incomplete" as const),
              connections: connections.length,
              failing
            }
          })
        )
      )
  })
)

const isStoreError = (error: unknown): error is StoreError.StoreError =>
  typeof error === "object" && error !== null && "_tag" in error && error._tag === "StoreError"

/** What a time line is asked for: by default the last two days and the next one. */
const timeline = Effect.fnUntraced(function* (
  outlines: Outlines.Outlines,
  query: {
    readonly from?: number
    readonly until?: number
    readonly text?: string
    readonly only?: Views.Attention | ReadonlyArray<Views.Attention>
  },
  version: { readonly text: string; readonly now: number }
) {
  const from = query.from ?? version.now - 2 * day
  const until = query.until ?? version.now + day
  if (until <= from || until - from > longestSpan) {
    return yield* new BadQuery({ detail: "from and until: at most 45 days, and until after from" })
  }
  const outline = yield* outlines.of({ from, until }, version.text)
  return { span: { from, until }, filter: { text: query.text, only: several(query.only) }, outline }
})

/** Answers that nothing is new where that is so, without asking for it. */
const unlessKnown = <A, E>(answer: Effect.Effect<A, E, Store.Store>) =>
  Effect.gen(function* () {
    const request = yield* HttpServerRequest.HttpServerRequest
    const { text } = yield* Outlines.version
    const etag = `W/"${text}"`
    if (request.headers["if-none-match"] === etag) return HttpServerResponse.empty({ status: 304, headers: { etag } })
    yield* tagged(etag)
    return yield* answer
  })

/** Sends no body where the answer is the same as before. Others may have changed: it is of one part among many. */
const unlessSame = <A, E>(answer: Effect.Effect<A, E, Store.Store>) =>
  Effect.gen(function* () {
    const request = yield* HttpServerRequest.HttpServerRequest
    const found = yield* answer
    const digest = createHash("sha256").update(JSON.stringify(found)).digest("base64url").slice(0, 22)
    const etag = `W/"${digest}"`
    if (request.headers["if-none-match"] === etag) return HttpServerResponse.empty({ status: 304, headers: { etag } })
    yield* tagged(etag)
    return found
  })

const tagged = (etag: string) =>
  HttpEffect.appendPreResponseHandler((_, given) => Effect.succeed(HttpServerResponse.setHeader(given, "etag", etag)))
