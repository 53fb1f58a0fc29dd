import { NodeHttpClient } from "@effect/platform-node"
import { Credential, Listing, Provider, Quota, RateLimit } from "@scanjobs/core"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Redacted, Result, Schema, Stream } from "effect"
import { HttpApiEndpoint, HttpApiSecurity } from "effect/http-api"
import * as Vendor from "../Vendor.ts"

const Row = Schema.Struct({ id: Schema.String })

const Limited = Provider.make("limited", {
  connection: { token: Schema.Redacted(Schema.String) },
  security: HttpApiSecurity.bearer,
  quotas: [{ requests: 60, window: "1 hour" }],
  listings: {
    runs: Listing.make({
      row: Row,
      endpoint: (row) => HttpApiEndpoint.get("runs", "/runs", { success: Schema.Array(row) })
    })
  }
})({
  baseUrl: () => "https://limited.invalid",
  credential: ({ token }) => Credential.fixed(token),
  listings: {
    runs: {
      first: () => ({}),
      next: () => undefined,
      rows: (body) => body,
      job: ({ id }) => ({ vendorId: id, kind: "run", category: "web", state: "succeeded", vendorState: null })
    }
  }
})

const settings = { provider: "limited", name: "main", token: Vendor.canary }

/** The quotas that a request of a connection with these settings has to keep. */
const keptBy = (more: object) =>
  Effect.gen(function* () {
    const vendor = yield* Vendor.serve(() => Vendor.json([]))
    const connection = Result.getOrThrow(Limited.decode({ ...settings, ...more, baseUrl: vendor.origin }))
    const kept: Array<string> = []
    const record = Layer.succeed(RateLimit.RateLimit, {
      acquire: (_key, quotas) => Effect.sync(() => void kept.push(...quotas.map(Quota.format)))
    })
    yield* Limited.jobs(connection).pipe(Stream.runDrain, Effect.provide([record, NodeHttpClient.layerUndici]))
    return kept
  })

describe("the setting `quotas` of a connection", () => {
  it.live.each([
    ["keeps the provider's quotas where it is left out", {}, ["60 in 1h"]],
    ["replaces them", { quotas: [{ requests: 5, window: "30 seconds" }] }, ["5 in 30s"]],
    ["lifts them where it is empty", { quotas: [] }, []]
  ] as const)("%s", ([, more, kept]) =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* keptBy(more), [...kept])
    })
  )

  it.each([
    [{ requests: 0, window: "1 hour" }, "quotas.0.requests"],
    [{ requests: 1.5, window: "1 hour" }, "quotas.0.requests"],
    [{ requests: 1, window: "soon" }, "quotas.0.window"],
    [{ requests: 1, window: "0 seconds" }, "quotas.0.window"],
    [{ requests: 1 }, "quotas.0.window"]
  ])("refuses %j", (quota, key) => {
    const decoded = Limited.decode({ ...settings, quotas: [quota] })
    assert.deepStrictEqual(Result.isFailure(decoded) ? decoded.failure.map((problem) => problem.key) : [], [key])
  })

  it("can be given in code as a text or as a duration", () => {
    const connection: Provider.ConnectionOf<typeof Limited> = {
      provider: "limited",
      name: "main",
      token: Redacted.make(Vendor.canary),
      quotas: [{ requests: 5, window: "1 minute" }]
    }
    assert.strictEqual(connection.quotas?.[0]?.requests, 5)
  })
})
