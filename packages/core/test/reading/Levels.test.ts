import { NodeHttpClient } from "@effect/platform-node"
import { Credential, Listing, Paging, Provider, RetryPolicy } from "@scanjobs/core"
import { assert, layer } from "@effect/vitest"
import { Effect, Layer, Redacted, Schema, Stream } from "effect"
import { HttpApiEndpoint, HttpApiSecurity } from "effect/http-api"
import * as Outcome from "../Outcome.ts"
import * as Vendor from "../Vendor.ts"

const live = Layer.merge(NodeHttpClient.layerUndici, RetryPolicy.layer({ times: 0 }))

const Item = Schema.Struct({ id: Schema.String })
const Asset = Schema.Struct({ space: Schema.String, asset: Schema.String })
const page = { skip: Schema.Int }
const answer = <R extends Schema.Constraint>(row: R) => Schema.Struct({ items: Schema.Array(row) })

const spaces = Listing.make({
  row: Item,
  endpoint: (row) =>
    HttpApiEndpoint.get("spaces", "/regions/:region/spaces", {
      params: { region: Schema.String },
      query: page,
      success: answer(row)
    }),
  scope: Schema.String
})
const assets = Listing.make({
  row: Item,
  endpoint: (row) =>
    HttpApiEndpoint.get("assets", "/spaces/:space/assets", {
      params: { space: Schema.String },
      query: page,
      success: answer(row)
    }),
  scope: Schema.String,
  parents: spaces
})
const perAsset = <const Name extends string>(name: Name) =>
  Listing.make({
    row: Item,
    endpoint: (row) =>
      HttpApiEndpoint.get(name, `/spaces/:space/assets/:asset/${name}`, {
        params: { space: Schema.String, asset: Schema.String },
        query: page,
        success: answer(row)
      }),
    scope: Asset,
    parents: assets
  })

interface Settings {
  readonly regions: ReadonlyArray<string>
  readonly spaces?: ReadonlyArray<string>
}
type Body = { readonly items: ReadonlyArray<typeof Item.Type> }

/** Pages of two items of a listing whose path names its scope. */
const by = <L extends Listing.Any>(params: (scope: L["~Scope"]["Type"]) => object) =>
  Paging.offset<Settings, L>({
    size: 2,
    request: ({ scope }, { offset }) => requestOf({ params: params(scope), query: { skip: offset } }),
    offset: (request) => skipOf(request)
  })
/** Every listing of this vendor has a request of this form, which the compiler cannot see of any listing. */
const requestOf = (request: { readonly params: object; readonly query: { readonly skip: number } }) => request as never
const skipOf = ({ query }: { readonly query?: { readonly skip: number } }) => query?.skip ?? 0

const rows = { rows: ({ items }: Body) => items }

const ofSpaces = {
  ...rows,
  scopes: ({ regions }: Settings) => regions,
  paging: by<typeof spaces>((region) => ({ region })),
  child: ({ id }: typeof Item.Type) => (id === "empty" ? undefined : id)
}
const ofAssets = {
  ...rows,
  scopes: ({ spaces: named = [] }: Settings) => named,
  scopeKey: (space: string) => space.toLowerCase(),
  parents: ofSpaces,
  paging: by<typeof assets>((space) => ({ space })),
  child: (
    { id }: typeof Item.Type,
    { parent, scope }: { readonly parent: typeof Item.Type | null; readonly scope: string }
  ) => ({
    space: parent?.id ?? scope,
    asset: id
  })
}

const Cloud = Provider.make("cloud", {
  connection: { regions: Schema.Array(Schema.String), spaces: Schema.optionalKey(Schema.Array(Schema.String)) },
  security: HttpApiSecurity.bearer,
  listings: { scans: perAsset("scans"), alerts: perAsset("alerts") }
})({
  baseUrl: () => "https://cloud.invalid",
  credential: () => Credential.fixed(Redacted.make(Vendor.canary)),
  listings: {
    scans: {
      ...rows,
      parents: ofAssets,
      paging: Paging.offset({
        size: 2,
        request: ({ scope }, { offset }) => ({ params: scope, query: { skip: offset } }),
        offset: ({ query }) => query.skip
      }),
      job: ({ id }, { parent, scope }) => ({
        vendorId: id,
        name: `${scope.space}/${parent?.id}`,
        kind: "run",
        category: "web",
        state: "succeeded",
        vendorState: null
      })
    },
    alerts: {
      ...rows,
      parents: ofAssets,
      paging: Paging.single({ request: ({ scope }) => ({ params: scope, query: { skip: 0 } }) }),
      job: ({ id }) => ({ vendorId: id, kind: "run", category: "web", state: "succeeded", vendorState: null })
    }
  }
})

const items = (prefix: string, count: number) => Array.from({ length: count }, (_, index) => `${prefix}${index}`)

/** Three spaces in two regions, of which both have one; three assets in each; three scans of each asset. */
const spacesIn: { readonly [region: string]: ReadonlyArray<string> } = {
  east: ["s1", "empty", "s2"],
  west: ["s2", "s3"]
}

