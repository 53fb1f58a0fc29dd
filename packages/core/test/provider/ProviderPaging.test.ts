import { NodeHttpClient } from "@effect/platform-node"
import { Cursor, RetryPolicy } from "@scanjobs/core"
import { assert, describe, layer } from "@effect/vitest"
import { Effect, Layer, Result, Schema, Stream } from "effect"
import * as Acme from "../Acme.ts"
import * as Job from "../Job.ts"
import * as Vendor from "../Vendor.ts"

const live = Layer.merge(NodeHttpClient.layerUndici, RetryPolicy.layer({ times: 1, base: "1 millis" }))
const Stored = Schema.fromJsonString(Cursor.Cursor)

/** A cursor that was stored as text and read back. */
const throughText = (cursor: Cursor.Cursor) =>
  Effect.flatMap(Schema.encodeEffect(Stored)(cursor), Schema.decodeEffect(Stored))

const plan = (id: string) => ({ id, at: 1 })

layer(live, { excludeTestServices: true })("going on with a listing", (it) => {
  const names = ["a", "b"]
  const runs = { a: Acme.runsOf("a", 8), b: Acme.runsOf("b", 7) }
  const plans = [
    { plans: [plan("p0"), plan("p1")], next: "/plans?from=1" },
    { plans: [plan("p2")], next: "/plans?from=2" },
    { plans: [plan("p3")] }
  ]

  it.effect("at any of its pages gives exactly the rest", () =>
    Effect.gen(function* () {
      const vendor = yield* Acme.serve({ runs, plans })
      const connection = Acme.connection(vendor, names)
      for (const [place, lane] of (yield* Stream.runCollect(Acme.Acme.lanes(connection))).entries()) {
        const pages = yield* Stream.runCollect(lane.pages)
        const whole = pages.flatMap(({ jobs }) => Job.idsOf(jobs))
        const prefix: Array<string> = []
        for (const { jobs, next } of pages) {
          prefix.push(...Job.idsOf(jobs))
          const lanes = yield* Stream.runCollect(
            Acme.Acme.lanes(connection, {}, { resume: [yield* throughText(next)] })
          )
          const rest = yield* Stream.runCollect(lanes[place]?.pages ?? Stream.empty)
          assert.deepStrictEqual([...prefix, ...rest.flatMap((page) => Job.idsOf(page.jobs))], whole)
        }
        assert.deepStrictEqual(prefix, whole)
      }
    })
  )

  it.effect("at the place of a failure gives exactly the rest", () =>
    Effect.gen(function* () {
      let isDown = true
      const vendor = yield* Acme.serve({ runs }, ({ url }) =>
        isDown && url.search === "?page=3" ? Vendor.text("", 503) : undefined
      )
      const [lane] = yield* Stream.runCollect(Acme.Acme.lanes(Acme.connection(vendor, ["a"])))
      const prefix: Array<string> = []
      const failure = yield* Effect.flip(
        Stream.runForEach(lane?.pages ?? Stream.empty, ({ jobs }) => Effect.sync(() => prefix.push(...Job.idsOf(jobs))))
      )
      isDown = false
      const resume = failure.resume === null ? [] : [yield* throughText(failure.resume)]
      const [again] = yield* Stream.runCollect(Acme.Acme.lanes(Acme.connection(vendor, ["a"]), {}, { resume }))
      const rest = yield* Stream.runCollect(again?.pages ?? Stream.empty)
      assert.deepStrictEqual(
        [...prefix, ...rest.flatMap(({ jobs }) => Job.idsOf(jobs))],
        runs.a.map(({ id }) => id)
      )
    })
  )

  it.effect("starts a scope without a cursor at its beginning", () =>
    Effect.gen(function* () {
      const vendor = yield* Acme.serve({ runs })
      const request = { params: { repository: "b" }, query: { page: "3" } }
      const jobs = yield* Stream.runCollect(
        Acme.Acme.jobs(
          Acme.connection(vendor, names),
          {},
          { resume: [{ connection: "main", listing: "runs", scope: "b", request }] }
        )
      )
      const ids = Job.idsOf(jobs.filter(({ listing }) => listing === "runs"))
      assert.sameMembers([...ids], [...runs.a.map(({ id }) => id), "b6"])
    })
  )
})

