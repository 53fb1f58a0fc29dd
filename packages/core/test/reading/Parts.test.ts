import { NodeHttpClient } from "@effect/platform-node"
import { Credential, Cursor, Listing, Paging, Provider, type Query, RetryPolicy } from "@scanjobs/core"
import { assert, layer } from "@effect/vitest"
import { Effect, Layer, Redacted, Schema, Stream } from "effect"
import { HttpApiEndpoint, HttpApiSecurity } from "effect/http-api"
import * as Outcome from "../Outcome.ts"
import * as Vendor from "../Vendor.ts"

const live = Layer.merge(NodeHttpClient.layerUndici, RetryPolicy.layer({ times: 0 }))

const Row = Schema.Struct({ id: Schema.String, at: Schema.Int })
type Row = typeof Row.Type

const scans = Listing.make({
  row: Row,
  endpoint: (row) =>
    HttpApiEndpoint.get("scans", "/scans", {
      query: { active: Schema.Boolean, page: Schema.Int },
      success: Schema.Struct({ scans: Schema.Array(row), total: Schema.optionalKey(Schema.Int) })
    }),
  part: Schema.Struct({ active: Schema.Boolean })
})

const Acme = Provider.make("acme", {
  connection: {},
  security: HttpApiSecurity.bearer,
  listings: { scans }
})({
  baseUrl: () => "https://acme.invalid",
  credential: () => Credential.fixed(Redacted.make(Vendor.canary)),
  listings: {
    scans: {
      parts: ({ query: { states } }) => [
        { active: true },
        ...(states?.length === 1 && states[0] === "running" ? [] : [{ active: false }])
      ],
      paging: Paging.pageNumber({
        size: 2,
        request: ({ part }, { page }) => ({ query: { ...part, page } }),
        page: ({ query }) => query.page
      }),
      order: () => "descending",
      rows: (body) => body.scans,
      total: ({ total }) => total,
      skips: ({ status }) => (status === 404 ? "there is no such list" : undefined),
      job: ({ at, id }, { part }) => ({
        vendorId: id,
        kind: "run",
        category: "web",
        state: part.active ? "running" : "succeeded",
        vendorState: null,
        startTime: at
      })
    }
  }
})

/** Running scans from 9 down to 7, and finished ones from 8 down to 1: 8 and 7 end meanwhile. */
const running = [9, 8, 7]
const finished = [8, 7, 6, 5, 4, 3, 2, 1]

const serve = (
  lists: { readonly [active: string]: ReadonlyArray<number> } = { true: running, false: finished },
  told: (active: string) => object = (active) => ({ total: lists[active]?.length ?? 0 })
) =>
  Vendor.serve(({ url: { searchParams } }) => {
    const active = searchParams.get("active") ?? ""
    const list = lists[active]
    if (list === undefined) return Vendor.json({}, 404)
    const skip = (Number(searchParams.get("page")) - 1) * 2
    const rows: ReadonlyArray<Row> = list.slice(skip, skip + 2).map((at) => ({ id: `s${at}`, at }))
    return Vendor.json({ scans: rows, ...told(active) })
  })

const pagesOf = ({ origin }: Vendor.Vendor, query: Query.Input = {}, run: Provider.RunOptions<"scans"> = {}) =>
  Acme.pages({ provider: "acme", name: "main", baseUrl: origin }, query, run)
const read = (...options: Parameters<typeof pagesOf>) => Outcome.of(pagesOf(...options))

const idsOf = (numbers: ReadonlyArray<number>) => numbers.map((number) => `s${number}`)
const everything = idsOf([9, 8, 7, 6, 5, 4, 3, 2, 1])

