/**
 * What goes wrong on the way to a vendor and back, and what vendors do to their own answers.
 *
 * Every value here is an `Emulator.Fault`. Those that take a `Wire` change the vendor's own answer and touch that listing's
 * endpoint only; the others replace or spoil any answer. Faults that remember earlier answers say so: make one for each
 * emulator, and let it serve one scope.
 *
 * **Example** (the token server is down once, the third page is cut short, and every total is a lie)
 *
 * ```ts
 * import { Faults, type Wire } from "@scanjobs/testing"
 *
 * declare const wire: Wire.Wire
 *
 * export const fault = Faults.firstOf(
 *   Faults.on("/connect/token", Faults.nth(1, Faults.status(503, { retryAfter: "1 second" }))),
 *   Faults.on(wire.endpoint, Faults.nth(3, Faults.cut)),
 *   Faults.total(wire, () => 2147483647)
 * )
 * ```
 */
import * as NodeHttpServerRequest from "@effect/platform-node/NodeHttpServerRequest"
import { Clock, Duration, Effect, Random, Stream } from "effect"
import { HttpServerRequest, HttpServerResponse } from "effect/http"
import { gzipSync } from "node:zlib"
import { type Fault, rewrite } from "./Emulator.ts"
import type { Entry } from "./Ledger.ts"
import type { Wire } from "./Wire.ts"

type Response = HttpServerResponse.HttpServerResponse

/** Nothing goes wrong. */
export const none: Fault = () => undefined

/** Only for requests to an endpoint of the declaration, or to a path. */
export const on =
  (endpointOrPath: string, fault: Fault): Fault =>
  (request, nth) =>
    request.endpoint === endpointOrPath || request.path === endpointOrPath ? fault(request, nth) : undefined

/** Only for requests that `isMatch` takes. */
export const when =
  (isMatch: (request: Entry, nth: number) => boolean, fault: Fault): Fault =>
  (request, nth) =>
    isMatch(request, nth) ? fault(request, nth) : undefined

/** Only for the `n`th request to its path, counted from 1. */
export const nth = (n: number, fault: Fault): Fault => when((_, count) => count === n, fault)

/** For the `n`th request to its path and all after it. */
export const from = (n: number, fault: Fault): Fault => when((_, count) => count >= n, fault)

/** The first of `faults` that applies to a request. */
export const firstOf =
  (...faults: ReadonlyArray<Fault>): Fault =>
  (request, count) => {
    for (const fault of faults) {
      const injected = fault(request, count)
      if (injected !== undefined) return injected
    }
    return undefined
  }

/**
 * Each request meets one of `faults` with the probability `rate`, from 0 to 1. What meets a request depends on the seed, on
 * what is asked, and on how often it was asked before, so that concurrent requests make no difference.
 */
export const seeded = (seed: string, rate: number, faults: ReadonlyArray<Fault>): Fault => {
  const asked = new Map<string, number>()
  return (request, count) => {
    const key = identityOf(request)
    const times = (asked.get(key) ?? 0) + 1
    asked.set(key, times)
    const chosen = Effect.runSync(
      Random.withSeed(
        Effect.map(Effect.all([Random.next, Random.next]), ([hit, choice]) =>
          hit < rate ? faults[Math.floor(choice * faults.length)] : undefined
        ),
        `${seed} ${times} ${key}`
      )
    )
    return chosen?.(request, count)
  }
}

/**
 * At most `n` times in a row for requests that ask for the same; then one is answered as it would be, so that a client that tries
 * again gets over it.
 */
export const inARow = (n: number, fault: Fault): Fault => {
  const met = new Map<string, number>()
  return (request, count) => {
    const key = identityOf(request)
    const before = met.get(key) ?? 0
    const injected = before < n ? fault(request, count) : undefined
    if (injected === undefined) met.delete(key)
    else met.set(key, before + 1)
    return injected
  }
}

/** Tells requests apart by what they ask for; the port of an emulator is in none of it. */
const identityOf = ({ body, method, path, query }: Entry): string => JSON.stringify([method, path, query, body])

/** An answer without a body. `retryAfter` becomes `Retry-After`, in whole seconds or, `as` a date, as an HTTP date. */
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

/** A JSON answer, such as an error under status 200. */
export const json =
  (body: unknown, code = 200): Fault =>
  () =>
    HttpServerResponse.jsonUnsafe(body, { status: code })

