import { NodeHttpClient } from "@effect/platform-node"
import {
  Catalog,
  Credential,
  type Cursor,
  Listing,
  Paging,
  Progress,
  Provider,
  type Query,
  RetryPolicy
} from "@scanjobs/core"
import { assert, layer } from "@effect/vitest"
import { Cause, Effect, Layer, Redacted, Schema, Stream } from "effect"
import { HttpApiEndpoint, HttpApiSecurity } from "effect/http-api"
import * as Vendor from "../Vendor.ts"

const Repository = Schema.Struct({ name: Schema.String, archived: Schema.optionalKey(Schema.Boolean) })
const Scan = Schema.Struct({ id: Schema.Int, times: Schema.optionalKey(Schema.Array(Schema.Int)) })

const repositories = Listing.make({
  row: Repository,
  endpoint: (row) =>
    HttpApiEndpoint.get("repositories", "/organizations/:organization/repositories", {
      params: { organization: Schema.String },
      query: { page: Schema.Int },
      success: Schema.Array(row)
    }),
  scope: Schema.String
})
const perRepository = <const Name extends string>(name: Name) =>
  Listing.make({
    row: Scan,
    endpoint: (row) =>
      HttpApiEndpoint.get(name, `/repositories/:repository/${name}`, {
        params: { repository: Schema.String },
        success: Schema.Array(row)
      }),
    scope: Schema.String,
    parents: repositories
  })

/** Repositories that are named, and those of organizations; two listings for each. */
const Hub = Provider.make("hub", {
  connection: {
    token: Schema.Redacted(Schema.String),
    organizations: Schema.Array(Schema.String),
    repositories: Schema.optionalKey(Schema.Array(Schema.String))
  },
  security: HttpApiSecurity.bearer,
  listings: { scans: perRepository("scans"), alerts: perRepository("alerts") }
})(
  (() => {
    const parents = {
      scopes: ({ organizations }: { readonly organizations: ReadonlyArray<string> }) => organizations,
      paging: Paging.pageNumber<{}, typeof repositories>({
        size: 2,
        request: ({ scope }, { page }) => ({ params: { organization: scope }, query: { page } }),
        page: ({ query }) => query.page
      }),
      rows: (body: ReadonlyArray<typeof Repository.Type>) => body,
      child: ({ archived, name }: typeof Repository.Type) => (archived === true ? undefined : name)
    }
    return {
      baseUrl: () => "https://hub.invalid",
      credential: ({ token }) => Credential.fixed(token),
      listings: {
        scans: {
          parents,
          scopes: ({ repositories: named = [] }) => named,
          scopeKey: (name) => {
            if (name === "broken") throw new Error("no such key")
            return name.toLowerCase()
          },
          paging: Paging.single({ request: ({ scope }) => ({ params: { repository: scope } }) }),
          rows: (body) => body,
          skips: (reason) =>
            reason._tag === "VendorRejected" && reason.status === 404 ? "the repository is gone" : undefined,
          job: (row, { parent, scope, span }) =>
            (row.times ?? [1]).map((startTime) => ({
              vendorId: `${row.id}@${startTime}`,
              kind: "run",
              name: parent?.name ?? `${scope} by name`,
              category: "code",
              state: startTime < span.until ? "succeeded" : "scheduled",
              vendorState: null,
              startTime
            }))
        },
        alerts: {
          parents,
          paging: Paging.single({ request: ({ scope }) => ({ params: { repository: scope } }) }),
          rows: (body) => body,
          job: (row) => ({
            vendorId: String(row.id),
            kind: "run",
            category: "secret",
            state: "succeeded",
            vendorState: null
          })
        }
      }
    }
  })()
)

const shelved = Listing.make({
  row: Repository,
  endpoint: (row) =>
    HttpApiEndpoint.get("shelved", "/shelves/:shelf", {
      params: { shelf: Schema.Int },
      query: { page: Schema.Int },
      success: Schema.Array(row)
    }),
  scope: Schema.Int
})

