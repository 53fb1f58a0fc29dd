import { Reason, RetryPolicy } from "@scanjobs/core"
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Random, Schema } from "effect"
import * as Retry from "../../src/policies/Retry.ts"

const unavailable = new Reason.Unavailable({ ...Reason.unknownAnswer, retryAfter: null })
const asksToWait = (retryAfter: number) => new Reason.RateLimited({ ...Reason.unknownAnswer, retryAfter })

/** The waits, in milliseconds, before the retries of something that always fails for `reason`. */
const waits = (policy: RetryPolicy.RetryPolicy, reason: Reason.Reason = unavailable) =>
  Effect.gen(function* () {
    const times: Array<number> = []
    for (let tries = 1; tries <= 6; tries++) times.push(Duration.toMillis(yield* Retry.wait(policy, reason, tries)))
    return times
  })

/** Random that always says `chance`. */
const always = (chance: number) =>
  Effect.provideService(Random.Random, { nextIntUnsafe: () => 0, nextDoubleUnsafe: () => chance })

const policy = RetryPolicy.make({ base: "100 millis", max: "1 second" })

describe("the waits of a policy", () => {
  it.effect("double from the base on and stay at the longest", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* waits(policy), [100, 200, 400, 800, 1000, 1000])
    }).pipe(always(0))
  )

  it.effect("are a quarter longer at most, by chance", () =>
    Effect.gen(function* () {
      const longest = [125, 250, 500, 1000, 1250, 1250]
      for (const [index, wait] of (yield* waits(policy)).entries()) {
        assert.closeTo(wait, longest[index] ?? Number.NaN, 1)
      }
    }).pipe(always(0.999999))
  )

  it.effect.prop(
    "are never shorter for chance",
    [Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum: 0.999 }))],
    ([chance]) =>
      Effect.gen(function* () {
        const given = yield* waits(policy).pipe(always(chance))
        for (const [index, floor] of [100, 200, 400, 800, 1000, 1000].entries()) {
          assert.isAtLeast(given[index] ?? 0, floor)
          assert.isAtMost(given[index] ?? Infinity, floor * 1.25)
        }
      })
  )

  it.effect("are ten times as long, up to four times the longest, after a rate limit that states no wait", () =>
    Effect.gen(function* () {
      const floors = [1000, 2000, 4000, 4000, 4000, 4000]
      for (const retryAfter of [null, 0]) {
        const limited = new Reason.RateLimited({ ...Reason.unknownAnswer, retryAfter })
        assert.deepStrictEqual(yield* waits(policy, limited), floors)
      }
    }).pipe(always(0))
  )

  it.effect("are what the vendor asks for where that is longer, also beyond the longest of its own", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* waits(policy, asksToWait(30_000)), [30_000, 30_000, 30_000, 30_000, 30_000, 30_000])
    }).pipe(always(0))
  )

  it.effect(
    "double what the vendor asks for where it wants growing waits, up to the longest that the policy bears",
    () =>
      Effect.gen(function* () {
        const growing = new Reason.RateLimited({ ...Reason.unknownAnswer, retryAfter: 20_000, growing: true })
        assert.deepStrictEqual(yield* waits(policy, growing), [20_000, 40_000, 80_000, 120_000, 120_000, 120_000])
      }).pipe(always(0))
  )

  it.effect("grow past what the vendor asks for where that is short", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* waits(policy, asksToWait(300)), [300, 300, 400, 800, 1000, 1000])
    }).pipe(always(0))
  )

  it.effect("are longer than what the vendor asks for by chance, never shorter", () =>
    Effect.gen(function* () {
      const [first = 0] = yield* waits(policy, asksToWait(10_000))
      assert.strictEqual(first, 11_250)
    }).pipe(always(0.5))
  )
})

describe("a budget", () => {
  it("gives as many retries as it has", () => {
    const budget = RetryPolicy.budget(RetryPolicy.make({ budget: 2 }))
    assert.deepStrictEqual([budget.take(), budget.take(), budget.take(), budget.take()], [true, true, false, false])
  })

  it("gets one back with each good answer", () => {
    const budget = RetryPolicy.budget(RetryPolicy.make({ budget: 1 }))
    budget.take()
    budget.give()
    assert.isTrue(budget.take())
    assert.isFalse(budget.take())
  })

  it("never holds more than at first", () => {
    const budget = RetryPolicy.budget(RetryPolicy.make({ budget: 1 }))
    budget.give()
    budget.give()
    assert.isTrue(budget.take())
    assert.isFalse(budget.take())
  })
})

describe("whether a policy lets an attempt be made again", () => {
  const shouldRetry = (reason: Reason.Reason, options: Partial<RetryPolicy.RetryPolicy> = {}) => {
    const made = RetryPolicy.make(options)
    return Retry.shouldRetry(made, reason, RetryPolicy.budget(made))
  }
  const answer = Reason.unknownAnswer

  it("is so for conditions that can pass", () => {
    assert.isTrue(shouldRetry(unavailable))
    assert.isTrue(shouldRetry(asksToWait(1000)))
    assert.isTrue(shouldRetry(new Reason.Malformed({ ...answer, transient: true })))
    assert.isTrue(shouldRetry(new Reason.TimedOut({ deadline: "attempt", after: 1 })))
  })

  it("is not so for conditions that stay", () => {
    assert.isFalse(shouldRetry(new Reason.Unauthorized(answer)))
    assert.isFalse(shouldRetry(new Reason.Forbidden(answer)))
    assert.isFalse(shouldRetry(new Reason.VendorRejected(answer)))
    assert.isFalse(shouldRetry(new Reason.Malformed({ ...answer, transient: false })))
    assert.isFalse(shouldRetry(new Reason.TimedOut({ deadline: "page", after: 1 })))
    assert.isFalse(shouldRetry(new Reason.Unavailable({ ...answer, retryAfter: null, permanent: true })))
    assert.isFalse(shouldRetry(new Reason.ForeignLink({ origin: "https://a.example", expected: "https://b.example" })))
  })

  it("is not so where the vendor asks for a longer wait than the policy bears", () => {
    const accepted = { maxRetryAfter: "2 minutes" } as const
    assert.isTrue(shouldRetry(asksToWait(Duration.toMillis("2 minutes")), accepted))
    assert.isFalse(shouldRetry(asksToWait(Duration.toMillis("2 minutes") + 1), accepted))
  })

  it("is not so without a retry in hand", () => {
    assert.isFalse(shouldRetry(unavailable, { budget: 0 }))
  })

  it("takes a retry only where it is so", () => {
    const made = RetryPolicy.make({ budget: 1 })
    const hand = RetryPolicy.budget(made)
    Retry.shouldRetry(made, new Reason.Forbidden(answer), hand)
    assert.isTrue(hand.take())
  })
})
