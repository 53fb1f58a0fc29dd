import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Schema } from "effect"
import { TestClock } from "effect/testing"
import * as SlidingLog from "../../src/policies/SlidingLog.ts"

const Quota = Schema.Struct({
  requests: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 8 })),
  window: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 5000 }))
})
const Pauses = Schema.Array(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 700 })))

/** How long the next request must wait: until each window that ends with it has room. */
const expected = (granted: ReadonlyArray<number>, spans: ReadonlyArray<SlidingLog.Span>, now: number): number =>
  Math.max(
    0,
    ...spans.map(({ requests, window }) => {
      const blocking = granted.at(-requests)
      return blocking === undefined ? 0 : blocking + window - now
    })
  )

describe("SlidingLog", () => {
  it.effect.prop(
    "allows what a list of all requests allows, and tells the same waits",
    [Schema.Array(Quota).check(Schema.isMinLength(1), Schema.isMaxLength(3)), Pauses],
    ([quotas, pauses]) =>
      Effect.gen(function* () {
        const { take } = SlidingLog.memory()
        const spans = quotas.map(SlidingLog.spanOf)
        const granted: Array<number> = []
        let now = 0
        for (const pause of pauses) {
          yield* TestClock.adjust(pause)
          now += pause
          const wait = yield* take("acme/main", spans)
          assert.closeTo(wait, expected(granted, spans, now), 0.01)
          if (wait === 0) granted.push(now)
        }
      }).pipe(Effect.provide(TestClock.layer()))
  )

  it.each([
    ["5 seconds", 5250],
    ["1 minute", 61_000],
    ["1 hour", 3_601_000]
  ] as const)("takes a window of %s for a little longer", (window, millis) => {
    const span = SlidingLog.spanOf({ requests: 1, window })
    assert.strictEqual(span.window, millis)
    assert.isAtLeast(Duration.toMillis(window) / span.window, 0.95)
  })
})
