import { Emulator, Faults, AcceleratedClock, Wire } from "@scanjobs/testing"
import { assert, describe, it } from "@effect/vitest"
import { Clock, Effect, Schema } from "effect"
import { HttpServerResponse } from "effect/http"
import { Acme } from "../Acme.ts"

const wire = Wire.make(Acme.listings.runs, {
  rows: { get: ({ runs }) => runs, set: (body, runs) => ({ ...body, runs }) },
  next: Wire.linkHeader(),
  total: null,
  id: Wire.field("id"),
  state: null,
  start: null
})

const no = (status: number) => () => HttpServerResponse.empty({ status })

/** A vendor with two rows a page, and a link to the next page in a header. */
const serve = (fault: Emulator.Fault) =>
  Effect.map(
    Emulator.serve(Acme, {
      fault,
      accepts: () => Effect.succeed(true),
      answers: { refused: no(401), invalid: no(400), missing: no(404), limited: no(429) },
      handlers: {
        runs: ({ query: { skip = 0 } }) =>
          Effect.succeed(
            HttpServerResponse.jsonUnsafe(
              { runs: [{ id: `${skip}` }, { id: `${skip + 1}` }] },
              { headers: { link: `</teams/red/runs?skip=${skip + 2}>; rel="next"` } }
            )
          ),
        plans: () => Effect.succeed(HttpServerResponse.jsonUnsafe({ plans: [] }))
      }
    }),
    ({ baseUrl }) => baseUrl
  )

const decode = Schema.decodeUnknownSync(
  Schema.fromJsonString(Schema.Struct({ runs: Schema.Array(Schema.Struct({ id: Schema.String })) }))
)

/** Requests the runs from `skip` on. */
const ask = (baseUrl: string, skip = 0) =>
  Effect.tryPromise(async () => {
    const response = await fetch(`${baseUrl}/teams/red/runs?skip=${skip}`, { headers: { authorization: "Bearer x" } })
    const { headers, status } = response
    return { status, headers, text: await response.text() }
  })

const idsOf = (baseUrl: string, skip = 0) =>
  Effect.map(ask(baseUrl, skip), ({ text }) => decode(text).runs.map(({ id }) => id))