layer(live, { excludeTestServices: true })("a listing of several lists", (it) => {
  it.effect("is read as one lane, each row once, with ids that do not name the list", () =>
    Effect.gen(function* () {
      const vendor = yield* serve()
      const { completed, failure, ids, jobs } = yield* read(vendor)
      assert.isUndefined(failure)
      assert.deepStrictEqual(ids, everything)
      assert.strictEqual(jobs[8]?.id, "acme/main/scans/s1")
      assert.deepStrictEqual(
        completed.map(({ by, jobs: count, pages }) => ({ by, count, pages })),
        [{ by: "end", count: 9, pages: 8 }]
      )
    })
  )

  it.effect("gives a row that stands in two lists as the first of them has it", () =>
    Effect.gen(function* () {
      const { jobs } = yield* read(yield* serve())
      assert.deepStrictEqual(
        jobs.slice(0, 4).map(({ state }) => state),
        ["running", "running", "running", "succeeded"]
      )
    })
  )

  it.effect("goes on from each of its pages", () =>
    Effect.gen(function* () {
      const vendor = yield* serve()
      const { pages } = yield* read(vendor)
      assert.deepStrictEqual(
        pages.map(({ next }) => next.part),
        [
          ...Array.from({ length: 2 }, () => ({ active: true })),
          ...Array.from({ length: 5 }, () => ({ active: false })),
          undefined
        ]
      )
      const Stored = Schema.fromJsonString(Cursor.Cursor)
      const given = new Set<string>()
      for (const { jobs, next } of pages) {
        for (const { vendorId } of jobs) given.add(vendorId)
        const cursor = Schema.decodeSync(Stored)(Schema.encodeSync(Stored)(next))
        const rest = yield* read(vendor, {}, { resume: [cursor] })
        assert.isUndefined(rest.failure)
        assert.deepStrictEqual([...new Set([...given, ...rest.ids])], everything)
      }
    })
  )

  it.effect("reads a cursor without a part, of an earlier version of the provider, from its first list on", () =>
    Effect.gen(function* () {
      const request = { query: { active: "true", page: "2" } }
      const { failure, ids } = yield* read(
        yield* serve(),
        {},
        { resume: [{ connection: "main", listing: "scans", scope: null, request, received: 2 }] }
      )
      assert.isUndefined(failure)
      assert.deepStrictEqual(ids, idsOf([7, 8, 6, 5, 4, 3, 2, 1]))
    })
  )

  it.effect("refuses a cursor of a list that it does not have", () =>
    Effect.gen(function* () {
      const cursor = { connection: "main", listing: "scans", scope: null, request: null, part: "old" }
      const { failure } = yield* read(yield* serve(), {}, { resume: [cursor] })
      assert.include(failure?.message, "the cursor to resume from does not fit the listing: it has no such part")
    })
  )

  it.effect("compares each list with its own total", () =>
    Effect.gen(function* () {
      const vendor = yield* serve(undefined, (active) => ({ total: active === "true" ? 3 : 9 }))
      const { failure, ids } = yield* read(vendor)
      assert.deepStrictEqual(ids, everything)
      assert.deepInclude(failure?.reason, { _tag: "Incomplete", expected: 9, received: 8 })
      assert.deepStrictEqual(failure?.resume?.part, { active: false })
    })
  )

  it.effect("fails where an earlier list is not whole, after the others are read, and goes on from there", () =>
    Effect.gen(function* () {
      const vendor = yield* serve(undefined, (active) => ({ total: active === "true" ? 4 : 8 }))
      const { failure, ids, pages } = yield* read(vendor)
      assert.deepStrictEqual(ids, everything)
      assert.deepInclude(failure?.reason, { _tag: "Incomplete", expected: 4, received: 3 })
      assert.deepStrictEqual(failure?.resume?.part, { active: true })
      assert.deepStrictEqual(pages.at(-1)?.next, failure?.resume)
    })
  )

  it.effect("ends each list that passes the query's time, and not the others", () =>
    Effect.gen(function* () {
      const lists = {
        true: Array.from({ length: 30 }, (_, index) => 60 - index),
        false: Array.from({ length: 30 }, (_, index) => 30 - index)
      }
      const vendor = yield* serve(lists, () => ({}))
      const { completed, ids } = yield* read(vendor, { from: 45 })
      assert.lengthOf(ids, 16)
      assert.strictEqual(completed[0]?.by, "from")
      const pages = vendor.seen.map(({ url }) => url.searchParams.get("active"))
      assert.include(pages, "false")
      assert.isBelow(pages.length, 20)
    })
  )

  it.effect("ends at the limit of all lists together", () =>
    Effect.gen(function* () {
      const { completed, ids, pages } = yield* read(yield* serve(), { limit: 5 })
      assert.deepStrictEqual(ids, everything.slice(0, 5))
      assert.strictEqual(completed[0]?.by, "limit")
      assert.deepStrictEqual(pages.at(-1)?.next.part, { active: false })
    })
  )

  it.effect("may skip a list that the vendor refuses, and may read only some of them", () =>
    Effect.gen(function* () {
      const none = yield* read(yield* serve({ true: running }))
      assert.deepStrictEqual(none.ids, idsOf(running))
      assert.deepStrictEqual(none.notes, ["there is no such list"])
      const vendor = yield* serve()
      yield* read(vendor, { states: ["running"] })
      assert.isTrue(vendor.seen.every(({ url }) => url.searchParams.get("active") === "true"))
    })
  )

  it.effect("promises no order, although each of its lists has one", () =>
    Effect.gen(function* () {
      const { origin } = yield* serve()
      const lanes = yield* Stream.runCollect(Acme.lanes({ provider: "acme", name: "main", baseUrl: origin }))
      assert.deepStrictEqual(
        lanes.map(({ order }) => order),
        ["none"]
      )
    })
  )
})
