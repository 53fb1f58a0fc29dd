/**
 * What each endpoint of the API answers, from the store.
 */
import { FleetStatus } from "@scanjobs/fleet"
import { Store, type StoreError, Views } from "@scanjobs/history"
import { Clock, Effect, Option, Stream } from "effect"
import { HttpEffect, HttpServerRequest, HttpServerResponse } from "effect/http"
import { HttpApiBuilder } from "effect/http-api"
import { Api } from "./Api.ts"
import * as JobPages from "./JobPages.ts"
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
  Effect.map(Store.Store, (store) => {
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
            return { job: found.value, changes: yield* Stream.runCollect(Views.changes({ job: params.id })) }
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
              const now = yield* Clock.currentTimeMillis
              const { from = now - 2 * day, until = now + day } = query
              if (until <= from || until - from > longestSpan) {
                return yield* new BadQuery({ detail: "from and until: at most 45 days, and until after from" })
              }
              return yield* TimelineView.make(from, until)
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

/** Answers that nothing is new where that is so, without asking for it. What depends on the time is of the minute. */
const unlessKnown = <A, E>(answer: Effect.Effect<A, E, Store.Store>) =>
  Effect.gen(function* () {
    const request = yield* HttpServerRequest.HttpServerRequest
    const now = yield* Clock.currentTimeMillis
    const connections = yield* Views.connections
    const states = connections
      .map(({ completeAt, failingSince, syncedAt }) => `${syncedAt}/${completeAt}/${failingSince}`)
      .join(",")
    const etag = `W/"${yield* Views.lastChange}.${Math.floor(now / 60_000)}.${states}"`
    if (request.headers["if-none-match"] === etag) return HttpServerResponse.empty({ status: 304, headers: { etag } })
    yield* HttpEffect.appendPreResponseHandler((_, given) =>
      Effect.succeed(HttpServerResponse.setHeader(given, "etag", etag))
    )
    return yield* answer
  })
