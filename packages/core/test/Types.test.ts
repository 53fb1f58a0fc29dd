import { Catalog, Credential, Listing, OAuth, Paging, Provider, type ScanError, type ScanJob } from "@scanjobs/core"
import { assert, describe, it } from "@effect/vitest"
import { Context, DateTime, Effect, Redacted, Schema, type Stream } from "effect"
import type { HttpClient } from "effect/http"
import { HttpApiEndpoint, HttpApiSecurity } from "effect/http-api"
import { expectTypeOf } from "vitest"

type Element<S> = S extends Stream.Stream<infer A, infer _E, infer _R> ? A : never
type Failure<S> = S extends Stream.Stream<infer _A, infer E, infer _R> ? E : never
type Needs<S> = S extends Stream.Stream<infer _A, infer _E, infer R> ? R : never

class VaultSealed extends Schema.TaggedError<VaultSealed>()("VaultSealed", {}) {}
class Vault extends Context.Service<Vault, { readonly key: Effect.Effect<Redacted.Redacted, VaultSealed> }>()(
  "test/Vault"
) {}

const Run = Schema.Struct({ id: Schema.String, ok: Schema.Boolean })
const Plan = Schema.Struct({ id: Schema.String, at: Schema.Int })

const Alpha = Provider.make("alpha", {
  connection: { token: Schema.Redacted(Schema.String), repositories: Schema.Array(Schema.String) },
  security: HttpApiSecurity.bearer,
  listings: {
    runs: Listing.make({
      row: Run,
      endpoint: (row) =>
        HttpApiEndpoint.get("runs", "/runs/:repository", {
          params: { repository: Schema.String },
          query: { page: Schema.Int, order: Schema.Literals([0, 1]) },
          success: Schema.Struct({ runs: Schema.Array(row) })
        }),
      scope: Schema.String,
      lookup: HttpApiEndpoint.get("names", "/names", { success: Schema.Struct({ name: Schema.String }) })
    }),
    plans: Listing.make({
      row: Plan,
      endpoint: (row) => HttpApiEndpoint.get("plans", "/plans", { success: Schema.Array(row) })
    })
  }
})({
  baseUrl: () => "https://alpha.example",
  credential: ({ token }) => Credential.fixed(token),
  listings: {
    runs: {
      scopes: ({ repositories }) => repositories,
      lookup: ({ scope }) => {
        expectTypeOf(scope).toEqualTypeOf<string>()
        return {}
      },
      first: ({ scope }) => ({ params: { repository: scope }, query: { page: 1, order: 0 } }),
      rows: ({ runs }) => runs,
      next: ({ body, request }) =>
        body.runs.length === 0 ? undefined : { ...request, query: { ...request.query, page: request.query.page + 1 } },
      job: (row, { lookup, scope }) => {
        expectTypeOf(row).toEqualTypeOf<typeof Run.Type>()
        expectTypeOf(lookup).toEqualTypeOf<{ readonly name: string } | null>()
        return {
          vendorId: row.id,
          definitionId: scope,
          name: lookup?.name ?? null,
          kind: "run",
          category: "code",
          state: row.ok ? "succeeded" : "failed",
          vendorState: String(row.ok)
        }
      }
    },
    plans: {
      first: () => ({}),
      rows: (body) => body,
      next: () => undefined,
      job: (row) => ({
        vendorId: row.id,
        kind: "occurrence",
        category: "code",
        state: "scheduled",
        vendorState: null,
        startTime: row.at
      })
    }
  }
})

const Beta = Provider.make("beta", {
  connection: { size: Schema.optionalKey(Schema.Int) },
  security: HttpApiSecurity.apiKey({ key: "x-key" }),
  listings: {
    scans: Listing.make({
      row: Plan,
      endpoint: (row) =>
        HttpApiEndpoint.post("scans", "/scans", {
          payload: Schema.Struct({ from: Schema.Int }),
          success: Schema.Array(row)
        })
    })
  }
})({
  baseUrl: () => "https://beta.example",
  credential: () => Credential.fromEffect(Effect.flatMap(Vault, ({ key }) => key)),
  listings: {
    scans: {
      first: ({ connection }) => ({ payload: { from: connection.size ?? 0 } }),
      rows: (body) => body,
      next: () => undefined,
      job: (row) => ({ vendorId: row.id, kind: "run", category: "web", state: "running", vendorState: null })
    }
  }
})