describe("a fault", () => {
  it.live("of status 429 says when to come again, in seconds and as a date", () =>
    Effect.gen(function* () {
      const inSeconds = yield* ask(yield* serve(Faults.status(429, { retryAfter: "1500 millis" })))
      assert.deepStrictEqual([inSeconds.status, inSeconds.headers.get("retry-after")], [429, "2"])
      const before = yield* Clock.currentTimeMillis
      const asDate = yield* ask(yield* serve(Faults.status(429, { retryAfter: "90 seconds", as: "date" })))
      const date = Date.parse(asDate.headers.get("retry-after") ?? "")
      assert.isAtLeast(date, before + 90_000)
      assert.isAtMost(date, before + 120_000)
    })
  )

  for (const [name, fault] of [
    ["that cuts an answer", Faults.cut],
    ["that resets the connection", Faults.reset]
  ] as const) {
    it.live(`${name} leaves no answer that could be taken for a whole one`, () =>
      Effect.gen(function* () {
        const failure = yield* Effect.flip(ask(yield* serve(fault)))
        assert.instanceOf(failure.cause, TypeError)
      })
    )
  }

  it.live("that cuts an answer sends its head and its first half", () =>
    Effect.gen(function* () {
      const baseUrl = yield* serve(Faults.cut)
      const { length, received } = yield* Effect.promise(async () => {
        const response = await fetch(`${baseUrl}/teams/red/runs`, { headers: { authorization: "Bearer x" } })
        let received = 0
        await response.body
          ?.pipeTo(new WritableStream({ write: (bytes: Uint8Array) => void (received += bytes.length) }))
          .catch(() => undefined)
        return { received, length: Number(response.headers.get("content-length")) }
      })
      assert.strictEqual(received, Math.ceil(length / 2))
    })
  )

  for (const [name, fault] of [
    ["compresses", Faults.gzip],
    ["drips", Faults.drip("1 millis")],
    ["calls by another type", Faults.contentType("text/plain")],
    ["dates back", Faults.clockSkew("-1 day")]
  ] as const) {
    it.live(`that ${name} an answer changes nothing of what it says`, () =>
      Effect.gen(function* () {
        const baseUrl = yield* serve(fault)
        assert.deepStrictEqual(yield* idsOf(baseUrl), ["0", "1"])
        assert.include((yield* ask(baseUrl)).headers.get("link"), "skip=2")
      })
    )
  }

  it.live("leads a link of a header to another origin, with the same path and query", () =>
    Effect.gen(function* () {
      const { headers } = yield* ask(yield* serve(Faults.foreignLink(wire, "https://elsewhere.example")))
      assert.strictEqual(headers.get("link"), `<https://elsewhere.example/teams/red/runs?skip=2>; rel="next"`)
    })
  )

  it.live("leads tokens nowhere, and moves no row of a page that is asked for by a key", () =>
    Effect.gen(function* () {
      const token = Wire.tokenInBody<unknown>({ get: () => "a token", set: (body) => body })
      const untouched = [
        Faults.foreignLink({ ...wire, next: token }, "http://elsewhere.example"),
        Faults.overlapping({ ...wire, next: Wire.byKey() })
      ]
      for (const fault of untouched) {
        const baseUrl = yield* serve(fault)
        assert.deepStrictEqual(yield* idsOf(baseUrl), ["0", "1"])
        assert.deepStrictEqual(yield* idsOf(baseUrl, 2), ["2", "3"])
        const { headers } = yield* ask(baseUrl)
        assert.strictEqual(headers.get("link"), '</teams/red/runs?skip=2>; rel="next"')
      }
    })
  )

  it.live(
    "leaves pages without rows, and gives what they had behind them, in whatever order they are asked for again",
    () =>
      Effect.gen(function* () {
        const baseUrl = yield* serve(Faults.emptyPages(wire, 2))
        const pages: Array<ReadonlyArray<string>> = []
        for (const skip of [0, 2, 0, 4, 6]) pages.push(yield* idsOf(baseUrl, skip))
        assert.deepStrictEqual(pages, [[], [], [], ["0", "1", "2", "3", "4", "5"], []])
        const counted = yield* serve(Faults.emptyPages({ ...wire, next: null }, 2))
        assert.deepStrictEqual(yield* idsOf(counted), ["0", "1"])
      })
  )

  it.live("gives pages again and again, in turn", () =>
    Effect.gen(function* () {
      const baseUrl = yield* serve(Faults.circle(wire, 2))
      const pages: Array<ReadonlyArray<string>> = []
      for (const skip of [0, 2, 4, 6]) pages.push(yield* idsOf(baseUrl, skip))
      assert.deepStrictEqual(pages, [
        ["0", "1"],
        ["2", "3"],
        ["0", "1"],
        ["2", "3"]
      ])
    })
  )

  it.live("lets pages overlap, and gives a page that is asked for again as before", () =>
    Effect.gen(function* () {
      const baseUrl = yield* serve(Faults.overlapping(wire))
      const pages: Array<ReadonlyArray<string>> = []
      for (const skip of [0, 2, 2, 4]) pages.push(yield* idsOf(baseUrl, skip))
      assert.deepStrictEqual(pages, [
        ["0", "1"],
        ["1", "2", "3"],
        ["1", "2", "3"],
        ["3", "4", "5"]
      ])
    })
  )

  it.live("by chance is the same for the same seed, and not for another one", () =>
    Effect.gen(function* () {
      const statuses = (seed: string) =>
        Effect.gen(function* () {
          const baseUrl = yield* serve(Faults.seeded(seed, 0.5, [Faults.status(503), Faults.status(429)]))
          const found: Array<number> = []
          for (let index = 0; index < 40; index++) found.push((yield* ask(baseUrl, index % 3)).status)
          return found
        })
      const first = yield* statuses("one")
      assert.sameMembers([...new Set(first)], [200, 429, 503])
      assert.deepStrictEqual(yield* statuses("one"), first)
      assert.notDeepEqual(yield* statuses("two"), first)
    })
  )
})

describe("an accelerated clock", () => {
  it.live("takes a long wait for a short one, and never a shorter one than was asked for", () =>
    Effect.gen(function* () {
      const started = yield* Clock.currentTimeMillis
      const waited = yield* Effect.gen(function* () {
        const before = yield* Clock.currentTimeMillis
        yield* Effect.sleep("20 minutes")
        return (yield* Clock.currentTimeMillis) - before
      }).pipe(AcceleratedClock.accelerate(60_000))
      assert.isAtLeast(waited, 20 * 60_000)
      assert.isBelow((yield* Clock.currentTimeMillis) - started, 10 * 60_000)
    })
  )
})
