import { NodeHttpClient } from "@effect/platform-node"
import { Credential, Listing, Paging, Provider, RateLimit, RetryPolicy, type Signer } from "@scanjobs/core"
import { assert, describe, layer } from "@effect/vitest"
import { Effect, Layer, Redacted, Schema, Stream } from "effect"
import { HttpApiEndpoint, HttpApiSecurity } from "effect/http-api"
import * as Vendor from "../Vendor.ts"

const live = Layer.merge(NodeHttpClient.layerUndici, RetryPolicy.layer({ times: 0 }))

const Row = Schema.Struct({ id: Schema.String })
const Page = <R extends Schema.Constraint>(row: R) =>
  Schema.Struct({ rows: Schema.Array(row), next: Schema.optionalKey(Schema.String) })

const endpoint =
  <const Name extends string>(name: Name) =>
  <R extends Schema.Constraint>(row: R) =>
    HttpApiEndpoint.get(name, `/${name}`, { query: { page: Schema.optionalKey(Schema.String) }, success: Page(row) })

const Team = Schema.Struct({ id: Schema.String })

const reading = {
  first: () => ({ query: {} }),
  rows: ({ rows }: { readonly rows: ReadonlyArray<typeof Row.Type> }) => rows,
  next: ({ body }: { readonly body: { readonly next?: string } }) =>
    Paging.link<{ readonly query: { readonly page?: string } }>(body.next),
  job: (row: typeof Row.Type) =>
    ({ vendorId: row.id, kind: "run", category: "web", state: "queued", vendorState: null }) as const
}

/** The server of each region, by its setting, where `runs` are read for each region and `plans` are read once. */
const Regional = (
  credential: Credential.Credential = Credential.fixed(Redacted.make("k 3y")),
  runs: { readonly quotas?: ReadonlyArray<{ readonly requests: number; readonly window: "1 hour" }> } = {}
) =>
  Provider.make("regional", {
    connection: { hosts: Schema.Record(Schema.String, Schema.String) },
    security: HttpApiSecurity.bearer,
    concurrency: 1,
    quotas: [{ requests: 100, window: "1 hour" }],
    listings: {
      runs: Listing.make({ ...runs, row: Row, endpoint: endpoint("runs"), scope: Schema.String }),
      plans: Listing.make({ row: Row, endpoint: endpoint("plans") }),
      members: Listing.make({
        row: Row,
        endpoint: endpoint("members"),
        scope: Schema.String,
        parents: Listing.make({ row: Team, endpoint: endpoint("teams"), scope: Schema.String })
      })
    }
  })({
    baseUrl: ({ hosts }, { listing, scope }) =>
      (listing === "members" ? hosts[(scope ?? "").split(" ")[0] ?? ""] : hosts[scope ?? "main"]) ?? "nowhere",
    credential: () => credential,
    listings: {
      runs: { ...reading, scopes: ({ hosts }) => Object.keys(hosts).filter((name) => name !== "main") },
      plans: reading,
      members: {
        ...reading,
        parents: {
          first: reading.first,
          next: reading.next,
          rows: ({ rows }) => rows,
          scopes: ({ hosts }) => Object.keys(hosts).filter((name) => name !== "main"),
          child: ({ id }, { scope }) => `${scope} ${id}`
        }
      }
    }
  })

type Names = "runs" | "plans" | "members"

const read = (
  hosts: { readonly [name: string]: Pick<Vendor.Vendor, "origin"> },
  listings: ReadonlyArray<Names> = ["runs"],
  provider = Regional()
) =>
  Stream.runCollect(
    provider.jobs(
      { name: "main", hosts: Object.fromEntries(Object.entries(hosts).map(([name, { origin }]) => [name, origin])) },
      {},
      { listings }
    )
  )

const rows = (...ids: ReadonlyArray<string>) => Vendor.json({ rows: ids.map((id) => ({ id })) })
const paths = ({ seen }: Vendor.Vendor) => seen.map(({ url }) => url.pathname)