/** A gateway's page instead of an answer. */
export const html =
  (code: number): Fault =>
  () =>
    HttpServerResponse.html("<!doctype html><title>Gateway</title><h1>The service is being maintained</h1>").pipe(
      HttpServerResponse.setStatus(code)
    )

/** A redirect. */
export const redirect =
  (location: string, code = 307): Fault =>
  () =>
    HttpServerResponse.empty({ status: code, headers: { location } })

/** The request arrives, and no answer ever comes. */
export const never: Fault = () => Effect.never

/** The connection is reset before anything is answered. */
export const reset: Fault = () =>
  Effect.flatMap(HttpServerRequest.HttpServerRequest, (request) => {
    NodeHttpServerRequest.toIncomingMessage(request).socket.resetAndDestroy()
    return Effect.never
  })

/** The vendor's own answer, said to be whole and cut in the middle, where the connection ends. */
export const cut: Fault = () =>
  rewrite((response) => Effect.sync(() => streamed(response, (bytes) => Stream.concat(half(bytes), breakingOff))))

/** The first half of the vendor's own answer; the rest never comes, and the connection stays open. */
export const stalled: Fault = () =>
  rewrite((response) => Effect.sync(() => streamed(response, (bytes) => Stream.concat(half(bytes), Stream.never))))

/** The vendor's own answer, whole, in `pieces` with a wait before each. */
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

/** The vendor's own answer, compressed correctly. */
export const gzip: Fault = () =>
  rewrite((response) =>
    Effect.sync(() =>
      HttpServerResponse.uint8Array(gzipSync(bytesOf(response)), {
        ...partsOf(response),
        headers: { ...headersOf(response), "content-encoding": "gzip" }
      })
    )
  )

/** The vendor's own answer, called by another content type. */
export const contentType =
  (type: string): Fault =>
  () =>
    rewrite((response) =>
      Effect.sync(() => HttpServerResponse.uint8Array(bytesOf(response), { ...partsOf(response), contentType: type }))
    )

/** The vendor's own answer, from a server whose clock is off by so much; negative is behind. */
export const clockSkew =
  (by: Duration.Input): Fault =>
  () =>
    rewrite((response) =>
      Effect.map(Clock.currentTimeMillis, (now) =>
        HttpServerResponse.setHeader(response, "date", new Date(now + Duration.toMillis(by)).toUTCString())
      )
    )

/** Changes the vendor's own JSON; answers that are no JSON, or not good, stay as they are. */
export const body =
  (change: (body: unknown, request: Entry) => unknown): Fault =>
  (request) =>
    rewrite((response) => Effect.sync(() => withJson(response, (json) => change(json, request))))

/** Changes the rows of each page of a listing. */
export const rows = (
  wire: Wire,
  change: (rows: ReadonlyArray<unknown>, request: Entry) => ReadonlyArray<unknown>
): Fault =>
  on(
    wire.endpoint,
    body((json, request) => wire.rows.set(json, change(wire.rows.get(json), request)))
  )

/** Changes the row at `index` of each page that has one. */
export const row = (wire: Wire, index: number, change: (row: unknown) => unknown): Fault =>
  rows(wire, (all) => all.map((one, at) => (at === index ? change(one) : one)))

/** A state that the vendor has invented since its documentation was written. */
export const unknownState = (wire: Wire, index: number, state: unknown): Fault =>
  row(wire, index, (one) => wire.state?.set(one, state) ?? one)

/** A row without one of its fields. */
export const missingField = (wire: Wire, index: number, name: string): Fault =>
  row(wire, index, (one) => without(one, name))

/** A row with another value in one field: a new field where it has no such one, a mistyped one where it has. */
export const withField = (wire: Wire, index: number, name: string, value: unknown): Fault =>
  row(wire, index, (one) => (typeof one === "object" && one !== null ? { ...one, [name]: value } : one))

const without = (one: unknown, name: string): unknown =>
  typeof one === "object" && one !== null
    ? Object.fromEntries(Object.entries(one).filter(([key]) => key !== name))
    : one

/** A total that is made of the page's number of rows, whatever is true. Nothing, where the vendor sends no total. */
export const total = (wire: Wire, lie: (rowsOfPage: number) => number): Fault => {
  const set = wire.total
  return set === null
    ? none
    : on(
        wire.endpoint,
        body((json) => set(json, lie(wire.rows.get(json).length)))
      )
}