/** Four shelves of pages by number, at a vendor that wants two requests at once. */
const Shelf = Provider.make("shelf", {
  connection: {},
  security: HttpApiSecurity.bearer,
  concurrency: 2,
  listings: { shelved }
})({
  baseUrl: () => "https://shelf.invalid",
  credential: () => Credential.fixed(Redacted.make(Vendor.canary)),
  listings: {
    shelved: {
      scopes: () => [1, 2, 3, 4],
      paging: Paging.pageNumber({
        size: 2,
        request: ({ scope }, { page }) => ({ params: { shelf: scope }, query: { page } }),
        page: ({ query }) => query.page
      }),
      rows: (body) => body,
      skips: ({ _tag }) => (_tag === "VendorRejected" ? "there is no such shelf" : undefined),
      job: ({ name }) => ({ vendorId: name, kind: "run", category: "other", state: "queued", vendorState: null })
    }
  }
})

const connection = ({ origin }: Vendor.Vendor, organizations: ReadonlyArray<string>, named?: ReadonlyArray<string>) =>
  ({
    provider: "hub",
    name: "main",
    token: Redacted.make(Vendor.canary),
    baseUrl: origin,
    organizations,
    ...(named === undefined ? {} : { repositories: named })
  }) as const

interface Data {
  readonly [organization: string]: ReadonlyArray<object>
}

/** Two repositories a page; each repository has the scans 1 and 2, where `special` does not answer. */
const serve = (data: Data, special: (path: string) => Vendor.Answer | undefined = () => undefined) =>
  Vendor.serve(({ url }) => {
    const [, kind = "", name = ""] = url.pathname.split("/")
    const own = special(url.pathname)
    if (own !== undefined) return own
    if (kind === "repositories") return Vendor.json([{ id: 1 }, { id: 2 }])
    const page = Number(url.searchParams.get("page")) - 1
    return Vendor.json((data[name] ?? []).slice(page * 2, page * 2 + 2))
  })

const pathsOf = ({ seen }: Vendor.Vendor, start: string) =>
  seen.map(({ url }) => url.pathname + url.search).filter((path) => path.startsWith(start))

const named = (...names: ReadonlyArray<string>) => names.map((name) => ({ name }))

const live = Layer.merge(NodeHttpClient.layerUndici, RetryPolicy.layer({ times: 0 }))

