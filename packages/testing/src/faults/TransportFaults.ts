/**
 * Faults of the transport: they replace an answer, or change how it arrives.
 */
import * as NodeHttpServerRequest from "@effect/platform-node/NodeHttpServerRequest"
import { Format } from "@scanjobs/core"
import { Clock, Duration, Effect, Stream } from "effect"
import { HttpServerRequest, HttpServerResponse } from "effect/http"
import { gzipSync } from "node:zlib"
import { bytesOf, headersOf, partsOf, streamed } from "./AnswerParts.ts"
import { type Fault, rewrite } from "./Fault.ts"

/**
 * Answers with a status and no body.
 *
 * `retryAfter` adds the header `Retry-After`: in seconds, rounded up, or as an HTTP date.
 *
 * **Example** (the vendor asks to wait half a minute, by a date)
 *
 * ```ts
 * import { Faults } from "@scanjobs/testing"
 *
 * export const fault = Faults.nth(2, Faults.status(429, { retryAfter: "30 seconds", as: "date" }))
 * ```
 *
 * @since 0.1.0
 * @category constructors
 */
export const status =
  (code: number, options: { readonly retryAfter?: Duration.Input; readonly as?: "seconds" | "date" } = {}): Fault =>
  () => {
    const { as = "seconds", retryAfter } = options
    const response = HttpServerResponse.empty({ status: code })
    if (retryAfter === undefined) return response
    const millis = Duration.toMillis(retryAfter)
    const withRetryAfter = (value: string) => HttpServerResponse.setHeader(response, "retry-after", value)
    if (as === "seconds") return withRetryAfter(String(Math.ceil(millis / 1000)))
    return Effect.map(Clock.currentTimeMillis, (now) =>
      withRetryAfter(new Date(Math.ceil((now + millis) / 1000) * 1000).toUTCString())
    )
  }

/**
 * Answers with JSON, or with the same in another format, such as an error under status 200.
 *
 * **Example** (an error in the body of a good answer)
 *
 * ```ts
 * import { Faults } from "@scanjobs/testing"
 *
 * export const fault = Faults.json({ error: { code: "Busy", message: "try again later" } })
 * ```
 *
 * @since 0.1.0
 * @category constructors
 */
export const json =
  (body: unknown, code = 200, format: Format.Format = Format.json): Fault =>
  () =>
    HttpServerResponse.text(format.render(body), { status: code, contentType: format.contentType })

/**
 * Answers with a gateway's HTML page.
 *
 * **Example** (a page for maintenance under status 200)
 *
 * ```ts
 * import { Faults } from "@scanjobs/testing"
 *
 * export const fault = Faults.html(200)
 * ```
 *
 * @since 0.1.0
 * @category constructors
 */
export const html =
  (code: number): Fault =>
  () =>
    HttpServerResponse.html("<!doctype html><title>Gateway</title><h1>The service is being maintained</h1>").pipe(
      HttpServerResponse.setStatus(code)
    )

/**
 * Answers with a redirect to an address.
 *
 * **Example** (a permanent redirect to another host)
 *
 * ```ts
 * import { Faults } from "@scanjobs/testing"
 *
 * export const fault = Faults.redirect("https://elsewhere.example/runs", 308)
 * ```
 *
 * @since 0.1.0
 * @category constructors
 */
export const redirect =
  (location: string, code = 307): Fault =>
  () =>
    HttpServerResponse.empty({ status: code, headers: { location } })

/**
 * Accepts the request and never answers.
 *
 * **Example** (the first request for a token gets no answer)
 *
 * ```ts
 * import { Faults } from "@scanjobs/testing"
 *
 * export const fault = Faults.on("/connect/token", Faults.nth(1, Faults.never))
 * ```
 *
 * @since 0.1.0
 * @category constructors
 */
export const never: Fault = () => Effect.never

/**
 * Resets the connection before it answers.
 *
 * @since 0.1.0
 * @category constructors
 */
export const reset: Fault = () =>
  Effect.flatMap(HttpServerRequest.HttpServerRequest, (request) => {
    NodeHttpServerRequest.toIncomingMessage(request).socket.resetAndDestroy()
    return Effect.never
  })

/**
 * Sends the first half of the vendor's own answer under its full content length, then ends the connection.
 *
 * **Example** (faults of connections, by chance)
 *
 * ```ts
 * import { Faults } from "@scanjobs/testing"
 *
 * export const fault = Faults.seeded("network", 0.2, [Faults.reset, Faults.cut, Faults.stalled])
 * ```
 *
 * @since 0.1.0
 * @category constructors
 */
