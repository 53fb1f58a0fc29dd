import { Deadlines, RateLimit, type Rejection, RetryPolicy } from "@scanjobs/core"
import { assert, describe, it } from "@effect/vitest"
import { Clock, Effect, Fiber, Layer } from "effect"
import { HttpClient, HttpClientResponse } from "effect/http"
import { TestClock } from "effect/testing"
import * as Vendor from "../Vendor.ts"

const origin = "https://acme.example"
const date = Date.parse("2026-01-01T00:00:00Z")

/** Asks a vendor that gives these answers, the last one to all the rest, and tells when it was asked, from the first on. */
const ask = (answers: ReadonlyArray<() => Response>, options: Parameters<typeof Vendor.ask>[1] = {}) =>
  Effect.gen(function* () {
    yield* TestClock.setTime(date)
    const asked: Array<number> = []
    const client = HttpClient.make((request) =>
      Effect.map(Clock.currentTimeMillis, (now) => {
        const answer = answers[Math.min(asked.push(now - date), answers.length) - 1]
        return HttpClientResponse.fromWeb(request, answer?.() ?? Response.json({}))
      })
    )
    const fiber = yield* Effect.forkChild(
      Effect.result(Vendor.ask(origin, options)).pipe(Effect.provide(Layer.succeed(HttpClient.HttpClient, client)))
    )
    // A body takes real turns of the event loop, in which no time must pass.
    while (fiber.pollUnsafe() === undefined) {
      yield* turns(5)
      yield* TestClock.adjust("1 second")
    }
    return { outcome: yield* Fiber.join(fiber), asked }
  })

const turns = (count: number) =>
  Effect.promise(async () => {
    for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve))
  })

const says =
  (status: number, headers: Record<string, string> = {}) =>
  () =>
    new Response("", { status, headers })
const good = () => Response.json({ runs: [1] })

/** That long a wait, with the quarter that chance may add. */
const assertWaited = (waited: number | undefined, floor: number) => {
  assert.isAtLeast(waited ?? 0, floor)
  assert.isAtMost(waited ?? 0, floor * 1.25)
}

describe("what a vendor asks to wait", () => {
  it.effect.each([
    ["seconds", "7", 7000],
    ["a date", "Thu, 01 Jan 2026 00:00:30 GMT", 30_000],
    ["a date in the form of RFC 850", "Thursday, 01-Jan-26 00:00:30 GMT", 30_000],
    ["a date in the form of asctime", "Thu Jan  1 00:00:30 2026", 30_000]
  ] as const)("is waited for where it is %s", ([, header, floor]) =>
    Effect.gen(function* () {
      for (const status of [429, 503]) {
        const { asked, outcome } = yield* ask([says(status, { "retry-after": header }), good])
        assert.strictEqual(outcome._tag, "Success")
        assert.strictEqual(asked.length, 2)
        assertWaited(asked[1], floor)
      }
    })
  )

  it.effect.each([
    ["a date that is past", "Wed, 31 Dec 2025 00:00:00 GMT"],
    ["zero", "0"],
    ["nothing that can be read", "soon"]
  ] as const)("is the policy's own wait where it is %s", ([, header]) =>
    Effect.gen(function* () {
      const { asked } = yield* ask([says(429, { "retry-after": header }), good])
      assertWaited(asked[1], 100)
    })
  )

  it.effect("fails at once, after one request, where it is longer than the policy bears", () =>
    Effect.gen(function* () {
      const { asked, outcome } = yield* ask([says(429, { "retry-after": "121" }), good])
      assert.deepInclude(outcome._tag === "Failure" ? outcome.failure : undefined, {
        _tag: "RateLimited",
        retryAfter: 121_000
      })
      assert.deepStrictEqual(asked, [0])
    })
  )

  it.effect("is waited for where it is as long as the policy bears", () =>
    Effect.gen(function* () {
      const { asked } = yield* ask([says(429, { "retry-after": "120" }), good])
      assertWaited(asked[1], 120_000)
    })
  )

  it.effect.each([
    ["no number", Number.NaN],
    ["no end", Number.POSITIVE_INFINITY],
    ["a time that is past", -1]
  ] as const)("is the policy's own wait where a plugin reads it as %s", ([, retryAfter]) =>
    Effect.gen(function* () {
      const rejection = ({ status }: Rejection.VendorAnswer) =>
        status === 429 ? { code: null, message: null, retryAfter } : undefined
      const { asked, outcome } = yield* ask([says(429), good], { rejection })
      assert.strictEqual(outcome._tag, "Success")
      assertWaited(asked[1], 100)
    })
  )

  it.effect("is not waited for after a refusal", () =>
    Effect.gen(function* () {
      const { asked } = yield* ask([says(403, { "retry-after": "1" }), good])
      assert.deepStrictEqual(asked, [0])
    })
  )
})

describe("the waits between attempts", () => {
  it.effect("double, and end with the number of retries", () =>
    Effect.gen(function* () {
      const { asked, outcome } = yield* ask([says(503)])
      assert.strictEqual(outcome._tag, "Failure")
      assert.strictEqual(asked.length, 4)
      assertWaited(asked[1], 1000)
      assertWaited((asked[2] ?? 0) - (asked[1] ?? 0), 2000)
      assertWaited((asked[3] ?? 0) - (asked[2] ?? 0), 4000)
    }).pipe(Effect.provide(RetryPolicy.layer({ times: 3, base: "1 second" })))
  )

  it.effect("are as long as the quota wants, for retries too", () =>
    Effect.gen(function* () {
      const { asked } = yield* ask([says(503), says(503), good], {
        key: "quota",
        quotas: [{ requests: 1, window: "1 minute" }]
      })
      assert.deepStrictEqual(asked, [0, 63_000, 126_000])
    }).pipe(Effect.provide(RateLimit.layerMemory))
  )

  it.effect("are as long as the quota wants, for redirects too", () =>
    Effect.gen(function* () {
      const { asked } = yield* ask([says(302, { location: "/moved" }), good], {
        key: "quota",
        quotas: [{ requests: 1, window: "1 minute" }]
      })
      assert.deepStrictEqual(asked, [0, 63_000])
    }).pipe(Effect.provide(RateLimit.layerMemory))
  )

  it.effect("for the quota do not count toward the deadline of an attempt", () =>
    Effect.gen(function* () {
      const { outcome } = yield* ask([says(503), good], {
        key: "quota",
        quotas: [{ requests: 1, window: "1 minute" }]
      })
      assert.strictEqual(outcome._tag, "Success")
    }).pipe(Effect.provide([RateLimit.layerMemory, Deadlines.layer({ attempt: "10 seconds" })]))
  )
})
