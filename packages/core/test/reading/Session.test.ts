import { NodeHttpClient } from "@effect/platform-node"
import { Credential, Listing, Provider, Reason, RetryPolicy } from "@scanjobs/core"
import { assert, describe, layer } from "@effect/vitest"
import { Effect, Layer, Redacted, Schema, Stream } from "effect"
import { HttpApiEndpoint, HttpApiSecurity } from "effect/http-api"
import type { Security } from "../../src/auth/Signature.ts"
import * as Vendor from "../Vendor.ts"

const live = Layer.merge(NodeHttpClient.layerUndici, RetryPolicy.layer({ times: 2, base: "1 millis", max: "1 millis" }))

/** A provider of three pages, with this security and credential; asked by POST. */
const Paged = <E, R>(security: Security, credential: Credential.Credential<E, R>) =>
  Provider.make("paged", {
    connection: {},
    security,
    listings: {
      runs: Listing.make({
        row: Schema.Struct({ id: Schema.String }),
        endpoint: (row) =>
          HttpApiEndpoint.post("runs", "/runs", {
            payload: Schema.Struct({ page: Schema.Int }),
            success: Schema.Array(row)
          })
      })
    }
  })({
    baseUrl: () => "https://paged.invalid",
    credential: () => credential,
    listings: {
      runs: {
        first: () => ({ payload: { page: 1 } }),
        rows: (body) => body,
        next: ({ request: { payload } }) => (payload.page < 3 ? { payload: { page: payload.page + 1 } } : undefined),
        job: (row) => ({ vendorId: row.id, kind: "run", category: "web", state: "queued", vendorState: null })
      }
    }
  })

const answer = (seen: Vendor.Seen) => Vendor.json([{ id: seen.body }])

/** Reads a provider from a vendor. */
const read = <E, R>(vendor: Vendor.Vendor, security: Security, credential: Credential.Credential<E, R>) =>
  Stream.runCollect(Paged(security, credential).jobs({ provider: "paged", name: "main", baseUrl: vendor.origin }))

class VaultSealed extends Schema.TaggedError<VaultSealed>()("VaultSealed", {}) {}

/** Reads the runs of one project, which is a part of the path. */
const readProject = (vendor: Vendor.Vendor, project: string) =>
  Provider.make("projects", {
    connection: { project: Schema.String },
    security: HttpApiSecurity.bearer,
    listings: {
      runs: Listing.make({
        row: Schema.Struct({ id: Schema.String }),
        endpoint: (row) =>
          HttpApiEndpoint.get("runs", "/projects/:project/runs", {
            params: { project: Schema.String },
            success: Schema.Array(row)
          })
      })
    }
  })({
    baseUrl: () => "https://projects.invalid",
    credential: () => Credential.fixed(Redacted.make("k 3y")),
    listings: {
      runs: {
        first: ({ connection }) => ({ params: { project: connection.project } }),
        rows: (body) => body,
        next: () => undefined,
        job: (row) => ({ vendorId: row.id, kind: "run", category: "web", state: "queued", vendorState: null })
      }
    }
  })
    .jobs({ provider: "projects", name: "main", baseUrl: vendor.origin, project })
    .pipe(Stream.runCollect)

