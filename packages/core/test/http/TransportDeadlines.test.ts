import { NodeHttpClient } from "@effect/platform-node"
import { Deadlines, RetryPolicy } from "@scanjobs/core"
import { assert, describe, layer } from "@effect/vitest"
import { Effect, Fiber, Layer } from "effect"
import * as Vendor from "../Vendor.ts"

const good = Vendor.json({ runs: [1] })
const live = Layer.mergeAll(
  NodeHttpClient.layerUndici,
  RetryPolicy.layer({ times: 1, base: "1 millis" }),
  Deadlines.layer({ attempt: "100 millis", idle: "100 millis" })
)

/** Waits until it is so; the test's own timeout ends a wait in vain. */
const until = (isSo: () => boolean): Effect.Effect<void> =>
  Effect.suspend(() => (isSo() ? Effect.void : Effect.andThen(Effect.sleep("2 millis"), until(isSo))))

const unfinished = [
  ["never answers", "attempt", Vendor.silence],
  ["stalls in its body", "idle", Vendor.stall]
] as const

layer(live, { excludeTestServices: true })("the deadline of an attempt", (it) => {
  describe("with a vendor that", () => {
    it.effect.each(unfinished)("%s is TimedOut after a retry, and every connection is closed", ([, deadline, answer]) =>
      Effect.gen(function* () {
        const vendor = yield* Vendor.script(answer)
        const reason = yield* Effect.flip(Vendor.ask(vendor.origin))
        assert.deepInclude(reason, { _tag: "TimedOut", deadline, after: 100 })
        assert.strictEqual(vendor.seen.length, 2)
        yield* until(() => vendor.seen.every(({ isAbandoned }) => isAbandoned))
      })
    )

    it.effect.each(unfinished)("%s once is got over", ([, , answer]) =>
      Effect.gen(function* () {
        const vendor = yield* Vendor.script(answer, good)
        assert.deepStrictEqual((yield* Vendor.ask(vendor.origin)).body, { runs: [1] })
      })
    )
  })
})

layer(NodeHttpClient.layerUndici, { excludeTestServices: true })("an interruption", (it) => {
  it.effect.each([...unfinished, ["drips", "none", Vendor.drip] as const])(
    "closes the connection to a vendor that %s",
    ([, , answer]) =>
      Effect.gen(function* () {
        const vendor = yield* Vendor.script(answer)
        const fiber = yield* Effect.forkChild(Vendor.ask(vendor.origin))
        yield* until(() => vendor.seen.length === 1)
        yield* Fiber.interrupt(fiber)
        yield* until(() => vendor.seen.every(({ isAbandoned }) => isAbandoned))
        assert.strictEqual(vendor.seen.length, 1)
      })
  )
})
