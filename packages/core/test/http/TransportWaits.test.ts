import { Deadlines, RateLimit, type Rejection, RetryPolicy } from "@scanjobs/core"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import * as Vendor from "../Vendor.ts"
import { ask, ended, good, origin, says, serve } from "./VirtualVendor.ts"

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
    ["a date in the form of asctime", "Thu Jan  1 00:00:30 2026", 30_000],
    ["a fraction, rounded up", "2.5", 3000],
    ["a fraction without a zero", ".2", 1000],
    ["seconds with a unit", "7s", 7000],
    ["seconds in words", "7 seconds", 7000],
    ["minutes", "1 minute", 60_000],
    ["milliseconds", "1500ms", 2000],
    ["in quotes", '"7"', 7000],
    ["with a sign", "+7", 7000],
    ["repeated", "7, 7", 7000],
    ["repeated and different, by the longest", "5, 30, 7", 30_000],
    ["a repeated date", "Thu, 01 Jan 2026 00:00:30 GMT, Thu, 01 Jan 2026 00:00:30 GMT", 30_000],
    ["an epoch time in seconds", "1767225630", 30_000],
    ["an epoch time in milliseconds", "1767225630000", 30_000]
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
    ["an epoch time that is past", "1767225000"],
    ["nothing that can be read", "soon"]
  ] as const)("is the policy's own wait where it is %s", ([, header]) =>
    Effect.gen(function* () {
      const { asked } = yield* ask([says(429, { "retry-after": header }), good])
      assertWaited(asked[1], 1000)
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
      assertWaited(asked[1], 1000)
    })
  )

  it.effect("is until the time that a plugin reads, by the vendor's clock, and does not grow", () =>
    Effect.gen(function* () {
      const date = { date: "Thu, 01 Jan 2026 01:00:00 GMT" }
      const retryAt = Date.UTC(2026, 0, 1, 1, 0, 7)
      const rejection = ({ status }: Rejection.VendorAnswer) =>
        status === 429 ? { code: null, message: null, retryAt, retryAfter: 50_000, growing: true } : undefined
      const { asked } = yield* ask([says(429, date), says(429, date), good], { rejection })
      assertWaited(asked[1], 7000)
      assertWaited((asked[2] ?? 0) - (asked[1] ?? 0), 7000)
    })
  )

  it.effect("is what a plugin says besides, where the time that it reads has passed", () =>
    Effect.gen(function* () {
      const rejection = ({ sentAt, status }: Rejection.VendorAnswer) =>
        status === 429 ? { code: null, message: null, retryAt: sentAt, retryAfter: 5000, growing: true } : undefined
      const { asked } = yield* ask([says(429), says(429), good], { rejection })
      assertWaited(asked[1], 5000)
      assertWaited((asked[2] ?? 0) - (asked[1] ?? 0), 10_000)
    })
  )

  it.effect("is a minute and more in all where a vendor that limits does not say it", () =>
    Effect.gen(function* () {
      const limits = Array.from({ length: 9 }, () => says(429))
      const { asked, outcome } = yield* ask([...limits, good])
      assert.strictEqual(outcome._tag, "Success")
      assert.isAtLeast(asked[9] ?? 0, 60_000)
      assert.isAtMost(asked[9] ?? 0, 150_000)
    })
  )

  it.effect("holds every request of its quota to the same origin, and no others", () =>
    Effect.gen(function* () {
      const limited = serve([says(429, { "retry-after": "60" }), good])
      const same = serve([good])
      const other = serve([good])
      const send = (key: string, delay: number, vendor: typeof same) =>
        Effect.delay(Vendor.ask(origin, { key }), delay).pipe(Effect.provide(vendor.layer))
      yield* ended(
        Effect.all([send("one", 0, limited), send("one", 10_000, same), send("two", 10_000, other)], {
          concurrency: "unbounded"
        })
      )
      assertWaited(limited.asked[1], 60_000)
      assertWaited(same.asked[0], 60_000)
      assert.deepStrictEqual(other.asked, [10_000])
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
      assert.deepStrictEqual(asked.map(Math.round), [0, 61_000, 122_000])
    }).pipe(Effect.provide(RateLimit.layerMemory))
  )

  it.effect("are as long as the quota wants, for redirects too", () =>
    Effect.gen(function* () {
      const { asked } = yield* ask([says(302, { location: "/moved" }), good], {
        key: "quota",
        quotas: [{ requests: 1, window: "1 minute" }]
      })
      assert.deepStrictEqual(asked.map(Math.round), [0, 61_000])
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