layer(live, { excludeTestServices: true })("a session", (it) => {
  describe("builds the path", () => {
    it.effect.each(["a/b", "../secrets", "a?b#c", "%2e%2e", " "])("with %j as one part of it", (project) =>
      Effect.gen(function* () {
        const vendor = yield* Vendor.script(Vendor.json([]))
        yield* readProject(vendor, project)
        assert.strictEqual(vendor.seen[0]?.url.pathname, `/projects/${encodeURIComponent(project)}/runs`)
      })
    )

    it.effect.each([".", "..", "\ud800"])("not with %j, which is InvalidConnection", (project) =>
      Effect.gen(function* () {
        const vendor = yield* Vendor.script(Vendor.json([]))
        const failure = yield* Effect.flip(readProject(vendor, project))
        assert.strictEqual(failure.reason._tag, "InvalidConnection")
        assert.include(failure.message, "the path parameter project must not be")
        assert.lengthOf(vendor.seen, 0)
      })
    )
  })

  describe("sends the credential", () => {
    const fixed = Credential.fixed(Redacted.make("k 3y"))

    it.effect("as a bearer", () =>
      Effect.gen(function* () {
        const vendor = yield* Vendor.serve(answer)
        yield* read(vendor, HttpApiSecurity.bearer, fixed)
        assert.strictEqual(vendor.seen[0]?.headers.authorization, "Bearer k 3y")
      })
    )

    it.effect("in a header of the vendor's own", () =>
      Effect.gen(function* () {
        const vendor = yield* Vendor.serve(answer)
        yield* read(vendor, HttpApiSecurity.apiKey({ key: "X-API-Key" }), fixed)
        assert.strictEqual(vendor.seen[0]?.headers["x-api-key"], "k 3y")
      })
    )

    it.effect("in the address", () =>
      Effect.gen(function* () {
        const vendor = yield* Vendor.serve(answer)
        yield* read(vendor, HttpApiSecurity.apiKey({ key: "key", in: "query" }), fixed)
        assert.strictEqual(vendor.seen[0]?.url.searchParams.get("key"), "k 3y")
      })
    )

    it.effect("in a cookie", () =>
      Effect.gen(function* () {
        const vendor = yield* Vendor.serve(answer)
        yield* read(vendor, HttpApiSecurity.apiKey({ key: "session", in: "cookie" }), fixed)
        assert.strictEqual(vendor.seen[0]?.headers.cookie, "session=k 3y")
      })
    )
  })

  describe("with a credential that an effect yields", () => {
    it.effect("asks for it before each attempt", () =>
      Effect.gen(function* () {
        let number = 0
        const vendor = yield* Vendor.serve((seen, nth) => (nth === 2 ? Vendor.text("", 503) : answer(seen)))
        const key = Effect.sync(() => Redacted.make(`key-${++number}`))
        const jobs = yield* read(vendor, HttpApiSecurity.bearer, Credential.fromEffect(key))
        assert.strictEqual(jobs.length, 3)
        assert.deepStrictEqual(
          vendor.seen.map(({ headers }) => headers.authorization),
          ["Bearer key-1", "Bearer key-2", "Bearer key-3", "Bearer key-4"]
        )
      })
    )

    it.effect("asks for another one after a refusal, once", () =>
      Effect.gen(function* () {
        let number = 0
        const vendor = yield* Vendor.script(Vendor.text("", 401))
        const key = Effect.sync(() => Redacted.make(`key-${++number}`))
        const failure = yield* Effect.flip(read(vendor, HttpApiSecurity.bearer, Credential.fromEffect(key)))
        assert.strictEqual(failure.reason._tag, "Unauthorized")
        assert.strictEqual(vendor.seen.length, 2)
      })
    )

    it.effect("fails with the effect's own error, without any request", () =>
      Effect.gen(function* () {
        const vendor = yield* Vendor.serve(answer)
        const key = Effect.fail(new VaultSealed())
        const failure = yield* Effect.flip(read(vendor, HttpApiSecurity.bearer, Credential.fromEffect(key)))
        assert.instanceOf(failure, VaultSealed)
        assert.strictEqual(vendor.seen.length, 0)
      })
    )

    it.effect("keeps one that is composed of settings out of every reason, as a whole", () =>
      Effect.gen(function* () {
        const encoded = Buffer.from(`key=${Vendor.canary}`).toString("base64")
        const vendor = yield* Vendor.script(Vendor.text(`bad key ${encoded}`, 400))
        const composed = Credential.fixed(Redacted.make(`key=${Vendor.canary}`))
        const failure = yield* Effect.flip(read(vendor, HttpApiSecurity.bearer, composed))
        assert.include(failure.message, "bad key <redacted>")
      })
    )

    it.effect("keeps it out of every reason", () =>
      Effect.gen(function* () {
        const vendor = yield* Vendor.script(Vendor.text(`bad key ${Vendor.canary}`, 400))
        const key = Effect.succeed(Redacted.make(Vendor.canary))
        const failure = yield* Effect.flip(read(vendor, HttpApiSecurity.bearer, Credential.fromEffect(key)))
        assert.include(failure.message, "bad key <redacted>")
      })
    )

    it.effect("fails with a reason of the library, where the effect gives one, without trying again", () =>
      Effect.gen(function* () {
        let asked = 0
        const vendor = yield* Vendor.serve(answer)
        const key = Effect.suspend(() => {
          asked++
          return Effect.fail(new Reason.Unavailable({ ...Reason.unknownAnswer, retryAfter: null }))
        })
        const failure = yield* Effect.flip(read(vendor, HttpApiSecurity.bearer, Credential.fromEffect(key)))
        assert.strictEqual(failure._tag, "ScanError")
        assert.strictEqual(asked, 1)
      })
    )
  })

  describe("with a request that has a body", () => {
    it.effect("sends it as JSON, and goes on by it", () =>
      Effect.gen(function* () {
        const vendor = yield* Vendor.serve(answer)
        yield* read(vendor, HttpApiSecurity.bearer, Credential.fixed(Redacted.make("k")))
        assert.deepStrictEqual(
          vendor.seen.map(({ body, method }) => [method, body]),
          [
            ["POST", '{"page":1}'],
            ["POST", '{"page":2}'],
            ["POST", '{"page":3}']
          ]
        )
      })
    )
  })
})
