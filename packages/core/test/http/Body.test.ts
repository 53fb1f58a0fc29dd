import { NodeHttpClient } from "@effect/platform-node"
import { RetryPolicy } from "@scanjobs/core"
import { assert, layer } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { FetchHttpClient } from "effect/http"
import { gzipSync } from "node:zlib"
import * as Vendor from "../Vendor.ts"

const runs = Array.from({ length: 5000 }, (_, index) => `run ${index} – ü`)

const zipped =
  (cut = 0): Vendor.Answer =>
  (response) => {
    const bytes = gzipSync(JSON.stringify({ runs }))
    response.writeHead(200, { "content-type": "application/json", "content-encoding": "gzip" })
    response.end(bytes.subarray(0, bytes.length - cut))
  }

const inBytes =
  (bytes: ReadonlyArray<number>, charset: string | undefined, status = 200): Vendor.Answer =>
  (response) => {
    const type = charset === undefined ? "application/json" : `application/json; charset=${charset}`
    response.writeHead(status, { "content-type": type })
    response.end(Buffer.from([...Buffer.from('{"name":"'), ...bytes, ...Buffer.from('"}')]))
  }

const bytewise: Vendor.Answer = (response) => {
  response.writeHead(200, { "content-type": "application/json" })
  const bytes = Buffer.from(JSON.stringify({ runs: ["ü – 日本"] }))
  const send = (index: number): void => {
    if (index === bytes.length) response.end()
    else response.write(bytes.subarray(index, index + 1), () => setImmediate(() => send(index + 1)))
  }
  send(0)
}

for (const [name, client] of [
  ["undici", NodeHttpClient.layerUndici],
  ["node:http", NodeHttpClient.layerNodeHttp],
  ["fetch", FetchHttpClient.layer]
] as const) {
  const live = Layer.merge(client, RetryPolicy.layer({ times: 1, base: "1 millis" }))
  layer(live, { excludeTestServices: true })(`a body over ${name}`, (it) => {
    it.effect("is read where the vendor compresses it without being asked", () =>
      Effect.gen(function* () {
        const vendor = yield* Vendor.script(zipped())
        assert.deepStrictEqual((yield* Vendor.ask(vendor.origin)).body, { runs })
      })
    )

    it.effect("keeps its letters, wherever it is cut into parts", () =>
      Effect.gen(function* () {
        const vendor = yield* Vendor.script(bytewise)
        assert.deepStrictEqual((yield* Vendor.ask(vendor.origin)).body, { runs: ["ü – 日本"] })
      })
    )

    it.effect.each([
      ["in the charset that it declares", "iso-8859-1", [0xfc], "ü"],
      ["in UTF-8, whatever it declares", "iso-8859-1", [0xc3, 0xbc], "ü"],
      ["in a charset of two bytes a letter", "shift_jis", [0x93, 0xfa], "日"],
      ["in UTF-8, without a charset", undefined, [0xc3, 0xbc], "ü"]
    ] as const)("is read %s", ([, charset, bytes, letter]) =>
      Effect.gen(function* () {
        const vendor = yield* Vendor.script(inBytes(bytes, charset))
        assert.deepStrictEqual((yield* Vendor.ask(vendor.origin)).body, { name: letter })
      })
    )

    it.effect.each([
      ["it declares no charset", undefined, "the answer is not in UTF-8"],
      ["it declares UTF-8", "utf-8", "the answer is not in UTF-8"],
      ["it declares one that is not known", "klingon", "nor in the charset klingon that it declares"],
      ["it declares another one", "euc-jp", "nor in the charset euc-jp that it declares"]
    ] as const)("whose bytes are not UTF-8 fails at once where %s", ([, charset, said]) =>
      Effect.gen(function* () {
        const vendor = yield* Vendor.script(inBytes([0xfc], charset))
        const reason = yield* Effect.flip(Vendor.ask(vendor.origin))
        assert.deepInclude(reason, { _tag: "Malformed", transient: false })
        assert.include(reason.message, said)
        assert.lengthOf(vendor.seen, 1)
      })
    )

    it.effect("that cannot be decoded does not hide the status of an error", () =>
      Effect.gen(function* () {
        const vendor = yield* Vendor.script(inBytes([0xfc], undefined, 403))
        assert.deepInclude(yield* Effect.flip(Vendor.ask(vendor.origin)), { _tag: "Forbidden", status: 403 })
      })
    )

    it.effect("that is compressed and cut is asked for again", () =>
      Effect.gen(function* () {
        const vendor = yield* Vendor.script(zipped(40), zipped())
        assert.deepStrictEqual((yield* Vendor.ask(vendor.origin)).body, { runs })
        assert.lengthOf(vendor.seen, 2)
      })
    )
  })
}
