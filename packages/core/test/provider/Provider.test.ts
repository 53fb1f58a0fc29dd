import { NodeHttpClient } from "@effect/platform-node"
import {
  Check,
  Contract,
  Progress as ProgressModule,
  Reason,
  RetryPolicy,
  ScanError,
  type Lane,
  type Progress
} from "@scanjobs/core"
import { assert, describe, it as plain, layer } from "@effect/vitest"
import { Effect, Layer, Redacted, Result, Stream } from "effect"
import * as Acme from "../Acme.ts"
import * as Job from "../Job.ts"
import * as Vendor from "../Vendor.ts"

const live = Layer.merge(NodeHttpClient.layerUndici, RetryPolicy.layer({ times: 2, base: "1 millis", max: "2 millis" }))

/** The pages of a stream until its end or its failure. */
const collect = <Job, E, R>(pages: Stream.Stream<Lane.Page<Job>, E, R>) =>
  Effect.gen(function* () {
    const given: Array<Lane.Page<Job>> = []
    const outcome = yield* Effect.result(Stream.runForEach(pages, (page) => Effect.sync(() => given.push(page))))
    return { given, failure: Result.isFailure(outcome) ? outcome.failure : undefined }
  })

/** Runs an effect with everything that it tells. */
const listening = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.suspend(() => {
    const events: Array<Progress.Event> = []
    return Effect.map(
      Effect.provide(
        effect,
        ProgressModule.layer((event) => Effect.sync(() => events.push(event)))
      ),
      (value) => ({ value, events })
    )
  })

