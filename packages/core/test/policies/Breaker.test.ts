import { Breaker, Reason } from "@scanjobs/core"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber } from "effect"
import { TestClock } from "effect/testing"

const down = new Reason.Unavailable({ ...Reason.unknownAnswer, status: 503, retryAfter: null })
const refusal = new Reason.Forbidden({ ...Reason.unknownAnswer, status: 403 })

const counted = () => {
  let count = 0
  return {
    made: () => count,
    failing: (reason: Reason.Reason) =>
      Effect.suspend(() => Effect.fail(reason).pipe(Effect.tapError(() => Effect.sync(() => count++)))),
    working: Effect.sync(() => ++count)
  }
}

const origin = "https://vendor.example"

const guarded = <A>(attempt: Effect.Effect<A, Reason.Reason>, at = origin) =>
  Effect.flatMap(Breaker.Breaker, ({ guard }) => Effect.exit(Effect.flip(guard(at, attempt))))

describe("the breaker", () => {
  it.effect("makes no attempt after so many have failed in a row, and says so", () =>
    Effect.gen(function* () {
      const { failing, made } = counted()
      for (let n = 0; n < 3; n++) yield* guarded(failing(down))
      const { guard } = yield* Breaker.Breaker
      const { reason, circuitOpen } = yield* Effect.flip(guard(origin, failing(down)))
      assert.deepStrictEqual([made(), circuitOpen, reason._tag], [3, true, "Unavailable"])
      assert.include(reason.message, "30 s")
    }).pipe(Effect.provide(Breaker.layer({ failures: 3 })))
  )

  it.effect("names the failure that opened it", () =>
    Effect.gen(function* () {
      const { guard } = yield* Breaker.Breaker
      for (let n = 0; n < 3; n++) yield* guarded(Effect.fail(down))
      const { reason } = yield* Effect.flip(guard(origin, Effect.fail(down)))
      assert.include(reason.message, "the last one: Unavailable: ")
      assert.include(reason.message, "HTTP 503")
    }).pipe(Effect.provide(Breaker.layer({ failures: 3 })))
  )

  it.effect("lets one attempt through after the rest, and goes on when that works", () =>
    Effect.gen(function* () {
      const { failing, made, working } = counted()
      const { guard } = yield* Breaker.Breaker
      for (let n = 0; n < 3; n++) yield* guarded(failing(down))
      yield* TestClock.adjust("31 seconds")
      assert.strictEqual(yield* guard(origin, working), 4)
      assert.strictEqual(yield* guard(origin, working), 5)
      assert.strictEqual(made(), 5)
    }).pipe(Effect.provide(Breaker.layer({ failures: 3 })))
  )

  it.effect("counts anew after each success", () =>
    Effect.gen(function* () {
      const { failing, made, working } = counted()
      for (let n = 0; n < 4; n++) for (const attempt of [failing(down), failing(down), working]) yield* guarded(attempt)
      assert.strictEqual(made(), 12)
      for (let n = 0; n < 9; n++) yield* guarded(failing(down))
      assert.strictEqual(made(), 15)
    }).pipe(Effect.provide(Breaker.layer({ failures: 3 })))
  )

  it.effect("gives an attempt that was under way when the circuit opened its own reason", () =>
    Effect.gen(function* () {
      const { guard } = yield* Breaker.Breaker
      const slow = yield* guard(origin, Effect.delay(Effect.fail(down), "1 second")).pipe(
        Effect.flip,
        Effect.forkChild({ startImmediately: true })
      )
      for (let n = 0; n < 3; n++) yield* guarded(Effect.fail(down))
      yield* TestClock.adjust("1 second")
      assert.deepStrictEqual(yield* Fiber.join(slow), { reason: down, circuitOpen: false })
    }).pipe(Effect.provide(Breaker.layer({ failures: 3 })))
  )

  it.effect("holds a refusal to be an answer", () =>
    Effect.gen(function* () {
      const { failing, made } = counted()
      for (let n = 0; n < 10; n++) yield* guarded(failing(refusal))
      assert.strictEqual(made(), 10)
    }).pipe(Effect.provide(Breaker.layer({ failures: 3 })))
  )

  it.effect("keeps each origin's own count", () =>
    Effect.gen(function* () {
      const { failing, made } = counted()
      for (let n = 0; n < 6; n++) yield* guarded(failing(down), `https://${n % 2}.example`)
      assert.strictEqual(made(), 6)
    }).pipe(Effect.provide(Breaker.layer({ failures: 4 })))
  )

  it.effect("is there without wiring, and opens after twenty", () =>
    Effect.gen(function* () {
      const { failing, made } = counted()
      for (let n = 0; n < 30; n++) yield* guarded(failing(down))
      assert.strictEqual(made(), 20)
    })
  )

  it.effect("can be left out", () =>
    Effect.gen(function* () {
      const { failing, made } = counted()
      for (let n = 0; n < 30; n++) yield* guarded(failing(down))
      assert.strictEqual(made(), 30)
    }).pipe(Effect.provide(Breaker.layerNone))
  )
})