const All = Catalog.make(Alpha, Beta)

type AlphaJobs = ReturnType<typeof Alpha.jobs>
type BetaJobs = ReturnType<typeof Beta.jobs>
type AllJobs = ReturnType<typeof All.jobs>

type AlphaJob = ScanJob.ScanJob<"alpha", "runs", typeof Run.Type> | ScanJob.ScanJob<"alpha", "plans", typeof Plan.Type>
type BetaJob = ScanJob.ScanJob<"beta", "scans", typeof Plan.Type>

describe("the types of a provider's stream, with no annotation", () => {
  it("has a union of jobs, one for each listing, with the row's type", () => {
    expectTypeOf<Element<AlphaJobs>>().toEqualTypeOf<AlphaJob>()
    expectTypeOf<Element<BetaJobs>>().toEqualTypeOf<BetaJob>()
    const read = (job: AlphaJob) => (job.listing === "runs" ? job.raw.ok : job.raw.at)
    assert.isFunction(read)
  })

  it("fails with ScanError, and with the credential's own errors only where there are any", () => {
    expectTypeOf<Failure<AlphaJobs>>().toEqualTypeOf<ScanError.ScanError>()
    expectTypeOf<Failure<BetaJobs>>().toEqualTypeOf<ScanError.ScanError | VaultSealed>()
  })

  it("needs the HTTP client, and what the credential needs", () => {
    expectTypeOf<Needs<AlphaJobs>>().toEqualTypeOf<HttpClient.HttpClient>()
    expectTypeOf<Needs<BetaJobs>>().toEqualTypeOf<HttpClient.HttpClient | Vault>()
  })

  it("knows the connection's settings", () => {
    const connection: Provider.ConnectionOf<typeof Alpha> = {
      provider: "alpha",
      name: "a",
      token: Redacted.make("t"),
      repositories: ["r"]
    }
    expectTypeOf<(typeof connection)["token"]>().toEqualTypeOf<Redacted.Redacted>()
    // @ts-expect-error repositories are missing
    const broken: Provider.ConnectionOf<typeof Alpha> = { provider: "alpha", name: "a", token: Redacted.make("t") }
    assert.notDeepEqual(connection, broken)
  })
})

describe("what a program gives to a provider", () => {
  it("needs no `provider`, and may have the right one", () => {
    const settings = { name: "a", token: Redacted.make("t"), repositories: ["r"] }
    const jobs = () => [Alpha.jobs(settings), Alpha.jobs({ ...settings, provider: "alpha" }), Alpha.check(settings)]
    // @ts-expect-error a connection of another provider
    const wrong = () => Alpha.jobs({ ...settings, provider: "beta" })
    // @ts-expect-error a secret is `Redacted`, so that it is not printed by accident
    const plain = () => Alpha.jobs({ ...settings, token: "t" })
    assert.lengthOf(new Set<unknown>([jobs, wrong, plain]), 3)
  })

  it("names listings that the provider has, and for a catalog those of all its providers", () => {
    const jobs = () => [
      Beta.jobs({ name: "b" }, {}, { listings: ["scans"] }),
      All.jobs([], {}, { listings: ["scans", "plans"] })
    ]
    // @ts-expect-error the provider has no such listing
    const wrong = () => Beta.jobs({ name: "b" }, {}, { listings: ["plans"] })
    // @ts-expect-error no provider has such a listing
    const none = () => All.jobs([], {}, { listings: ["nope"] })
    assert.lengthOf(new Set<unknown>([jobs, wrong, none]), 3)
  })

  it("takes times as epoch milliseconds, a DateTime or a duration from now", () => {
    const jobs = () =>
      Beta.jobs({ name: "b" }, { from: "-7 days", until: DateTime.makeUnsafe(0), horizon: { days: 1 } })
    // @ts-expect-error a text that is no duration
    const wrong = () => Beta.jobs({ name: "b" }, { from: "soon" })
    assert.notStrictEqual<unknown>(jobs, wrong)
  })
})