layer(live, { excludeTestServices: true })("a listing whose scopes are found by a parent listing", (it) => {
  it.effect("is read once for each item of all pages and all scopes of the parents", () =>
    Effect.gen(function* () {
      const vendor = yield* serve({ o: named("a", "b", "c"), p: named("d") })
      const jobs = yield* Stream.runCollect(Hub.jobs(connection(vendor, ["o", "p"]), {}, { listings: ["scans"] }))
      assert.deepStrictEqual(
        jobs.map(({ id }) => id).toSorted(),
        ["a", "b", "c", "d"].flatMap((name) => [1, 2].map((id) => `hub/main/scans/${name}/${id}@1`))
      )
    }).pipe(Effect.scoped)
  )

  it.effect("asks for the parents once, for all listings that have the same ones", () =>
    Effect.gen(function* () {
      const vendor = yield* serve({ o: named("a", "b", "c") })
      const jobs = yield* Stream.runCollect(Hub.jobs(connection(vendor, ["o"])))
      assert.lengthOf(jobs, 12)
      assert.deepStrictEqual(
        pathsOf(vendor, "/organizations"),
        [1, 2, 3].map((page) => `/organizations/o/repositories?page=${page}`)
      )
    }).pipe(Effect.scoped)
  )

  it.effect("is read once for a scope that is named and found, and knows the parent only where it was found", () =>
    Effect.gen(function* () {
      const vendor = yield* serve({ o: named("a", "b") })
      const jobs = yield* Stream.runCollect(
        Hub.jobs(connection(vendor, ["o"], ["b", "x"]), {}, { listings: ["scans"] })
      )
      assert.sameMembers([...new Set(jobs.map(({ name }) => name))], ["a", "b by name", "x by name"])
    }).pipe(Effect.scoped)
  )

  it.effect("leaves out items that have nothing to list, also where whole pages have none", () =>
    Effect.gen(function* () {
      const archived = Array.from({ length: 12 }, (_, index) => ({ name: `old${index}`, archived: true }))
      const vendor = yield* serve({ o: [...archived, { name: "a" }] })
      const jobs = yield* Stream.runCollect(Hub.jobs(connection(vendor, ["o"]), {}, { listings: ["scans"] }))
      assert.lengthOf(jobs, 2)
    }).pipe(Effect.scoped)
  )

  it.effect("reads no more scopes at once than it may", () =>
    Effect.gen(function* () {
      let seen = 0
      let most = 0
      // Nobody has an answer before three wait for one, or none is left to come; then there is time for a fourth.
      const waiting: Array<() => void> = []
      const vendor = yield* serve({ o: named(..."abcdefghij") }, (path) =>
        path.startsWith("/repositories")
          ? (response) => {
              seen++
              waiting.push(() => Vendor.json([{ id: 1 }])(response))
              most = Math.max(most, waiting.length)
              if (waiting.length === 3 || seen === 10)
                setTimeout(() => {
                  for (const answer of waiting.splice(0)) answer()
                }, 5)
            }
          : undefined
      )
      const jobs = yield* Stream.runCollect(
        Hub.jobs(connection(vendor, ["o"]), {}, { listings: ["scans"], concurrency: 3 })
      )
      assert.lengthOf(jobs, 10)
      assert.strictEqual(most, 3)
    }).pipe(Effect.scoped)
  )

  it.effect("fails as itself where its parents cannot be read, and what was found until then is given", () =>
    Effect.gen(function* () {
      const vendor = yield* Vendor.serve(({ url }) => {
        if (url.pathname.startsWith("/repositories")) return Vendor.json([{ id: 1 }])
        return url.search === "?page=1" ? Vendor.json(named("a", "b")) : Vendor.text("", 500)
      })
      const failures: Array<string> = []
      const jobs = yield* Catalog.make(Hub)
        .settled(
          [connection(vendor, ["o"])],
          ({ listing, scope }) => Effect.sync(() => failures.push(`${listing} ${scope}`)),
          {},
          { listings: ["scans"] }
        )
        .pipe(Stream.runCollect)
      assert.lengthOf(jobs, 2)
      assert.deepStrictEqual(failures, ["scans o"])
    }).pipe(Effect.scoped)
  )

  it.effect("is read for the parents of all other scopes where those of one cannot be read", () =>
    Effect.gen(function* () {
      const vendor = yield* serve({ o: named("a"), p: named("b") }, (path) =>
        path === "/organizations/nope/repositories" ? Vendor.text("", 404) : undefined
      )
      const failures: Array<string> = []
      const jobs = yield* Catalog.make(Hub)
        .settled(
          [connection(vendor, ["o", "nope", "p"])],
          ({ cause, scope }) => Effect.sync(() => failures.push(`${scope}: ${String(Cause.squash(cause))}`)),
          {},
          { listings: ["scans"] }
        )
        .pipe(Stream.runCollect)
      assert.sameMembers([...new Set(jobs.map(({ name }) => name))], ["a", "b"])
      assert.lengthOf(failures, 1)
      assert.match(failures[0] ?? "", /^nope: .*main \(hub scans nope\): VendorRejected/)
    }).pipe(Effect.scoped)
  )

  it.effect("goes on with the scopes that were not read to their end", () =>
    Effect.gen(function* () {
      const vendor = yield* serve({ o: named("a", "b", "c") })
      const main = connection(vendor, ["o"])
      const pages = yield* Stream.runCollect(Hub.pages(main, {}, { listings: ["scans"] }))
      const done: ReadonlyArray<Cursor.Cursor> = pages.map(({ next }) => next).filter(({ scope }) => scope !== "b")
      const rest = yield* Stream.runCollect(Hub.jobs(main, {}, { listings: ["scans"], resume: done }))
      assert.deepStrictEqual(
        rest.map(({ name }) => name),
        ["b", "b"]
      )
    }).pipe(Effect.scoped)
  )

  it.effect("takes a reason that the plugin knows for nothing to list, and says so", () =>
    Effect.gen(function* () {
      const notes: Array<string> = []
      const vendor = yield* serve({ o: named("a", "b", "c") }, (path) =>
        path === "/repositories/b/scans" ? Vendor.text("", 404) : undefined
      )
      const jobs = yield* Hub.jobs(connection(vendor, ["o"]), {}, { listings: ["scans"] }).pipe(
        Stream.runCollect,
        Effect.provide(
          Progress.layer((event) =>
            Effect.sync(() => event._tag === "Noted" && notes.push(`${event.scope}: ${event.message}`))
          )
        )
      )
      assert.lengthOf(jobs, 4)
      assert.deepStrictEqual(notes, ["b: the repository is gone"])
    }).pipe(Effect.scoped)
  )

  it.effect("does not take such a reason for nothing to list once pages have come", () =>
    Effect.gen(function* () {
      const vendor = yield* Vendor.serve(({ url }) =>
        url.search === "?page=1" ? Vendor.json(named("a", "b")) : Vendor.text("", 404)
      )
      const main = { provider: "shelf", name: "main", baseUrl: vendor.origin } as const
      const pages: Array<Cursor.Cursor> = []
      const failure = yield* Shelf.pages(main).pipe(
        Stream.runForEach(({ next }) => Effect.sync(() => pages.push(next))),
        Effect.flip
      )
      assert.strictEqual(failure.reason._tag, "VendorRejected")
      const again = yield* Effect.flip(Stream.runDrain(Shelf.jobs(main, {}, { resume: pages })))
      assert.strictEqual(again.reason._tag, "VendorRejected")
    }).pipe(Effect.scoped)
  )

  it.effect("has no more requests under way than the vendor wants, however many scopes are read at once", () =>
    Effect.gen(function* () {
      let open = 0
      let most = 0
      const vendor = yield* Vendor.serve(() => (response) => {
        most = Math.max(most, ++open)
        setTimeout(() => {
          open--
          Vendor.json([])(response)
        }, 5)
      })
      yield* Stream.runDrain(
        Shelf.jobs({ provider: "shelf", name: "main", baseUrl: vendor.origin }, {}, { concurrency: 3 })
      )
      assert.lengthOf(vendor.seen, 4)
      assert.strictEqual(most, 2)
    }).pipe(Effect.scoped)
  )

  for (const [name, limit] of [
    ["", undefined],
    [", where a limit ends the stream while parents are read", 1]
  ] as const) {
    it.effect(`tells nothing of fields that a parent has besides those that are used${name}`, () =>
      Effect.gen(function* () {
        const extra: Array<string> = []
        const repositories = Array.from({ length: 50 }, (_, index) => ({ name: `r${index}`, stars: 7 }))
        const vendor = yield* serve({ o: repositories })
        yield* Hub.jobs(connection(vendor, ["o"]), { limit }, { listings: ["scans"] }).pipe(
          Stream.runDrain,
          Effect.provide(
            Progress.layer((event) =>
              Effect.sync(() => {
                if (event._tag !== "Drifted") return
                for (const one of event.drift) if (one.kind !== "missing") extra.push(JSON.stringify(one))
              })
            )
          )
        )
        assert.deepStrictEqual(extra, [])
      }).pipe(Effect.scoped)
    )
  }

  it.effect("is read for a parent that does not fit its schema, where it still gives a scope", () =>
    Effect.gen(function* () {
      const vendor = yield* serve({ o: [{ name: "odd", archived: "maybe" }, { name: "a" }] })
      const jobs = yield* Stream.runCollect(Hub.jobs(connection(vendor, ["o"]), {}, { listings: ["scans"] }))
      assert.sameMembers([...new Set(jobs.map(({ name }) => name))], ["a", "odd by name"])
    }).pipe(Effect.scoped)
  )

  it.effect("is read once for scopes that the vendor takes for one, under the name that the settings give", () =>
    Effect.gen(function* () {
      const vendor = yield* serve({ o: named("App", "b", "B") })
      const jobs = yield* Stream.runCollect(
        Hub.jobs(connection(vendor, ["o"], ["aPP", "app"]), {}, { listings: ["scans"] })
      )
      assert.sameMembers([...new Set(jobs.map(({ scope }) => scope))], ["aPP", "b"])
      assert.sameMembers(
        jobs.map(({ id }) => id),
        ["app", "b"].flatMap((name) => [1, 2].map((id) => `hub/main/scans/${name}/${id}@1`))
      )
    }).pipe(Effect.scoped)
  )

  it.effect("fails as itself where a scope cannot be identified", () =>
    Effect.gen(function* () {
      const vendor = yield* serve({ o: named("a", "broken") })
      const failure = yield* Effect.flip(
        Stream.runDrain(Hub.jobs(connection(vendor, ["o"]), {}, { listings: ["scans"] }))
      )
      assert.deepInclude(failure, { _tag: "ScanError", listing: "scans" })
      assert.include(failure.message, "`scopeKey` failed: no such key")
    }).pipe(Effect.scoped)
  )

  it.effect("tells a rejected parent", () =>
    Effect.gen(function* () {
      const rejected: Array<unknown> = []
      let jobsTold = 0
      const vendor = yield* serve({ o: [{ name: 7 }, { name: "a" }] })
      yield* Hub.jobs(connection(vendor, ["o"]), {}, { listings: ["scans"] }).pipe(
        Stream.runDrain,
        Effect.provide(
          Progress.layer((event) =>
            Effect.sync(() => {
              if (event._tag !== "PageRead") return
              jobsTold += event.jobs
              rejected.push(...event.rejected.map(({ path }) => path))
            })
          )
        )
      )
      assert.deepStrictEqual(rejected, ["name"])
      assert.strictEqual(jobsTold, 2)
    }).pipe(Effect.scoped)
  )

  it.effect("is checked by one item of every scope of its parents", () =>
    Effect.gen(function* () {
      const vendor = yield* serve({ o: named(..."abcdefghij"), p: named("x"), none: [] }, (path) =>
        path === "/organizations/nope/repositories" ? Vendor.text("", 404) : undefined
      )
      const [scans] = yield* Hub.check(connection(vendor, ["o", "p", "none", "nope"], ["y"]))
      assert.deepStrictEqual(
        scans?.scopes.map(({ sample, scope, status }) => [scope, sample, status]),
        [
          ["y", null, "ok"],
          ["o", "a", "ok"],
          ["p", "x", "ok"],
          ["none", null, "empty"],
          ["nope", null, "failed"]
        ]
      )
      assert.sameMembers(pathsOf(vendor, "/repositories"), [
        "/repositories/y/scans",
        "/repositories/a/scans",
        "/repositories/x/scans",
        "/repositories/a/alerts",
        "/repositories/x/alerts"
      ])
    }).pipe(Effect.scoped)
  )

  it.effect("is noted in a check where the plugin takes a refusal for nothing to list", () =>
    Effect.gen(function* () {
      const vendor = yield* serve({ o: named("a") }, (path) =>
        path === "/repositories/a/scans" ? Vendor.text("", 404) : undefined
      )
      const [scans] = yield* Hub.check(connection(vendor, ["o"]))
      assert.deepInclude(scans?.scopes[0], { status: "noted", notes: ["the repository is gone"] })
    }).pipe(Effect.scoped)
  )
})