export const cut: Fault = () =>
  rewrite((response) => Effect.sync(() => streamed(response, (bytes) => Stream.concat(half(bytes), breakOff))))

/**
 * Sends the first half of the vendor's own answer as if it were the whole: its length is right, and its text ends in the middle.
 *
 * **Example** (the second page is truncated)
 *
 * ```ts
 * import { Faults } from "@scanjobs/testing"
 *
 * export const fault = Faults.nth(2, Faults.truncated)
 * ```
 *
 * @since 0.3.0
 * @category constructors
 */
export const truncated: Fault = () =>
  rewrite((response) =>
    Effect.sync(() => {
      const bytes = bytesOf(response)
      return HttpServerResponse.uint8Array(bytes.slice(0, Math.ceil(bytes.length / 2)), { ...partsOf(response) })
    })
  )

/**
 * Sends the first half of the vendor's own answer and then nothing more; the connection stays open.
 *
 * @since 0.1.0
 * @category constructors
 */
export const stalled: Fault = () =>
  rewrite((response) => Effect.sync(() => streamed(response, (bytes) => Stream.concat(half(bytes), Stream.never))))

/**
 * Sends the vendor's own answer in pieces, with a wait before each.
 *
 * **Example** (every answer takes eight seconds to arrive)
 *
 * ```ts
 * import { Faults } from "@scanjobs/testing"
 *
 * export const fault = Faults.drip("1 second", 8)
 * ```
 *
 * @since 0.1.0
 * @category constructors
 */
export const drip =
  (every: Duration.Input, pieces = 8): Fault =>
  () =>
    rewrite((response) =>
      Effect.sync(() =>
        streamed(response, (bytes) => {
          const size = Math.ceil(bytes.length / pieces)
          return Stream.fromIterable(
            Array.from({ length: pieces }, (_, index) => bytes.slice(index * size, (index + 1) * size))
          ).pipe(Stream.mapEffect((piece) => Effect.as(Effect.sleep(every), piece)))
        })
      )
    )

/**
 * Compresses the vendor's own answer with gzip and says so in `Content-Encoding`.
 *
 * **Example** (compression for clients that accept it)
 *
 * ```ts
 * import { Faults } from "@scanjobs/testing"
 *
 * export const fault = Faults.when(({ headers }) => headers["accept-encoding"]?.includes("gzip") === true, Faults.gzip)
 * ```
 *
 * @since 0.1.0
 * @category constructors
 */
export const gzip: Fault = () =>
  rewrite((response) =>
    Effect.sync(() =>
      HttpServerResponse.uint8Array(gzipSync(bytesOf(response)), {
        ...partsOf(response),
        headers: { ...headersOf(response), "content-encoding": "gzip" }
      })
    )
  )

/**
 * Sends the vendor's own answer under another content type.
 *
 * **Example** (JSON that the vendor labels as text)
 *
 * ```ts
 * import { Faults } from "@scanjobs/testing"
 *
 * export const fault = Faults.contentType("text/plain; charset=utf-8")
 * ```
 *
 * @since 0.1.0
 * @category constructors
 */
export const contentType =
  (type: string): Fault =>
  () =>
    rewrite((response) =>
      Effect.sync(() => HttpServerResponse.uint8Array(bytesOf(response), { ...partsOf(response), contentType: type }))
    )

/**
 * Sends the vendor's own answer with a `Date` header that is off by a duration; a negative one is in the past.
 *
 * **Example** (a server whose clock is two hours behind)
 *
 * ```ts
 * import { Faults } from "@scanjobs/testing"
 *
 * export const fault = Faults.clockSkew("-2 hours")
 * ```
 *
 * @since 0.1.0
 * @category constructors
 */
export const clockSkew =
  (by: Duration.Input): Fault =>
  () =>
    rewrite((response) =>
      Effect.map(Clock.currentTimeMillis, (now) =>
        HttpServerResponse.setHeader(response, "date", new Date(now + Duration.toMillis(by)).toUTCString())
      )
    )

/** Fails the stream once the bytes before it have left; otherwise the client would see no answer at all. */
const breakOff = Stream.fromEffectDrain(
  Effect.andThen(
    Effect.promise(() => new Promise((done) => setImmediate(() => setImmediate(done)))),
    Effect.die("cut")
  )
)

const half = (bytes: Uint8Array) => Stream.succeed(bytes.slice(0, Math.ceil(bytes.length / 2)))
