import { RetryPolicy } from "@scanjobs/core"
import { assert, describe, it } from "@effect/vitest"
import { Cause, Effect, Exit, Layer, Redacted, Schema, Stream } from "effect"
import { HttpClient, HttpClientResponse } from "effect/http"
import * as Hostile from "./Hostile.ts"
import * as Plain from "./Plain.ts"

const Row = Schema.Struct({
  id: Schema.optionalKey(Schema.Union([Schema.String, Schema.Number, Schema.Json])),
  at: Schema.optionalKey(Schema.Union([Schema.String, Schema.Json])),
  more: Schema.optionalKey(Schema.Json)
})
const Page = Schema.Struct({
  runs: Schema.Union([Schema.Array(Row), Schema.Json]),
  total: Schema.optionalKey(Schema.Union([Schema.Number, Schema.Json]))
})

/** A body: a page that is more or less right, other JSON, or a text that is none. */
const Body = Schema.Union([Page, Schema.Json, Schema.String])
const Status = Schema.Literals([
  200, 200, 200, 201, 203, 206, 300, 302, 303, 400, 401, 403, 404, 408, 418, 429, 500, 503
])
const Header = Schema.Union([Schema.Literals([...Hostile.pieces, "9".repeat(400)]), Schema.String])

const textOf = (body: unknown): string => (typeof body === "string" ? body : (JSON.stringify(body) ?? ""))

/** A header may hold one byte a character, and no line break. */
const inHeader = (text: string): string => text.replaceAll(/[^\x20-\x7e]/g, "?")

const answering = (status: number, text: string, headers: Record<string, string>) =>
  Layer.succeed(
    HttpClient.HttpClient,
    HttpClient.make((request) =>
      Effect.sync(() => HttpClientResponse.fromWeb(request, new Response(text, { status, headers })))
    )
  )

const connection = { provider: "plain", name: "main", token: Redacted.make("canary-4e5f6a7b8c9d") } as const

describe("a listing whose vendor answers anything", () => {
  it.effect.prop(
    "ends with its rows or with a typed error",
    [Body, Status, Header, Header, Header],
    ([body, status, retryAfter, date, contentType]) =>
      Effect.gen(function* () {
        const headers = {
          "retry-after": inHeader(retryAfter),
          date: inHeader(date),
          "content-type": inHeader(contentType),
          location: inHeader(contentType)
        }
        const vendor = Layer.merge(answering(status, textOf(body), headers), RetryPolicy.layer({ times: 0 }))
        const exit = yield* Effect.exit(Stream.runDrain(Plain.make().pages(connection)).pipe(Effect.provide(vendor)))
        if (Exit.isFailure(exit)) assert.isFalse(Cause.hasDies(exit.cause), Cause.pretty(exit.cause))
      }),
    { arbitrary: { runs: 500 } }
  )
})