layer(live, { excludeTestServices: true })("a provider", (it) => {
  describe("that is read", () => {
    it.effect("gives the jobs of all listings and scopes, each as its listing says", () =>
      Effect.gen(function* () {
        const vendor = yield* Acme.serve({
          runs: { a: [{ id: "1", at: 5, ok: false }] },
          plans: [{ plans: [{ id: "1", at: 9 }] }]
        })
        const jobs = yield* Stream.runCollect(Acme.Acme.jobs(Acme.connection(vendor, ["a"])))
        assert.sameDeepMembers(
          jobs.map(({ definitionId, id, kind, name, startTime, state }) => [
            id,
            kind,
            name,
            definitionId,
            state,
            startTime
          ]),
          [
            ["acme/main/runs/a/1", "run", "the a", "a", "failed", 5],
            ["acme/main/repositories/a/a", "definition", "the a", null, "scheduled", null],
            ["acme/main/plans/1", "occurrence", null, null, "scheduled", 9]
          ]
        )
      })
    )

    it.effect("gives jobs of one vendor id in several places different ids", () =>
      Effect.gen(function* () {
        const runs = [{ id: "1", at: 1, ok: true }]
        const vendor = yield* Acme.serve({ runs: { "a/b": runs, a: runs, "a%2Fb": runs } })
        const jobs = yield* Stream.runCollect(
          Stream.concat(
            Acme.Acme.jobs(Acme.connection(vendor, ["a/b", "a", "a%2Fb"])),
            Acme.Acme.jobs(Acme.connection(vendor, ["a/b", "a"], "main/runs"))
          )
        )
        assert.strictEqual(new Set(jobs.map(({ id }) => id)).size, jobs.length)
        assert.strictEqual(jobs.length, 10)
      })
    )

    it.effect("sends the credential and the provider's own headers", () =>
      Effect.gen(function* () {
        const vendor = yield* Acme.serve({})
        yield* Stream.runDrain(Acme.Acme.jobs(Acme.connection(vendor)))
        assert.include(vendor.seen[0]?.headers, { authorization: `Bearer ${Vendor.canary}`, "x-acme-version": "2" })
      })
    )

    it.effect("keeps the vendor's order within each lane", () =>
      Effect.gen(function* () {
        const vendor = yield* Acme.serve({ runs: { a: Acme.runsOf("a", 8), b: Acme.runsOf("b", 8) } })
        const jobs = yield* Stream.runCollect(Acme.Acme.jobs(Acme.connection(vendor, ["a", "b"])))
        for (const name of ["a", "b"]) {
          const ofLane = Job.idsOf(jobs.filter((job) => job.listing === "runs" && job.definitionId === name))
          assert.deepStrictEqual(ofLane, Job.idsOf(Acme.runsOf(name, 8).map(({ id }) => Job.make(id))))
        }
      })
    )

    it.effect("gives no more jobs than the limit, over all its lanes", () =>
      Effect.gen(function* () {
        const vendor = yield* Acme.serve({ runs: { a: Acme.runsOf("a", 8), b: Acme.runsOf("b", 8) } })
        const jobs = yield* Stream.runCollect(Acme.Acme.jobs(Acme.connection(vendor, ["a", "b"]), { limit: 5 }))
        assert.strictEqual(jobs.length, 5)
      })
    )

    it.effect("tells of an attempt that is made again", () =>
      Effect.gen(function* () {
        let isDown = true
        const vendor = yield* Acme.serve({}, () => {
          const wasDown = isDown
          isDown = false
          return wasDown ? Vendor.text("", 503) : undefined
        })
        const { events } = yield* listening(Stream.runDrain(Acme.Acme.jobs(Acme.connection(vendor))))
        const [first] = events
        assert.deepInclude(first, { _tag: "Retrying", provider: "acme", connection: "main" })
      })
    )
  })

  it.effect("gives no row with a secret in it, also where the vendor repeats that", () =>
    Effect.gen(function* () {
      const vendor = yield* Acme.serve({ runs: { a: [{ id: "1", at: 1, ok: true, note: `key ${Vendor.canary}` }] } })
      const [job] = yield* Stream.runCollect(Acme.Acme.jobs(Acme.connection(vendor, ["a"]), {}, { listings: ["runs"] }))
      assert.strictEqual(JSON.stringify(job?.raw), '{"id":"1","at":1,"ok":true,"note":"key <redacted>"}')
    }).pipe(Effect.scoped)
  )

  describe("opened as lanes", () => {
    it.effect("has one for each listing and scope, with the order that the vendor promises", () =>
      Effect.gen(function* () {
        const vendor = yield* Acme.serve({})
        const lanes = yield* Stream.runCollect(Acme.Acme.lanes(Acme.connection(vendor, ["a", "b"])))
        assert.deepStrictEqual(
          lanes.map(({ order, source }) => [source.listing, source.scope, order]),
          [
            ["runs", "a", "ascending"],
            ["runs", "b", "ascending"],
            ["repositories", "a", "none"],
            ["repositories", "b", "none"],
            ["plans", null, "none"]
          ]
        )
        assert.strictEqual(vendor.seen.length, 0)
      })
    )

    it.effect("has one for a scope that is given twice", () =>
      Effect.gen(function* () {
        const vendor = yield* Acme.serve({ runs: { a: Acme.runsOf("a", 1) } })
        const jobs = yield* Stream.runCollect(Acme.Acme.jobs(Acme.connection(vendor, ["a", "a"])))
        assert.sameMembers([...Job.idsOf(jobs)], ["a0", "a"])
      })
    )

    it.effect("gives pages of their own, with their numbers and their lane", () =>
      Effect.gen(function* () {
        const vendor = yield* Acme.serve({ runs: { a: Acme.runsOf("a", 4) } })
        const [lane] = yield* Stream.runCollect(Acme.Acme.lanes(Acme.connection(vendor, ["a"])))
        const pages = yield* Stream.runCollect(lane?.pages ?? Stream.empty)
        assert.deepStrictEqual(
          pages.map(({ index, jobs }) => [index, jobs.length]),
          [
            [0, 3],
            [1, 1]
          ]
        )
        assert.deepStrictEqual(pages[0]?.source, { provider: "acme", connection: "main", listing: "runs", scope: "a" })
      })
    )
  })

  describe("with a lookup", () => {
    const one = { runs: { a: Acme.runsOf("a", 7), b: Acme.runsOf("b", 7) } }

    it.effect("asks once for each scope, however many pages there are, also for a listing of the same endpoint", () =>
      Effect.gen(function* () {
        const vendor = yield* Acme.serve(one)
        yield* Stream.runDrain(Acme.Acme.jobs(Acme.connection(vendor, ["a", "b"])))
        const lookups = Acme.asked(vendor).filter((path) => path.startsWith("/repositories"))
        assert.deepStrictEqual(lookups.toSorted(), ["/repositories/a", "/repositories/b"])
      })
    )

    it.effect("asks again in another run", () =>
      Effect.gen(function* () {
        const vendor = yield* Acme.serve(one)
        const jobs = Acme.Acme.jobs(Acme.connection(vendor, ["a"]))
        yield* Stream.runDrain(jobs)
        yield* Stream.runDrain(jobs)
        assert.strictEqual(Acme.asked(vendor).filter((path) => path === "/repositories/a").length, 2)
      })
    )

    it.effect("that is refused knows no name, and says so", () =>
      Effect.gen(function* () {
        const vendor = yield* Acme.serve(one, ({ url }) =>
          url.pathname.startsWith("/repositories") ? Vendor.text("gone", 404) : undefined
        )
        const [lane] = yield* Stream.runCollect(Acme.Acme.lanes(Acme.connection(vendor, ["a"])))
        const { events, value } = yield* listening(Stream.runCollect(lane?.pages ?? Stream.empty))
        assert.deepStrictEqual(new Set(value.flatMap(({ jobs }) => jobs.map(({ name }) => name))), new Set([null]))
        const noted = events.filter((event) => event._tag === "Noted")
        assert.strictEqual(noted.length, 1)
        assert.deepInclude(noted[0], { listing: "runs", scope: "a" })
        assert.include(noted[0]?.message, "HTTP 404")
      })
    )

    it.effect("that answers in another form knows no name, and says so", () =>
      Effect.gen(function* () {
        const vendor = yield* Acme.serve(one, ({ url }) =>
          url.pathname.startsWith("/repositories") ? Vendor.json({ id: 7 }) : undefined
        )
        const [lane] = yield* Stream.runCollect(Acme.Acme.lanes(Acme.connection(vendor, ["a"])))
        const { events, value } = yield* listening(Stream.runCollect(lane?.pages ?? Stream.empty))
        assert.isNull(value[0]?.jobs[0]?.name)
        assert.isTrue(events.some((event) => event._tag === "Noted"))
      })
    )

    it.effect.each([503, 403, 401])("that fails with %d fails its listing", (status) =>
      Effect.gen(function* () {
        const vendor = yield* Acme.serve(one, ({ url }) =>
          url.pathname.startsWith("/repositories") ? Vendor.text("", status) : undefined
        )
        const [lane] = yield* Stream.runCollect(Acme.Acme.lanes(Acme.connection(vendor, ["a"])))
        const { failure, given } = yield* collect(lane?.pages ?? Stream.empty)
        assert.deepStrictEqual(given, [])
        assert.deepInclude(failure, { listing: "runs", scope: "a" })
      })
    )
  })

  describe("with rows that do not fit", () => {
    const plans = [
      { id: "1", at: 1 },
      { id: 2, at: 2 },
      { id: "3", at: 3, owner: "x" },
      { id: "4" },
      { id: "5", at: 5 }
    ]

    it.effect("rejects them alone, and gives the others in their order", () =>
      Effect.gen(function* () {
        const vendor = yield* Acme.serve({ plans: [{ plans }] })
        const [page] = yield* Stream.runCollect(Acme.Acme.pages(Acme.connection(vendor)))
        assert.deepStrictEqual(Job.idsOf(page?.jobs ?? []), ["1", "3", "5"])
        assert.deepStrictEqual(
          page?.rejected.map(({ index, path, raw }) => ({ index, path, raw })),
          [
            { index: 1, path: "id", raw: { id: 2, at: 2 } },
            { index: 3, path: "at", raw: { id: "4" } }
          ]
        )
        assert.include(page?.rejected[0]?.issue, "string")
      })
    )

    it.effect("tells of each of them", () =>
      Effect.gen(function* () {
        const vendor = yield* Acme.serve({ plans: [{ plans }] })
        const { events } = yield* listening(Stream.runDrain(Acme.Acme.jobs(Acme.connection(vendor))))
        const read = events.find((event) => event._tag === "PageRead")
        assert.deepInclude(read, { rows: 5, jobs: 3 })
        assert.strictEqual(read?.rejected.length, 2)
      })
    )

    it.effect.each([
      ["a text", { id: `key ${Vendor.canary}` }, { id: "key <redacted>" }],
      ["a field's name", { [Vendor.canary]: 1 }, { "<redacted>": 1 }]
    ])("show no secret of theirs that stands in %s", ([, row, shown]) =>
      Effect.gen(function* () {
        const vendor = yield* Acme.serve({ plans: [{ plans: [row] }] })
        const [page] = yield* Stream.runCollect(Acme.Acme.pages(Acme.connection(vendor)))
        assert.deepStrictEqual(page?.rejected[0]?.raw, shown)
      })
    )

    it.effect("show no secret of theirs that stands there as a number", () =>
      Effect.gen(function* () {
        const vendor = yield* Acme.serve({ plans: [{ plans: [{ id: 918_273, at: 1 }] }] })
        const connection = { ...Acme.connection(vendor), token: Redacted.make("918273") }
        const [page] = yield* Stream.runCollect(Acme.Acme.pages(connection))
        assert.deepStrictEqual(page?.rejected[0]?.raw, { id: "<redacted>", at: 1 })
      })
    )

    it.effect("keeps fields that its schema does not know in raw, also beside a row that does not fit", () =>
      Effect.gen(function* () {
        const vendor = yield* Acme.serve({
          plans: [{ plans: [{ id: "1", at: 1, owner: "x" }], next: "/plans?from=1" }, { plans }]
        })
        const jobs = yield* Stream.runCollect(Acme.Acme.jobs(Acme.connection(vendor)))
        assert.deepStrictEqual<unknown>(jobs[0]?.raw, { id: "1", at: 1, owner: "x" })
        assert.deepStrictEqual<unknown>(jobs[1]?.raw, { id: "3", at: 3, owner: "x" })
      })
    )

    it.effect("is Malformed, without another try, where it is the page itself that does not fit", () =>
      Effect.gen(function* () {
        const vendor = yield* Acme.serve({}, () => Vendor.json({ plans: "none" }))
        const { failure } = yield* collect(Acme.Acme.pages(Acme.connection(vendor)))
        assert.deepInclude(failure?.reason, { _tag: "Malformed", transient: false })
        assert.strictEqual(vendor.seen.length, 1)
      })
    )
  })

  describe("that fails", () => {
    it.effect("says where, and carries the place to go on from", () =>
      Effect.gen(function* () {
        const vendor = yield* Acme.serve({ runs: { a: Acme.runsOf("a", 7) } }, ({ url }) =>
          url.search === "?page=2" ? Vendor.text("", 400) : undefined
        )
        const { failure } = yield* collect(Acme.Acme.pages(Acme.connection(vendor, ["a"])))
        assert.instanceOf(failure, ScanError.ScanError)
        assert.deepInclude(failure, { provider: "acme", connection: "main", listing: "runs", scope: "a" })
        assert.deepStrictEqual<unknown>(failure?.resume, {
          connection: "main",
          listing: "runs",
          scope: "a",
          request: { params: { repository: "a" }, query: { page: "2" } },
          received: 3
        })
        assert.include(failure?.message, "main (acme runs a): VendorRejected")
      })
    )

    it.effect("gives the plugin's hint", () =>
      Effect.gen(function* () {
        const vendor = yield* Acme.serve({}, () => Vendor.text("", 401))
        const { failure } = yield* collect(Acme.Acme.pages(Acme.connection(vendor)))
        assert.deepInclude(failure?.reason, { _tag: "Unauthorized", hint: "make a new token" })
      })
    )

    it.effect("is InvalidConnection, without any request, where a rule between settings is broken", () =>
      Effect.gen(function* () {
        const vendor = yield* Acme.serve({})
        const { failure } = yield* collect(Acme.Acme.pages({ ...Acme.connection(vendor), region: "us" }))
        assert.deepInclude(failure, { listing: null, resume: null })
        assert.deepStrictEqual(
          failure?.reason,
          new Reason.InvalidConnection({ problems: ["region: give region or baseUrl"] })
        )
        assert.strictEqual(vendor.seen.length, 0)
      })
    )

    it.effect.each(["", "acme.example", "//acme.example", "ftp://acme.example"])(
      "is InvalidConnection where the baseUrl is %j",
      (baseUrl) =>
        Effect.gen(function* () {
          const { failure } = yield* collect(Acme.Acme.pages(Acme.connection({ origin: baseUrl })))
          assert.strictEqual(failure?.reason._tag, "InvalidConnection")
        })
    )
  })

  describe("that is checked", () => {
    it.effect("asks for the first page only", () =>
      Effect.gen(function* () {
        const vendor = yield* Acme.serve({ plans: [{ plans: [], next: "/plans?from=1" }, { plans: [] }] })
        yield* Acme.Acme.check(Acme.connection(vendor))
        assert.deepStrictEqual(Acme.asked(vendor), ["/plans"])
      })
    )

    it.effect("fails as a whole after one request where its credential is not accepted", () =>
      Effect.gen(function* () {
        const vendor = yield* Acme.serve({}, () => Vendor.text("", 401))
        const failure = yield* Effect.flip(Acme.Acme.check(Acme.connection(vendor)))
        assert.strictEqual(failure.reason._tag, "Unauthorized")
        assert.lengthOf(vendor.seen, 1)
      })
    )

    it.effect("reports on every scope of every listing, also after one that fails", () =>
      Effect.gen(function* () {
        const vendor = yield* Acme.serve({ runs: { a: Acme.runsOf("a", 2), c: [] } }, ({ url }) =>
          url.pathname === "/runs/nope" ? Vendor.text("", 404) : undefined
        )
        const report = yield* Acme.Acme.check(Acme.connection(vendor, ["a", "nope", "c"]))
        assert.deepStrictEqual(
          report.map(({ connection, listing, provider, status }) => [provider, connection, listing, status]),
          [
            ["acme", "main", "runs", "failed"],
            ["acme", "main", "repositories", "ok"],
            ["acme", "main", "plans", "empty"]
          ]
        )
        assert.deepStrictEqual(
          report[0]?.scopes.map(({ error, rows, scope, status }) => [scope, status, rows, error?.reason._tag]),
          [
            ["a", "ok", 2, undefined],
            ["nope", "failed", 0, "VendorRejected"],
            ["c", "empty", 0, undefined]
          ]
        )
        assert.deepStrictEqual(
          Check.failures(report).map(({ scope }) => scope),
          ["nope"]
        )
      })
    )

    it.effect("says of a listing without a scope that it was not tried", () =>
      Effect.gen(function* () {
        const vendor = yield* Acme.serve({})
        const [runs] = yield* Acme.Acme.check(Acme.connection(vendor))
        assert.deepInclude(runs, { listing: "runs", status: "untried", scopes: [] })
      })
    )

    it.effect("counts the rows that do not fit", () =>
      Effect.gen(function* () {
        const vendor = yield* Acme.serve({ plans: [{ plans: [{ id: "p", at: 1 }, { id: 7 }] }] })
        const report = yield* Acme.Acme.check(Acme.connection(vendor))
        assert.deepInclude(report[2]?.scopes[0], { rows: 2, rejected: 1 })
      })
    )
  })
})

describe("a provider as data", () => {
  const good = { provider: "acme", name: "main", token: "t", repositories: [] }

  plain("says by which contract it was made", () => {
    assert.strictEqual(Acme.Acme.contract, Contract.version)
  })

  plain("decodes settings", () => {
    assert.isTrue(Result.isSuccess(Acme.Acme.decode(good)))
  })

  plain("reports broken rules beside everything else that is wrong", () => {
    const decoded = Acme.Acme.decode({ ...good, repositories: 1, region: "us", baseUrl: "https://acme.example" })
    assert.deepStrictEqual(Result.isFailure(decoded) ? decoded.failure.map(({ key }) => key) : [], [
      "repositories",
      "region"
    ])
  })

  plain("tells its settings", () => {
    assert.deepStrictEqual(
      Acme.Acme.settings.map(({ key }) => key),
      ["token", "repositories", "region", "baseUrl", "allowHttp", "quotas"]
    )
  })

  plain("has each endpoint once in its API", () => {
    assert.deepStrictEqual(Object.keys(Acme.Acme.api.groups.listings.endpoints), ["runs", "repository", "plans"])
  })
})