layer(live, { excludeTestServices: true })("a cursor", (it) => {
  const place = { connection: "main", listing: "plans", scope: null }
  const resume = (cursor: Cursor.Cursor) =>
    Effect.gen(function* () {
      const vendor = yield* Acme.serve({ plans: [{ plans: [plan("p0")] }, { plans: [plan("p1")] }] })
      const jobs = yield* Effect.result(
        Stream.runCollect(Acme.Acme.jobs(Acme.connection(vendor), {}, { resume: [cursor] }))
      )
      return { jobs, vendor }
    })

  it.effect("of a listing that was read to its end asks for nothing more", () =>
    Effect.gen(function* () {
      const { jobs, vendor } = yield* resume({ ...place, request: null })
      assert.deepStrictEqual(jobs, Result.succeed([]))
      assert.strictEqual(vendor.seen.length, 0)
    })
  )

  it.effect("of another connection does not count", () =>
    Effect.gen(function* () {
      const { vendor } = yield* resume({ ...place, connection: "other", request: null })
      assert.deepStrictEqual(Acme.asked(vendor), ["/plans"])
    })
  )

  it.effect.each([{ query: { from: "one" } }, { query: 7 }, 7, "x"])(
    "that does not fit is InvalidConnection: %j",
    (request) =>
      Effect.gen(function* () {
        const { jobs, vendor } = yield* resume({ ...place, request })
        assert.strictEqual(Result.isFailure(jobs) ? jobs.failure.reason._tag : undefined, "InvalidConnection")
        assert.strictEqual(vendor.seen.length, 0)
      })
  )

  it.effect("after a page that a limit cut gives the rows that the limit left out", () =>
    Effect.gen(function* () {
      const vendor = yield* Acme.serve({ runs: { a: Acme.runsOf("a", 8) } })
      const connection = Acme.connection(vendor, ["a"])
      const [cut] = yield* Stream.runCollect(Acme.Acme.lanes(connection, { limit: 4 }))
      const pages = yield* Stream.runCollect(cut?.pages ?? Stream.empty)
      const last = pages.at(-1)?.next
      const [lane] = yield* Stream.runCollect(
        Acme.Acme.lanes(connection, {}, { resume: last === undefined ? [] : [last] })
      )
      const rest = yield* Stream.runCollect(lane?.pages ?? Stream.empty)
      const ids = [...pages, ...rest].flatMap(({ jobs }) => Job.idsOf(jobs))
      assert.deepStrictEqual(
        [...new Set(ids)],
        Acme.runsOf("a", 8).map(({ id }) => id)
      )
    })
  )
})

