import { NodeHttpClient } from "@effect/platform-node"
import type { Cursor } from "@scanjobs/core"
import { assert, layer } from "@effect/vitest"
import { Effect, Stream } from "effect"
import * as Plain from "../Plain.ts"

const deep: Cursor.Cursor["scope"] = JSON.parse(`${"[".repeat(100_000)}${"]".repeat(100_000)}`)

layer(NodeHttpClient.layerUndici, { excludeTestServices: true })("a cursor of 100,000 levels", (it) => {
  it.effect.each([
    ["scope", { scope: deep, request: null }],
    ["request", { scope: null, request: deep }]
  ] as const)("in its %s is InvalidConnection, and no request is sent", ([, part]) =>
    Effect.gen(function* () {
      const vendor = yield* Plain.serve([])
      const resume = [{ connection: "main", listing: "runs", ...part }]
      const pages = Plain.make().pages(Plain.connection(vendor), undefined, { resume })
      const failure = yield* Effect.flip(Stream.runDrain(pages))
      assert.strictEqual(failure.reason._tag, "InvalidConnection")
      assert.include(failure.message, "resume.0: expected a cursor of this library")
      assert.lengthOf(vendor.seen, 0)
    })
  )
})