/** From `after` on (1 is the first page), links lead to another origin, with the same path and query; tokens stay. */
export const foreignLink = (wire: Wire, origin: string, after = 1): Fault => {
  const lens = wire.next
  if (lens?.is !== "link") return none
  let pages = 0
  return on(wire.endpoint, ({ path }) =>
    rewrite((response) =>
      Effect.sync(() => {
        const answer = answerOf(response)
        const link = answer === undefined ? null : lens.get(answer)
        if (answer === undefined || link === null || link === "" || ++pages < after) return response
        const { pathname, search } = new URL(link, `${origin}${path}`)
        const changed = lens.set(answer, `${origin}${pathname}${search}`)
        return HttpServerResponse.setHeaders(jsonLike(response, changed.body), changed.headers)
      })
    )
  )
}

/**
 * After so many different pages, these are given again in turn, whatever is asked for: 1 is a page that stands still, 2 and
 * more are a circle. It remembers pages, so make one for each emulator.
 */
export const circle = (wire: Wire, length: number): Fault => {
  const known: Array<Response> = []
  let count = 0
  return on(wire.endpoint, () =>
    rewrite((response) =>
      Effect.sync(() => {
        if (!isGood(response)) return response
        if (known.length < length) known.push(response)
        return known[count++ % length] ?? response
      })
    )
  )
}

/**
 * Each page after the first begins with the last `by` rows of the page before, as where rows are inserted before those that
 * are read. Where the client counts rows, pages keep their size; where it goes by keys, nothing moves. It remembers rows, so
 * make one for each emulator and scope.
 */
export const overlapping = (wire: Wire, by = 1): Fault => {
  if (wire.next?.is === "key") return none
  const given = new Map<string, ReadonlyArray<unknown>>()
  let before: ReadonlyArray<unknown> = []
  let held: ReadonlyArray<unknown> = []
  return rows(wire, (all, request) => {
    const key = identityOf(request)
    const known = given.get(key)
    if (known !== undefined) return known
    const isFirst = given.size === 0
    const page = isFirst ? all : [...(held.length > 0 ? held : before), ...all]
    const keeps = wire.next === null && !isFirst && all.length > 0
    const out = keeps ? page.slice(0, all.length) : page
    held = keeps ? page.slice(all.length) : []
    before = all.slice(-by)
    given.set(key, out)
    return out
  })
}

/** Each page after the first has lost its first `by` rows, as where rows before it were removed. */
export const removed = (wire: Wire, by = 1): Fault => {
  let first: string | undefined
  return rows(wire, (all, request) => {
    const key = identityOf(request)
    first ??= key
    return key === first ? all : all.slice(by)
  })
}

const isGood = ({ status }: Response): boolean => status >= 200 && status < 300

const bytesOf = ({ body }: Response): Uint8Array => (body._tag === "Uint8Array" ? body.body : new Uint8Array())

/** The half before must have left, or the client would see no answer at all. */
const breakingOff = Stream.fromEffectDrain(
  Effect.andThen(
    Effect.promise(() => new Promise((done) => setImmediate(() => setImmediate(done)))),
    Effect.die("cut")
  )
)

const half = (bytes: Uint8Array) => Stream.succeed(bytes.slice(0, Math.ceil(bytes.length / 2)))

const headersOf = ({ headers }: Response): { readonly [name: string]: string } => {
  const { "content-length": _, "content-type": _type, ...others } = headers
  return others
}

const partsOf = (response: Response) => ({
  status: response.status,
  headers: headersOf(response),
  contentType: response.headers["content-type"] ?? "application/json"
})

const streamed = (response: Response, stream: (bytes: Uint8Array) => Stream.Stream<Uint8Array>): Response => {
  const bytes = bytesOf(response)
  return HttpServerResponse.stream(stream(bytes), { ...partsOf(response), contentLength: bytes.length })
}

const answerOf = (response: Response) => {
  if (!isGood(response)) return undefined
  try {
    const json: unknown = JSON.parse(new TextDecoder().decode(bytesOf(response)))
    return { body: json, headers: headersOf(response) }
  } catch {
    return undefined
  }
}

const jsonLike = (response: Response, json: unknown): Response =>
  HttpServerResponse.jsonUnsafe(json, { ...partsOf(response) })

const withJson = (response: Response, change: (json: unknown) => unknown): Response => {
  const answer = answerOf(response)
  return answer === undefined ? response : jsonLike(response, change(answer.body))
}
