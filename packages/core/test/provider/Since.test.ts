import { NodeHttpClient } from "@effect/platform-node"
import { assert, layer } from "@effect/vitest"
import { type Provider, ScanError } from "@scanjobs/core"
import { Effect, Stream } from "effect"
import * as Acme from "../Acme.ts"

const data = { runs: { a: Acme.runsOf("a", 6), b: Acme.runsOf("b", 6) } }

const read = (
  vendor: { readonly origin: string },
  since: Provider.RunOptions["since"],
  query: Parameters<typeof Acme.Acme.jobs>[1] = {}
) =>
  Effect.map(
    Stream.runCollect(Acme.Acme.jobs(Acme.connection(vendor, ["a", "b"]), query, { listings: ["runs"], since })),
    (jobs) => jobs.map(({ vendorId }) => vendorId).toSorted((a, b) => (a < b ? -1 : 1))
  )

layer(NodeHttpClient.layerUndici, { excludeTestServices: true })("the option `since`", (it) => {
  it.effect("replaces the query's `from` for its own lane, and leaves that of the others", () =>
    Effect.gen(function* () {
      const vendor = yield* Acme.serve(data)
      const since: Provider.RunOptions["since"] = ({ listing, scope }) =>
        listing === "runs" && scope === "a" ? 4 : undefined
      assert.deepStrictEqual(yield* read(vendor, since), ["a4", "a5", "b0", "b1", "b2", "b3", "b4", "b5"])
      assert.deepStrictEqual(yield* read(vendor, since, { from: 3, until: 5 }), ["a4", "b3", "b4"])
      assert.deepStrictEqual(yield* read(vendor, () => 2, { from: 5 }), "a2 a3 a4 a5 b2 b3 b4 b5".split(" "))
    })
  )

  it.effect("fails the lane for which it gives no point in time", () =>
    Effect.gen(function* () {
      const vendor = yield* Acme.serve(data)
      const error = yield* Effect.flip(read(vendor, () => Number.NaN))
      assert.instanceOf(error, ScanError.ScanError)
      assert.include(error.message, "since: expected epoch milliseconds for the listing runs, got NaN")
      assert.lengthOf(vendor.seen, 0)
    })
  )
})