layer(live, { excludeTestServices: true })("a vendor with several servers", (it) => {
  it.effect("is asked at the server of the scope, and of the listing", () =>
    Effect.gen(function* () {
      const [main, eu, us] = [
        yield* Vendor.script(rows("m")),
        yield* Vendor.script(rows("e")),
        yield* Vendor.script(rows("u"))
      ]
      const jobs = yield* read({ main, eu, us }, ["runs", "plans"])
      assert.sameMembers(
        jobs.map(({ scope, vendorId }) => `${scope} ${vendorId}`),
        ["eu e", "us u", "null m"]
      )
      assert.deepStrictEqual([paths(main), paths(eu), paths(us)], [["/plans"], ["/runs"], ["/runs"]])
    })
  )

  it.effect("is asked for its parents at each server, although the requests are equal", () =>
    Effect.gen(function* () {
      const of = (name: string) =>
        Vendor.serve(({ url }) => (url.pathname === "/teams" ? rows(`${name}-team`) : rows(`${name}-member`)))
      const [eu, us] = [yield* of("eu"), yield* of("us")]
      const jobs = yield* read({ eu, us }, ["members"])
      assert.sameMembers(
        jobs.map(({ scope, vendorId }) => `${scope}: ${vendorId}`),
        ["eu eu-team: eu-member", "us us-team: us-member"]
      )
    })
  )

  it.effect("may link to the lane's own server only", () =>
    Effect.gen(function* () {
      const us = yield* Vendor.script(rows("u"))
      const eu = yield* Vendor.script(Vendor.json({ rows: [{ id: "e" }], next: `${us.origin}/runs?page=2` }))
      const failure = yield* Effect.flip(read({ eu, us }))
      assert.strictEqual(failure.reason._tag, "ForeignLink")
      assert.strictEqual(failure.scope, "eu")
      assert.isTrue(us.seen.every(({ url }) => url.search === ""))
    })
  )

  it.effect("may redirect to the lane's own server only", () =>
    Effect.gen(function* () {
      const us = yield* Vendor.script(rows("u"))
      const eu = yield* Vendor.script(Vendor.redirect(`${us.origin}/stolen`))
      const failure = yield* Effect.flip(read({ eu, us }))
      assert.strictEqual(failure.reason._tag, "ForeignLink")
      assert.notInclude(paths(us), "/stolen")
    })
  )

  it.effect("fails for the place alone whose address is none", () =>
    Effect.gen(function* () {
      const eu = yield* Vendor.script(rows("e"))
      const failure = yield* Effect.flip(read({ eu, us: { origin: "ftp://us.invalid" } }))
      assert.strictEqual(failure.reason._tag, "InvalidConnection")
      assert.strictEqual(failure.scope, "us")
      assert.include(failure.message, "baseUrl: expected an absolute http or https URL")
    })
  )

  it.effect("is asked at one address where the connection gives it", () =>
    Effect.gen(function* () {
      const proxy = yield* Vendor.serve(({ url }) => rows(url.pathname))
      const connection = { name: "main", baseUrl: proxy.origin, hosts: { eu: "https://eu.invalid" } }
      const jobs = yield* Stream.runCollect(Regional().jobs(connection, {}, { listings: ["runs", "plans"] }))
      assert.sameMembers(
        jobs.map(({ vendorId }) => vendorId),
        ["/runs", "/plans"]
      )
    })
  )

  it.effect("gets no more requests at once than the provider says, over all servers", () =>
    Effect.gen(function* () {
      let most = 0
      let now = 0
      const slow = Vendor.serve(() => (response) => {
        most = Math.max(most, ++now)
        setTimeout(() => {
          now--
          rows("r")(response)
        }, 30)
      })
      yield* read({ main: yield* slow, eu: yield* slow, us: yield* slow }, ["runs", "plans"])
      assert.strictEqual(most, 1)
    })
  )

  describe("and quotas", () => {
    const keysOf = (provider: ReturnType<typeof Regional>, quotas?: ReadonlyArray<never>) =>
      Effect.gen(function* () {
        const kept: Array<string> = []
        const record = Layer.succeed(RateLimit.RateLimit, {
          acquire: (key, quotas) =>
            Effect.sync(() => void kept.push(`${key} ${quotas.map(({ requests }) => requests).join(" ")}`))
        })
        const [main, eu] = [yield* Vendor.script(rows("m")), yield* Vendor.script(rows("e"))]
        const hosts = { main: main.origin, eu: eu.origin }
        const connection = { name: "one", hosts, ...(quotas === undefined ? {} : { quotas }) }
        yield* Effect.provide(
          Stream.runDrain(provider.jobs(connection, {}, { listings: ["runs", "plans"], concurrency: 1 })),
          record
        )
        return { eu: eu.origin, kept }
      })

    it.effect("keeps those of the provider over all servers", () =>
      Effect.gen(function* () {
        const { kept } = yield* keysOf(Regional())
        assert.deepStrictEqual(kept, ["regional/one 100", "regional/one 100"])
      })
    )

    it.effect("keeps those of a listing for each server, besides", () =>
      Effect.gen(function* () {
        const { eu, kept } = yield* keysOf(Regional(undefined, { quotas: [{ requests: 5, window: "1 hour" }] }))
        assert.deepStrictEqual(kept, ["regional/one 100", `regional/one/runs@${eu} 5`, "regional/one 100"])
      })
    )

    it.effect("replaces both by those of the connection", () =>
      Effect.gen(function* () {
        const { kept } = yield* keysOf(Regional(undefined, { quotas: [{ requests: 5, window: "1 hour" }] }), [])
        assert.deepStrictEqual(kept, ["regional/one ", "regional/one "])
      })
    )
  })

  describe("and credentials for each", () => {
    const perAudience = (of: (audience: Credential.Audience) => string, opened: Array<string> = []) =>
      Credential.forAudience(of, (name) => {
        opened.push(name)
        return Credential.fixed(Redacted.make(`token-of-${name}`))
      })
    const tokens = ({ seen }: Vendor.Vendor) => seen.map(({ headers }) => headers.authorization)

    it.effect("sends each server its own secret", () =>
      Effect.gen(function* () {
        const [eu, us] = [yield* Vendor.script(rows("e")), yield* Vendor.script(rows("u"))]
        const byOrigin = perAudience(({ origin }) => (origin === eu.origin ? "europe" : "america"))
        yield* read({ eu, us }, ["runs"], Regional(byOrigin))
        assert.deepStrictEqual([tokens(eu), tokens(us)], [["Bearer token-of-europe"], ["Bearer token-of-america"]])
      })
    )

    it.effect("tells the listing, and opens one credential for audiences of one name", () =>
      Effect.gen(function* () {
        const opened: Array<string> = []
        const [main, eu, us] = [
          yield* Vendor.script(rows("m")),
          yield* Vendor.script(rows("e")),
          yield* Vendor.script(rows("u"))
        ]
        yield* read({ main, eu, us }, ["runs", "plans"], Regional(perAudience(({ listing }) => listing, opened)))
        assert.deepStrictEqual([tokens(main), tokens(eu)], [["Bearer token-of-plans"], ["Bearer token-of-runs"]])
        assert.sameMembers(opened, ["runs", "plans"])
      })
    )

    it.effect("keeps all of them out of errors", () =>
      Effect.gen(function* () {
        const eu = yield* Vendor.serve(({ headers }) => Vendor.text(`no ${String(headers.authorization)}`, 400))
        const failure = yield* Effect.flip(read({ eu }, ["runs"], Regional(perAudience(() => "europe-and-asia"))))
        assert.include(failure.message, "no Bearer <redacted>")
      })
    )

    it.effect("fails where a credential cannot be opened", () =>
      Effect.gen(function* () {
        const eu = yield* Vendor.script(rows("e"))
        const broken = Credential.forAudience(
          () => "x",
          (): Credential.Credential => () => Effect.die(new Error("no vault"))
        )
        const failure = yield* Effect.flip(read({ eu }, ["runs"], Regional(broken)))
        assert.include(failure.message, "the provider's `credential` failed: no vault")
        assert.lengthOf(eu.seen, 0)
      })
    )
  })

  it.effect("tells a signer the listing and the scope", () =>
    Effect.gen(function* () {
      const sign: Signer.Signer = ({ place }) =>
        Effect.succeed({ headers: { "x-place": `${place.listing} ${place.scope}` }, secrets: [] })
      const vendor = yield* Vendor.script(rows("e"))
      const Signed = Provider.make("signed", {
        connection: {},
        security: "none",
        listings: { runs: Listing.make({ row: Row, endpoint: endpoint("runs"), scope: Schema.String }) }
      })({
        baseUrl: (_, { scope }) => (scope === "eu" ? vendor.origin : "nowhere"),
        credential: () => Credential.fixed(Redacted.make("")),
        sign: () => sign,
        listings: { runs: { ...reading, scopes: () => ["eu"] } }
      })
      yield* Stream.runDrain(Signed.jobs({ name: "main" }))
      assert.strictEqual(vendor.seen[0]?.headers["x-place"], "runs eu")
    })
  )
})
