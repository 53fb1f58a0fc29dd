import { Faults } from "@scanjobs/testing"
import { NodeHttpClient } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { RateLimit, RetryPolicy } from "@scanjobs/core"
import { Effect, Layer, Stream } from "effect"
import { Graph, connect, serve, wires } from "../Graph.ts"

const Fast = Layer.mergeAll(
  NodeHttpClient.layerUndici,
  RateLimit.layerUnlimited,
  RetryPolicy.layer({ base: "1 millis", max: "2 millis", times: 1 })
)

const inOrder = (a: string, b: string) => (a < b ? -1 : 1)

const ids = (vendor: Parameters<typeof connect>[0]) =>
  Graph.jobs(connect(vendor)).pipe(
    Stream.map(({ vendorId }) => vendorId),
    Stream.runCollect,
    Effect.provide(Fast)
  )

describe("operations at one address", () => {
  it.live("are told apart by what is asked, each with its own handler and its own name in the ledger", () =>
    Effect.gen(function* () {
      const vendor = yield* serve({ runs: 7, profiles: 2 })
      assert.lengthOf(yield* ids(vendor), 9)
      const entries = yield* vendor.ledger.entries
      assert.deepStrictEqual(
        entries.map(({ endpoint, path, violations }) => `${endpoint} ${path} ${violations.length}`).toSorted(inOrder),
        ["profiles /graphql 0", "runs /graphql 0", "runs /graphql 0"]
      )
    })
  )

  it.live("have faults of their own", () =>
    Effect.gen(function* () {
      const vendor = yield* serve(
        { runs: 7, profiles: 2 },
        Faults.on(wires.profiles.endpoint, Faults.nth(1, Faults.status(503)))
      )
      assert.lengthOf(yield* ids(vendor), 9)
      assert.lengthOf(yield* vendor.ledger.to("profiles"), 2)
      assert.lengthOf(yield* vendor.ledger.to("runs"), 2)
    })
  )

  it.live("refuse what is none of them, and note what is wrong", () =>
    Effect.gen(function* () {
      const vendor = yield* serve({ runs: 1, profiles: 1 })
      const answer = yield* Effect.promise(() =>
        fetch(`${vendor.baseUrl}/graphql`, {
          method: "POST",
          headers: { authorization: "Bearer token-of-the-graph", "content-type": "application/json" },
          body: JSON.stringify({ operationName: "Other", query: "query Other { x }", variables: {} })
        })
      )
      assert.strictEqual(answer.status, 400)
      const [entry] = yield* vendor.ledger.entries
      assert.lengthOf(entry?.violations ?? [], 1)
    })
  )
})
