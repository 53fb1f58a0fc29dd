import { Credential, Deadlines, RetryPolicy } from "@scanjobs/core"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber } from "effect"
import { TestClock } from "effect/testing"
import * as Silence from "../../src/http/Silence.ts"
import * as Secrets from "../../src/secrets/Secrets.ts"
import { ask, flows, good, says } from "./VirtualVendor.ts"

const silent = Effect.never
const body = Array.from('{"runs": [1]}')

describe("a body", () => {
  it.effect("is read as long as it flows, whatever the other deadlines", () =>
    Effect.gen(function* () {
      const { asked, outcome } = yield* ask([flows(14_000, ...body, ...Array.from({ length: 30 }, () => " "))])
      assert.deepInclude(outcome._tag === "Success" ? outcome.success : undefined, { body: { runs: [1] } })
      assert.deepStrictEqual(asked, [0])
    })
  )

  it.effect("that pauses for longer than the idle deadline is given up", () =>
    Effect.gen(function* () {
      const { asked, outcome } = yield* ask([flows(16_000, ...body)])
      assert.deepInclude(outcome._tag === "Failure" ? outcome.failure : undefined, {
        _tag: "TimedOut",
        deadline: "idle",
        after: 15_000
      })
      assert.lengthOf(asked, 1)
    }).pipe(Effect.provide(RetryPolicy.layer({ times: 0 })))
  )
})

describe("an attempt", () => {
  it.effect("may take its time with what follows the body", () =>
    Effect.gen(function* () {
      const silence = Silence.make(yield* Deadlines.Deadlines)
      const attempt = Effect.andThen(
        silence.body(() => Effect.void),
        Effect.delay(Effect.succeed("judged"), "1 minute")
      )
      const fiber = yield* Effect.forkChild(silence.bounded(attempt))
      yield* TestClock.adjust("1 minute")
      assert.strictEqual(yield* Fiber.join(fiber), "judged")
    })
  )
})

describe("a request", () => {
  it.effect("that is never answered is given up within 2 minutes, over all its retries", () =>
    Effect.gen(function* () {
      for (const answer of [silent, flows(1_000_000, ...body)]) {
        const { asked, outcome } = yield* ask([answer])
        assert.deepInclude(outcome._tag === "Failure" ? outcome.failure : undefined, {
          _tag: "TimedOut",
          deadline: "page",
          after: 120_000
        })
        assert.isAbove(asked.length, 3)
        assert.isAtMost(asked.at(-1) ?? 0, 120_000)
      }
    })
  )

  it.effect("does not count the waits that the vendor asks for as its silence", () =>
    Effect.gen(function* () {
      const waits = says(429, { "retry-after": "100" })
      const { asked, outcome } = yield* ask([waits, waits, waits, good])
      assert.strictEqual(outcome._tag, "Success")
      assert.isAtLeast(asked[3] ?? 0, 300_000)
    })
  )

  it.effect("may be answered as late as the deadline of an attempt, every time", () =>
    Effect.gen(function* () {
      const late = Effect.delay(good, 29_000)
      const { asked, outcome } = yield* ask([late])
      assert.strictEqual(outcome._tag, "Success")
      assert.lengthOf(asked, 1)
    })
  )

  it.effect("has the whole time of a longer deadline", () =>
    Effect.gen(function* () {
      const { asked, outcome } = yield* ask([Effect.delay(good, 500_000)])
      assert.strictEqual(outcome._tag, "Success")
      assert.lengthOf(asked, 1)
    }).pipe(Effect.provide(Deadlines.layer({ attempt: "10 minutes", page: "20 minutes" })))
  )
})

describe("a credential", () => {
  it.effect("that an effect never yields is given up, too", () =>
    Effect.gen(function* () {
      const credential = yield* Credential.fromEffect(Effect.never)({
        key: "acme",
        secrets: Secrets.make([]),
        allowHttp: false,
        budget: RetryPolicy.budget(RetryPolicy.make({})),
        onRetry: () => Effect.void
      })
      const { asked, outcome } = yield* ask([good], { credential })
      assert.deepInclude(outcome._tag === "Failure" ? outcome.failure : undefined, {
        _tag: "TimedOut",
        deadline: "page"
      })
      assert.deepStrictEqual(asked, [])
    })
  )
})