layer(live, { excludeTestServices: true })("a row that makes several jobs", (it) => {
  it.effect("gives all of them that match, and no repeats", () =>
    Effect.gen(function* () {
      const vendor = yield* serve({ o: named("a") }, (path) =>
        path.startsWith("/repositories")
          ? Vendor.json([
              { id: 1, times: [5, 6, 7, 7] },
              { id: 2, times: [] }
            ])
          : undefined
      )
      const jobs = yield* Hub.jobs(connection(vendor, ["o"]), { from: 6, until: 9 }, { listings: ["scans"] }).pipe(
        Stream.runCollect
      )
      assert.deepStrictEqual(
        jobs.map(({ vendorId }) => vendorId),
        ["1@6", "1@7"]
      )
    }).pipe(Effect.scoped)
  )

  it.effect("knows until when planned runs are wanted: to the query's end, or to the horizon", () =>
    Effect.gen(function* () {
      const vendor = yield* serve({ o: named("a") }, (path) =>
        path.startsWith("/repositories") ? Vendor.json([{ id: 1, times: [100, 200] }]) : undefined
      )
      const statesOf = (query: Query.Query) =>
        Effect.map(Stream.runCollect(Hub.jobs(connection(vendor, ["o"]), query, { listings: ["scans"] })), (jobs) =>
          jobs.map(({ state }) => state)
        )
      assert.deepStrictEqual(yield* statesOf({}), ["succeeded", "succeeded"])
      assert.deepStrictEqual(yield* statesOf({ horizon: 150 }), ["succeeded", "scheduled"])
      assert.deepStrictEqual(yield* statesOf({ until: 150 }), ["succeeded"])
    }).pipe(Effect.scoped)
  )
})