const serve = (special: (seen: Vendor.Seen) => Vendor.Answer | undefined = () => undefined) =>
  Vendor.serve((seen) => {
    const given = special(seen)
    if (given !== undefined) return given
    const [, kind = "", name = "", , asset] = seen.url.pathname.split("/")
    const all = kind === "regions" ? (spacesIn[name] ?? []) : asset === undefined ? items("a", 3) : items("r", 3)
    const skip = Number(seen.url.searchParams.get("skip"))
    return Vendor.json({ items: all.slice(skip, skip + 2).map((id) => ({ id })) })
  })

const connection = ({ origin }: Vendor.Vendor, settings: Partial<Settings> = {}) =>
  ({ provider: "cloud", name: "main", baseUrl: origin, regions: ["east", "west"], ...settings }) as const

const scopesOf = (jobs: ReadonlyArray<{ readonly scope: string | null }>) => [
  ...new Set(jobs.map(({ scope }) => scope))
]

const asset = (space: string, id: string) => JSON.stringify({ space, asset: id })
const everyAsset = ["s1", "s2", "s3"].flatMap((space) => items("a", 3).map((id) => asset(space, id)))

layer(live, { excludeTestServices: true })("parents that have parents", (it) => {
  it.effect("lead to every scope, each level with its own pages and its own parent", () =>
    Effect.gen(function* () {
      const vendor = yield* serve()
      const { failure, jobs } = yield* Outcome.of(
        Cloud.pages(connection(vendor), {}, { listings: ["scans"], concurrency: 1 })
      )
      assert.isUndefined(failure)
      assert.deepStrictEqual(scopesOf(jobs), everyAsset)
      assert.lengthOf(jobs, 27)
      assert.strictEqual(jobs[0]?.name, "s1/a0")
      assert.strictEqual(new Set(jobs.map(({ id }) => id)).size, 27)
    })
  )

  it.effect("are asked once for all listings that have them", () =>
    Effect.gen(function* () {
      const vendor = yield* serve()
      const { jobs } = yield* Outcome.of(Cloud.pages(connection(vendor), {}, { concurrency: 4 }))
      assert.lengthOf(jobs, 27 + 9 * 2)
      const asked = vendor.seen.map(({ url }) => `${url.pathname}${url.search}`)
      assert.strictEqual(new Set(asked).size, asked.length)
    })
  )

  it.effect("may be named by the connection at each level, and are read once all the same", () =>
    Effect.gen(function* () {
      const vendor = yield* serve()
      const { jobs } = yield* Outcome.of(
        Cloud.pages(connection(vendor, { spaces: ["S2", "s9"] }), {}, { listings: ["scans"], concurrency: 1 })
      )
      const spaces = new Set(jobs.map(({ name }) => name?.split("/")[0]))
      assert.deepStrictEqual([...spaces], ["S2", "s9", "s1", "s3"])
    })
  )

  it.effect("go on with each lane from each of its pages", () =>
    Effect.gen(function* () {
      const vendor = yield* serve()
      const run = { listings: ["scans"], concurrency: 1 } as const
      const { pages } = yield* Outcome.of(Cloud.pages(connection(vendor), {}, run))
      const ofOne = pages.filter(({ source }) => source.scope === asset("s2", "a1"))
      assert.lengthOf(ofOne, 3)
      let given = 0
      for (const { jobs, next } of ofOne) {
        given += jobs.length
        const rest = yield* Outcome.of(Cloud.pages(connection(vendor), {}, { ...run, resume: [next] }))
        const again = rest.jobs.filter(({ scope }) => scope === asset("s2", "a1"))
        assert.strictEqual(given + again.length, 3)
        assert.lengthOf(rest.jobs, 24 + again.length)
      }
    })
  )

  it.effect("fail for the scope that cannot be read, at any level, and go on with the others", () =>
    Effect.gen(function* () {
      for (const [broken, left] of [
        ["/regions/east/spaces", 18],
        ["/spaces/s2/assets", 18],
        ["/spaces/s2/assets/a1/scans", 24]
      ] as const) {
        const vendor = yield* serve(({ url }) => (url.pathname === broken ? Vendor.json({}, 404) : undefined))
        const lanes = yield* Stream.runCollect(Cloud.lanes(connection(vendor), {}, { listings: ["scans"] }))
        const read = yield* Effect.forEach(lanes, ({ pages }) => Outcome.of(pages))
        assert.lengthOf(
          read.flatMap(({ jobs }) => jobs),
          left
        )
        const failures = read.flatMap(({ failure }) => (failure === undefined ? [] : [failure.reason._tag]))
        assert.deepStrictEqual(failures, ["VendorRejected"])
      }
    })
  )

  it.effect("are checked from each scope that the connection names down to a sample", () =>
    Effect.gen(function* () {
      const vendor = yield* serve()
      const report = yield* Cloud.check(connection(vendor))
      const [scans] = report
      assert.deepStrictEqual(
        scans?.scopes.map(({ sample, scope, status }) => ({ sample, scope, status })),
        [
          { sample: asset("s1", "a0"), scope: "east", status: "ok" },
          { sample: asset("s2", "a0"), scope: "west", status: "ok" }
        ]
      )
    })
  )
})
