import { NodeHttpClient } from "@effect/platform-node"
import { BodyLimit, RetryPolicy } from "@scanjobs/core"
import { assert, describe, it, layer } from "@effect/vitest"
import { Clock, Deferred, Effect, Fiber, Layer, Schema } from "effect"
import { FetchHttpClient } from "effect/http"
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib"
import * as Excerpt from "../../src/contract/Excerpt.ts"
import * as Secrets from "../../src/secrets/Secrets.ts"
import * as Vendor from "../Vendor.ts"
import * as VirtualVendor from "./VirtualVendor.ts"

const kibibyte = 1024
const tight = BodyLimit.layer({ perAnswer: 64 * kibibyte })

const compressed =
  (encoding: string, compress: (text: string) => Buffer, text: string, status = 200): Vendor.Answer =>
  (response) => {
    response.writeHead(status, { "content-type": "application/json", "content-encoding": encoding })
    response.end(compress(text))
  }

const large = JSON.stringify({ text: "a".repeat(100 * kibibyte) })

for (const [name, client] of [
  ["undici", NodeHttpClient.layerUndici],
  ["node:http", NodeHttpClient.layerNodeHttp],
  ["fetch", FetchHttpClient.layer]
] as const) {
  const live = Layer.mergeAll(client, tight, RetryPolicy.layer({ times: 1, base: "1 millis" }))
  layer(live, { excludeTestServices: true })(`an answer over ${name}`, (it) => {
    it.effect.each([
      ["as it is", Vendor.text(large)],
      ["as gzip", compressed("gzip", gzipSync, large)],
      ["as deflate", compressed("deflate", deflateSync, large)]
    ] as const)("that is too large, sent %s, is Malformed and is not asked for again", ([, answer]) =>
      Effect.gen(function* () {
        const vendor = yield* Vendor.script(answer)
        const reason = yield* Effect.flip(Vendor.ask(vendor.origin))
        assert.deepInclude(reason, { _tag: "Malformed", transient: false })
        assert.include(reason.message, "larger than 0.1 MiB")
        assert.lengthOf(vendor.seen, 1)
      })
    )

    it.effect("in an encoding that nobody asked for is read or Malformed", () =>
      Effect.gen(function* () {
        const vendor = yield* Vendor.script(compressed("br", brotliCompressSync, '{"runs":[1]}'))
        const outcome = yield* Effect.result(Vendor.ask(vendor.origin))
        if (outcome._tag === "Success") assert.deepStrictEqual(outcome.success.body, { runs: [1] })
        else assert.strictEqual(outcome.failure._tag, "Malformed")
      })
    )

    it.effect("that is an error keeps the condition of its status, however long its text", () =>
      Effect.gen(function* () {
        const vendor = yield* Vendor.script(Vendor.text(`down ${"x".repeat(5_000_000)}`, 503))
        const reason = yield* Effect.flip(Vendor.ask(vendor.origin))
        assert.deepInclude(reason, { _tag: "Unavailable", status: 503 })
        assert.isBelow(reason.message.length, 500)
        assert.include(reason.message, "down xxx")
      })
    )

    it.effect("that is an error of many small objects keeps the condition of its status", () =>
      Effect.gen(function* () {
        const vendor = yield* Vendor.script(Vendor.text(`[${"{},".repeat(20_000)}{}]`, 403))
        const reason = yield* Effect.flip(Vendor.ask(vendor.origin))
        assert.deepInclude(reason, { _tag: "Forbidden", status: 403 })
      })
    )

    it.effect("with too many small objects is Malformed", () =>
      Effect.gen(function* () {
        const vendor = yield* Vendor.script(Vendor.text(`[${"{},".repeat(20_000)}{}]`))
        const reason = yield* Effect.flip(Vendor.ask(vendor.origin))
        assert.strictEqual(reason._tag, "Malformed")
        assert.include(reason.message, "more than 512 arrays and objects")
      })
    )

    it.effect("with status 206 is Malformed", () =>
      Effect.gen(function* () {
        const vendor = yield* Vendor.script(Vendor.json({ runs: [1] }, 206))
        const reason = yield* Effect.flip(Vendor.ask(vendor.origin))
        assert.deepInclude(reason, { _tag: "Malformed", status: 206, transient: false })
      })
    )
  })
}

describe("room for large answers", () => {
  it.effect("may take longer to come than an answer may pause", () =>
    Effect.gen(function* () {
      const { reading } = yield* BodyLimit.BodyLimit
      yield* Effect.forkChild(
        reading((makeRoom) => Effect.andThen(makeRoom, Effect.sleep(VirtualVendor.date + 60_000)))
      )
      const body = JSON.stringify({ text: "a".repeat(2 * 1024 * kibibyte) })
      const answer = Effect.sync(() => new Response(body, { headers: { "content-type": "application/json" } }))
      const { asked, outcome } = yield* VirtualVendor.ask([answer])
      assert.strictEqual(outcome._tag, "Success")
      assert.deepStrictEqual(asked, [0])
      assert.isAtLeast((yield* Clock.currentTimeMillis) - VirtualVendor.date, 59_000)
    }).pipe(Effect.provide(BodyLimit.layer({ inFlight: 1 })))
  )

  it.effect("is given to one answer after the other, and given back where reading fails", () =>
    Effect.gen(function* () {
      const { reading } = yield* BodyLimit.BodyLimit
      const events: Array<string> = []
      const end = yield* Deferred.make<void>()
      const read = (name: string, rest: Effect.Effect<void, string>) =>
        reading((makeRoom) =>
          Effect.gen(function* () {
            yield* makeRoom
            yield* makeRoom
            events.push(name)
            yield* rest
          })
        )
      const first = yield* Effect.forkChild(
        Effect.exit(read("first", Effect.andThen(Deferred.await(end), Effect.fail("cut"))))
      )
      yield* Effect.yieldNow
      const second = yield* Effect.forkChild(read("second", Effect.void))
      yield* Effect.yieldNow
      assert.deepStrictEqual(events, ["first"])
      yield* Deferred.succeed(end, undefined)
      yield* Fiber.join(first)
      yield* Fiber.join(second)
      assert.deepStrictEqual(events, ["first", "second"])
    }).pipe(Effect.provide(BodyLimit.layer({ perAnswer: 100, inFlight: 50 })))
  )
})

describe("Excerpt", () => {
  it.prop(
    "shows no part of a secret, wherever it lies, and at most 300 characters",
    [Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 70_000 })), Schema.Boolean],
    ([place, isBlank]) => {
      const secret = "sk-0123456789abcdef"
      const text = `${(isBlank ? " " : "a").repeat(place)}${secret}${"b".repeat(70_000)}`
      const shown = Excerpt.of(Secrets.make([secret]), text)
      assert.isAtMost(shown.length, 300)
      assert.notInclude(shown, secret.slice(0, 8))
    }
  )
})
