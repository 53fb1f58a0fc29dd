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

    it.effect("that is compressed and cut is asked for again", () =>
      Effect.gen(function* () {
        const vendor = yield* Vendor.script(zipped(40), zipped())
        assert.deepStrictEqual((yield* Vendor.ask(vendor.origin)).body, { runs })
        assert.lengthOf(vendor.seen, 2)
      })
    )
  })
}