layer(live, { excludeTestServices: true })("a link to the next page", (it) => {
  /** What comes of a first page with this link, where the second page holds `p1`. */
  const follow = (link: (origin: string) => string, path = "") =>
    Effect.gen(function* () {
      const vendor = yield* Vendor.serve(({ headers, url }) =>
        Vendor.json(
          url.searchParams.has("from")
            ? { plans: [plan("p1")], next: null }
            : { plans: [plan("p0")], next: link(`http://${headers.host}`) }
        )
      )
      const ids: Array<string> = []
      const outcome = yield* Acme.Acme.jobs(Acme.connection({ origin: `${vendor.origin}${path}` })).pipe(
        Stream.runForEach((job) => Effect.sync(() => ids.push(job.vendorId))),
        Effect.result
      )
      return { ids, vendor, failure: outcome._tag === "Failure" ? outcome.failure : undefined }
    })

  describe("of the listing's own origin", () => {
    it.effect.each([
      ["relative to the page", "plans?from=1"],
      ["only a query", "?from=1"],
      ["relative to the origin", "/plans?from=1"],
      ["absolute", "ORIGIN/plans?from=1"],
      ["in another case", "/Plans/?from=1"]
    ] as const)("is followed where it is %s", ([, link]) =>
      Effect.gen(function* () {
        const { ids, vendor } = yield* follow((origin) => link.replace("ORIGIN", origin))
        assert.deepStrictEqual(ids, ["p0", "p1"])
        assert.deepStrictEqual(Acme.asked(vendor), ["/plans", "/plans?from=1"])
      })
    )

    it.effect("is followed under a baseUrl with a path", () =>
      Effect.gen(function* () {
        const { ids, vendor } = yield* follow(() => "/api/v2/plans?from=1", "/api/v2")
        assert.deepStrictEqual(ids, ["p0", "p1"])
        assert.deepStrictEqual(Acme.asked(vendor), ["/api/v2/plans", "/api/v2/plans?from=1"])
      })
    )

    it.effect("is followed with parameters that only the vendor knows, also from a cursor", () =>
      Effect.gen(function* () {
        const { ids, vendor } = yield* follow(() => "/plans?from=1&$token=a%2Bb&tag=1&tag=2")
        assert.deepStrictEqual(ids, ["p0", "p1"])
        assert.deepStrictEqual(vendor.seen[1]?.url.searchParams.getAll("tag"), ["1", "2"])
        assert.strictEqual(vendor.seen[1]?.url.searchParams.get("$token"), "a+b")

        const connection = Acme.connection({ origin: vendor.origin })
        const [first] = yield* Acme.Acme.pages(connection).pipe(Stream.take(1), Stream.runCollect)
        const cursor = Schema.decodeUnknownSync(Schema.fromJsonString(Cursor.Cursor))(JSON.stringify(first?.next))
        yield* Stream.runDrain(Acme.Acme.jobs(connection, {}, { resume: [cursor] }))
        assert.strictEqual(vendor.seen.at(-1)?.url.searchParams.get("$token"), "a+b")
      })
    )

    it.effect.each([
      ["a parameter twice that the listing takes once", "/plans?from=1&from=2"],
      ["a value that the listing does not take", "/plans?from=one"],
      ["another address", "/accounts?from=1"],
      ["no address at all", "http://["]
    ] as const)("is Malformed, after the page's own rows, where it has %s", ([, link]) =>
      Effect.gen(function* () {
        const { failure, ids, vendor } = yield* follow(() => link)
        assert.deepInclude(failure?.reason, { _tag: "Malformed", transient: false })
        assert.deepStrictEqual(ids, ["p0"])
        assert.strictEqual(vendor.seen.length, 1)
      })
    )

    it.effect("that names the page itself has stalled", () =>
      Effect.gen(function* () {
        const { failure, ids } = yield* follow(() => "/plans")
        assert.deepInclude(failure?.reason, { _tag: "PaginationStalled", how: "repeated" })
        assert.deepStrictEqual(ids, ["p0"])
      })
    )
  })

  describe("of another origin", () => {
    it.effect.each([
      ["another port", "OTHER/plans?from=1"],
      ["no protocol of its own", "//OTHERHOST/plans?from=1"],
      ["a user", "http://user@OTHERHOST/plans?from=1"]
    ] as const)("is ForeignLink after the page's own rows, and nobody is asked, where it has %s", ([, link]) =>
      Effect.gen(function* () {
        const other = yield* Acme.serve({})
        const { failure, ids, vendor } = yield* follow(() =>
          link.replace("OTHERHOST", other.origin.slice("http://".length)).replace("OTHER", other.origin)
        )
        assert.deepInclude(failure?.reason, { _tag: "ForeignLink", origin: other.origin, expected: vendor.origin })
        assert.deepStrictEqual(ids, ["p0"])
        assert.strictEqual(other.seen.length, 0)
      })
    )

    it.effect("is ForeignLink where only the protocol differs", () =>
      Effect.gen(function* () {
        const { failure, vendor } = yield* follow((origin) => `${origin.replace("http:", "https:")}/plans?from=1`)
        assert.strictEqual(failure?.reason._tag, "ForeignLink")
        assert.strictEqual(vendor.seen.length, 1)
      })
    )
  })
})
