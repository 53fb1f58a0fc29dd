import { Catalog, Credential, Listing, Provider } from "@scanjobs/core"
import { assert, describe, it } from "@effect/vitest"
import { Arbitrary, Effect, Equal, Option, Redacted, Schema } from "effect"
import { HttpApiEndpoint, HttpApiSecurity } from "effect/http-api"
import * as Acme from "../Acme.ts"
import * as Job from "../Job.ts"

const Dated = Schema.Struct({ id: Schema.String, at: Schema.DateTimeUtcFromString })

/** A provider whose row is not what the vendor sends. */
const Gamma = Provider.make("gamma", {
  connection: {},
  security: HttpApiSecurity.bearer,
  listings: {
    dated: Listing.make({
      row: Dated,
      endpoint: (row) => HttpApiEndpoint.get("dated", "/dated", { success: Schema.Array(row) })
    })
  }
})({
  baseUrl: () => "https://gamma.invalid",
  credential: () => Credential.fixed(Redacted.make("")),
  listings: {
    dated: {
      first: () => ({}),
      rows: (body) => body,
      next: () => undefined,
      job: ({ id }) => ({ vendorId: id, kind: "run", category: "web", state: "running", vendorState: null })
    }
  }
})

const catalog = Catalog.make(Acme.Acme, Gamma)
type CatalogJob = typeof catalog.Job.Type
const encode = Schema.encodeEffect(catalog.Job)
const decode = Schema.decodeUnknownEffect(catalog.Job)

const plan = (fields: object = {}): CatalogJob => ({
  ...Job.make("1", { startTime: 0 }),
  provider: "acme",
  listing: "plans",
  raw: { id: "1", at: 0, ...fields }
})

describe("a catalog's codec of jobs", () => {
  it.effect.prop(
    "gives back every job of every provider through JSON text",
    [Job.arbitrary, Arbitrary.schema(Schema.toType(Acme.Run)), Arbitrary.schema(Schema.toType(Dated))],
    ([some, run, dated]) =>
      Effect.gen(function* () {
        const jobs: ReadonlyArray<CatalogJob> = [
          { ...some, provider: "acme", listing: "runs", raw: run },
          { ...some, provider: "gamma", listing: "dated", raw: dated }
        ]
        for (const job of jobs) {
          const text = JSON.stringify(yield* encode(job))
          assert.isTrue(Equal.equals(yield* decode(JSON.parse(text)), job))
        }
      })
  )

  it.effect("writes times as ISO 8601, and the row as the vendor sent it", () =>
    Effect.gen(function* () {
      const encoded = yield* encode(plan({ owner: "someone" }))
      assert.strictEqual(encoded.startTime, "1970-01-01T00:00:00.000Z")
      assert.deepStrictEqual(encoded.raw, { id: "1", at: 0, owner: "someone" })
    })
  )

  it.effect("keeps fields of the row that its schema does not know", () =>
    Effect.gen(function* () {
      const job = plan({ owner: "someone" })
      assert.deepStrictEqual(yield* decode(yield* encode(job)), job)
    })
  )

  it.effect.each([
    ["a listing that the provider does not have", { listing: "nope" }],
    ["another provider's listing", { provider: "gamma" }],
    ["a row that does not fit", { raw: { id: 1 } }],
    ["a time without a zone", { startTime: "2026-01-01T00:00:00" }]
  ] as const)("refuses %s", ([, wrong]) =>
    Effect.gen(function* () {
      const encoded = { ...(yield* encode(plan())), ...wrong }
      assert.isTrue(Option.isNone(yield* Effect.option(decode(encoded))))
    })
  )
})
