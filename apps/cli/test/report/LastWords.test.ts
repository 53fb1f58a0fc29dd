import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Fiber, Sink, Stdio } from "effect"
import { TestClock } from "effect/testing"
import * as LastWords from "../../src/report/LastWords.ts"

/** What standard error says, and after how many milliseconds the wait ends, where text waits for the reader for so long. */
const waited = Effect.fnUntraced(function* (millis: number, asJson = false) {
  let now = 0
  let stderr = ""
  const stdio = Stdio.layerTest({
    stderr: () => Sink.forEach((text: string | Uint8Array) => Effect.sync(() => void (stderr += String(text))))
  })
  const wait = LastWords.wait(() => now < millis, asJson)
  const fiber = yield* Effect.forkChild(Effect.provide(wait, stdio))
  const step = 50
  for (; now < 20_000; now += step) {
    if (fiber.pollUnsafe() !== undefined) break
    yield* TestClock.adjust(Duration.millis(step))
  }
  yield* Fiber.join(fiber)
  return { ended: now, stderr }
})

describe("the wait for a reader", () => {
  it.effect("is short where nothing waits", () =>
    Effect.gen(function* () {
      const { ended, stderr } = yield* waited(0)
      assert.isBelow(ended, 1000)
      assert.strictEqual(stderr, "")
    })
  )

  it.effect("is as long as the reader takes", () =>
    Effect.gen(function* () {
      const { ended, stderr } = yield* waited(6000)
      assert.isAtLeast(ended, 6000)
      assert.isBelow(ended, 6200)
      assert.strictEqual(stderr, "")
    })
  )

  it.effect("ends after ten seconds, and says that the last row may be cut off", () =>
    Effect.gen(function* () {
      const { ended, stderr } = yield* waited(Infinity)
      assert.isAtLeast(ended, 10_000)
      assert.isBelow(ended, 10_200)
      assert.match(stderr, /^standard output was not taken by its reader within 10 seconds .* may be cut off\n$/)
      const { stderr: line } = yield* waited(Infinity, true)
      const failure: { readonly type: string; readonly reason: string } = JSON.parse(line)
      assert.deepStrictEqual([failure.type, failure.reason], ["failure", "OutputFailed"])
    })
  )
})