describe("the types of a catalog of two", () => {
  it("has the codec of its jobs", () => {
    expectTypeOf<(typeof All)["Job"]["Type"]>().toEqualTypeOf<AlphaJob | BetaJob>()
    expectTypeOf<(typeof All)["Job"]["Encoded"]>().toEqualTypeOf<ScanJob.Encoded>()
  })

  it("has the union of both providers' jobs, errors and needs", () => {
    expectTypeOf<Element<AllJobs>>().toEqualTypeOf<AlphaJob | BetaJob>()
    expectTypeOf<Failure<AllJobs>>().toEqualTypeOf<ScanError.ScanError | VaultSealed>()
    expectTypeOf<Needs<AllJobs>>().toEqualTypeOf<HttpClient.HttpClient | Vault>()
  })

  it("narrows a job by provider and listing", () => {
    const raw = (job: Element<AllJobs>): boolean | number =>
      job.provider === "alpha" && job.listing === "runs" ? job.raw.ok : job.raw.at
    assert.isFunction(raw)
  })

  it("accepts connections of its providers only", () => {
    const jobs = () => All.jobs([{ provider: "beta", name: "b" }])
    // @ts-expect-error the catalog has no such provider
    const none = () => All.jobs([{ provider: "gamma", name: "g" }])
    assert.notStrictEqual<unknown>(jobs, none)
  })

  it("leaves no error of a provider where failures are settled", () => {
    const settled = () => All.settled([{ provider: "beta", name: "b" }], () => Effect.void)
    expectTypeOf<Failure<ReturnType<typeof settled>>>().toEqualTypeOf<never>()
    expectTypeOf<Needs<ReturnType<typeof settled>>>().toEqualTypeOf<HttpClient.HttpClient | Vault>()
  })

  it("decodes connections into the union of its providers' connections", () => {
    type Decoded = typeof All.Connection.Type
    expectTypeOf<Decoded["provider"]>().toEqualTypeOf<"alpha" | "beta">()
    const sizeOf = (connection: Decoded) => (connection.provider === "beta" ? connection.size : connection.repositories)
    assert.isFunction(sizeOf)
  })
})

describe("verbs that do not fit the nouns", () => {
  it("do not compile", () => {
    const nouns = {
      connection: {},
      security: HttpApiSecurity.bearer,
      listings: {
        plans: Listing.make({
          row: Plan,
          endpoint: (row) =>
            HttpApiEndpoint.get("plans", "/plans", { query: { skip: Schema.Int }, success: Schema.Array(row) }),
          scope: Schema.Int
        })
      }
    }
    const plans = {
      scopes: () => [1],
      rows: (body: ReadonlyArray<typeof Plan.Type>) => body,
      next: () => undefined,
      job: () => ({ vendorId: "", kind: "run", category: "web", state: "running", vendorState: null }) as const
    }
    const verbs = { baseUrl: () => "https://c.example", credential: () => Credential.fixed(Redacted.make("")) }
    const right = Provider.make(
      "gamma",
      nouns
    )({
      ...verbs,
      listings: { plans: { ...plans, first: () => ({ query: { skip: 0 } }) } }
    })
    const gamma = Provider.make("gamma", nouns)
    // @ts-expect-error skip is a number
    const wrong: Parameters<typeof gamma>[0]["listings"]["plans"]["first"] = () => ({ query: { skip: "0" } })
    const first = () => ({ query: { skip: 0 } })
    // @ts-expect-error a listing with a scope says what it runs for
    const unscoped: Parameters<typeof gamma>[0]["listings"] = { plans: { ...plans, scopes: undefined, first } }
    // @ts-expect-error the listing plans has no verbs
    const empty: Parameters<typeof gamma>[0]["listings"] = {}
    assert.isDefined([wrong, unscoped, empty])
    assert.strictEqual(right.id, "gamma")
  })

  it("are an error at the listing, and not at a credential that needs the HTTP client", () => {
    const make = Provider.make("delta", {
      connection: { secret: Schema.Redacted(Schema.String) },
      security: HttpApiSecurity.bearer,
      listings: {
        plans: Listing.make({
          row: Plan,
          endpoint: (row) => HttpApiEndpoint.get("plans", "/plans", { success: Schema.Array(row) })
        })
      }
    })
    const unfinished = () =>
      make({
        baseUrl: () => "https://delta.example",
        credential: ({ baseUrl = "https://delta.example", secret }) =>
          OAuth.clientCredentials({ tokenUrl: baseUrl, clientId: "d", proof: { clientSecret: secret } }),
        listings: {
          // @ts-expect-error there are no rows
          plans: {
            paging: Paging.single({ request: () => ({}) }),
            job: ({ id }) => ({ vendorId: id, kind: "run", category: "web", state: "running", vendorState: null })
          }
        }
      })
    assert.throws(unfinished, "rows")
  })
})
