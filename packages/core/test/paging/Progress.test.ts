import { NodeHttpClient } from "@effect/platform-node"
import { Credential, Listing, PageGuard, Paging, Provider, type Reason, RetryPolicy } from "@scanjobs/core"
import { assert, describe, it, layer } from "@effect/vitest"
import { Effect, Layer, Redacted, Schema } from "effect"
import { HttpApiEndpoint, HttpApiSecurity } from "effect/http-api"
import * as Outcome from "../Outcome.ts"
import * as Vendor from "../Vendor.ts"

const live = Layer.merge(NodeHttpClient.layerUndici, RetryPolicy.layer({ times: 0 }))

const row = Schema.Struct({ id: Schema.String })
const rows = Listing.make({
  row,
  endpoint: (one) =>
    HttpApiEndpoint.get("rows", "/rows", {
      query: {
        page: Schema.optionalKey(Schema.Int),
        token: Schema.optionalKey(Schema.String),
        from: Schema.optionalKey(Schema.Int),
        until: Schema.optionalKey(Schema.Int)
      },
      success: Schema.Struct({
        rows: Schema.Array(one),
        token: Schema.optionalKey(Schema.String),
        pages: Schema.optionalKey(Schema.Int),
        total: Schema.optionalKey(Schema.Int)
      })
    })
})
type Strategy = Paging.Strategy<{}, typeof rows>

interface Options {
  readonly paging: Strategy
  readonly ends?: (reason: Reason.Refusal, page: number | undefined) => string | undefined
}

const providerOf = ({ ends, paging }: Options) =>
  Provider.make("acme", {
    connection: {},
    security: HttpApiSecurity.bearer,
    pageConcurrency: 3,
    listings: { rows }
  })({
    baseUrl: () => "https://acme.invalid",
    credential: () => Credential.fixed(Redacted.make(Vendor.canary)),
    listings: {
      rows: {
        paging,
        rows: (body) => body.rows,
        total: ({ total }) => total,
        order: () => "ascending",
        ...(ends === undefined ? {} : { ends: (reason, { request }) => ends(reason, request.query.page) }),
        job: ({ id }) => ({ vendorId: id, kind: "run", category: "web", state: "succeeded", vendorState: null })
      }
    }
  })

const readAt = (origin: string, options: Options, run: Provider.RunOptions<"rows"> = {}) =>
  Outcome.of(providerOf(options).pages({ provider: "acme", name: "main", baseUrl: origin }, {}, run))

const byLink = (emptyPages: boolean): Strategy =>
  Paging.nextLink({
    request: () => ({ query: {} }),
    link: ({ token }) => token && `/rows?token=${token}`,
    emptyPages
  })

const byLinkHeader = (emptyPages: boolean): Strategy =>
  Paging.linkHeader({ request: () => ({ query: {} }), emptyPages })

const byToken = (emptyPages: boolean): Strategy =>
  Paging.cursor({
    request: (_, token) => ({ query: token === undefined ? {} : { token } }),
    token: ({ body }) => body.token,
    emptyPages
  })

const idsFrom = (first: number, count: number) =>
  Array.from({ length: count }, (_, index) => ({ id: `r${first + index}` }))

layer(live, { excludeTestServices: true })("pages without rows", (it) => {
  /** Nine empty pages between the first row and the second. */
  const sparse = Vendor.serve(({ url }) => {
    const at = Number(url.searchParams.get("token") ?? 0)
    const token = at === 10 ? {} : { token: String(at + 1) }
    const link = at === 10 ? {} : { link: `</rows?token=${at + 1}>; rel="next"` }
    return Vendor.json({ rows: at % 10 === 0 ? [{ id: `r${at}` }] : [], ...token }, 200, link)
  })

  it.effect.each([
    ["a token", byToken],
    ["a link in the body", byLink],
    ["a link in a header", byLinkHeader]
  ] as const)("are progress where the strategy says that its vendor gives many of them, each with %s", ([, by]) =>
    Effect.gen(function* () {
      const vendor = yield* sparse
      const { completed, failure, ids } = yield* readAt(vendor.origin, { paging: by(true) })
      assert.isUndefined(failure)
      assert.deepStrictEqual(ids, ["r0", "r10"])
      assert.strictEqual(completed[0]?.pages, 11)
    })
  )

  it.effect("go on from each of them", () =>
    Effect.gen(function* () {
      const vendor = yield* sparse
      const { pages } = yield* readAt(vendor.origin, { paging: byToken(true) })
      for (const { next } of pages.slice(0, -1)) {
        const { ids } = yield* readAt(vendor.origin, { paging: byToken(true) }, { resume: [next] })
        assert.deepStrictEqual(ids, ["r10"])
      }
    })
  )

  it.effect.each([byToken, byLink, byLinkHeader])("are a stalled listing after a few where it does not say so", (by) =>
    Effect.gen(function* () {
      const { failure } = yield* readAt((yield* sparse).origin, { paging: by(false) })
      assert.deepInclude(failure?.reason, { _tag: "PaginationStalled", how: "barren" })
    })
  )

  it.effect("stall where their token repeats", () =>
    Effect.gen(function* () {
      const vendor = yield* Vendor.serve(() => Vendor.json({ rows: [], token: "again" }))
      const { failure } = yield* readAt(vendor.origin, { paging: byToken(true) })
      assert.deepInclude(failure?.reason, { _tag: "PaginationStalled", how: "repeated" })
    })
  )

  it.effect("stall where there are more of them than pages are allowed", () =>
    Effect.gen(function* () {
      const vendor = yield* Vendor.serve((_, nth) => Vendor.json({ rows: [], token: String(nth) }))
      const { failure } = yield* readAt(vendor.origin, { paging: byToken(true) })
      assert.deepInclude(failure?.reason, { _tag: "PaginationStalled", how: "cap", pages: 20 })
    }).pipe(Effect.provide(PageGuard.layer({ maxPages: 20 })))
  )

  it.effect("are none if they repeat rows: a vendor that repeats them under new tokens stalls", () =>
    Effect.gen(function* () {
      const vendor = yield* Vendor.serve((_, nth) => Vendor.json({ rows: [{ id: "r0" }], token: String(nth) }))
      const { failure } = yield* readAt(vendor.origin, { paging: byToken(true) })
      assert.deepInclude(failure?.reason, { _tag: "PaginationStalled", how: "barren" })
    })
  )
})

layer(live, { excludeTestServices: true })("windows of time", (it) => {
  const windows = (next = false): Strategy =>
    Paging.windows({
      length: "10 millis",
      span: () => ({ from: 0, until: 95 }),
      request: (_, { from, until }) => ({ query: { from, until } }),
      window: ({ query: { from = 0, until = 0 } }) => ({ from, until }),
      ...(next
        ? {
            next: ({ body, request }) =>
              body.token === undefined ? undefined : { query: { ...request.query, token: body.token } }
          }
        : {})
    })
  /** Rows at 3, 81 and 94, of which a window gives one a page if it is paged. */
  const vendorOf = Vendor.serve(({ url: { searchParams } }) => {
    const [from, until] = [Number(searchParams.get("from")), Number(searchParams.get("until"))]
    const all = [3, 81, 82, 94].filter((at) => at >= from && at < until)
    const skip = Number(searchParams.get("token") ?? 0)
    const token = skip + 1 < all.length ? { token: String(skip + 1) } : {}
    return Vendor.json({ rows: all.slice(skip, skip + 1).map((at) => ({ id: `r${at}` })), ...token })
  })

  it.effect("are walked to the end of the span, however many of them are empty", () =>
    Effect.gen(function* () {
      const vendor = yield* vendorOf
      const { failure, ids } = yield* readAt(vendor.origin, { paging: windows() })
      assert.isUndefined(failure)
      assert.deepStrictEqual(ids, ["r3", "r81", "r94"])
      const asked = vendor.seen.map(({ url }) => url.search)
      assert.lengthOf(asked, 10)
      assert.strictEqual(asked.at(-1), "?from=90&until=95")
    })
  )

  it.effect("may be paged themselves", () =>
    Effect.gen(function* () {
      const vendor = yield* vendorOf
      const { ids, pages } = yield* readAt(vendor.origin, { paging: windows(true) })
      assert.deepStrictEqual(ids, ["r3", "r81", "r82", "r94"])
      let given = 0
      for (const { jobs, next } of pages) {
        given += jobs.length
        const rest = yield* readAt(vendor.origin, { paging: windows(true) }, { resume: [next] })
        assert.strictEqual(given + rest.ids.length, 4)
      }
    })
  )
})

describe("Paging.windows", () => {
  it("refuses a length that leads nowhere", () => {
    const make = () =>
      Paging.windows<{}, typeof rows>({
        length: 0,
        span: () => ({ from: 0, until: 1 }),
        request: () => ({ query: {} }),
        window: () => ({ from: 0, until: 1 })
      })
    assert.throws(make, "the `length` of a window must be a duration above 0")
  })

  it("asks for one window where the span is empty", () => {
    const { first } = Paging.windows<{}, typeof rows>({
      length: "5 millis",
      span: () => ({ from: 7, until: 7 }),
      request: (_, window) => ({ query: window }),
      window: () => ({ from: 7, until: 7 })
    })
    const start = { connection: {}, scope: undefined, parent: null, query: {}, now: 0, part: undefined }
    assert.deepStrictEqual(first(start), { query: { from: 7, until: 12 } })
  })
})

layer(live, { excludeTestServices: true })("a vendor that refuses the page behind the last one", (it) => {
  /** Pages of two rows, and 404 behind them. */
  const strict = (count: number, told: object = {}) =>
    Vendor.serve(({ url }) => {
      const skip = (Number(url.searchParams.get("page")) - 1) * 2
      const isBehind = skip >= count && skip > 0
      return isBehind
        ? Vendor.json({ message: "there is no such page" }, 404)
        : Vendor.json({ rows: idsFrom(skip, Math.min(2, count - skip)), ...told })
    })
  const numbered = (pages: boolean): Strategy =>
    Paging.pageNumber({
      size: 2,
      request: (_, { page }) => ({ query: { page } }),
      page: ({ query }) => query.page ?? 1,
      ...(pages ? { pages: ({ body }) => body.pages } : {})
    })
  const ends = (reason: Reason.Refusal, page: number | undefined) =>
    reason.status === 404 ? `there is no page ${page}` : undefined

  it.effect("is not asked for it where it says how many pages there are", () =>
    Effect.gen(function* () {
      const vendor = yield* strict(4, { pages: 2 })
      const { failure, ids } = yield* readAt(vendor.origin, { paging: numbered(true) })
      assert.isUndefined(failure)
      assert.lengthOf(ids, 4)
      assert.deepStrictEqual(
        vendor.seen.map(({ url }) => url.search),
        ["?page=1", "?page=2"]
      )
    })
  )

  it.effect("may have an empty page among the pages that there are", () =>
    Effect.gen(function* () {
      const vendor = yield* Vendor.serve(({ url }) =>
        Vendor.json({
          rows: url.searchParams.get("page") === "2" ? [] : idsFrom(Number(url.searchParams.get("page")), 1),
          pages: 3
        })
      )
      const { ids } = yield* readAt(vendor.origin, { paging: numbered(true) })
      assert.deepStrictEqual(ids, ["r1", "r3"])
    })
  )

  it.effect("ends there with a note where the listing explains the refusal", () =>
    Effect.gen(function* () {
      const vendor = yield* strict(4)
      const { completed, failure, ids, notes } = yield* readAt(vendor.origin, { paging: numbered(false), ends })
      assert.isUndefined(failure)
      assert.lengthOf(ids, 4)
      assert.deepStrictEqual(notes, ["there is no page 3"])
      assert.deepInclude(completed[0], { by: "end", pages: 3 })
    })
  )

  it.effect("fails where the total says that there are more rows", () =>
    Effect.gen(function* () {
      const vendor = yield* strict(4, { total: 6 })
      const { failure, ids } = yield* readAt(vendor.origin, { paging: numbered(false), ends })
      assert.lengthOf(ids, 4)
      assert.deepInclude(failure?.reason, { _tag: "Incomplete", expected: 6, received: 4 })
      assert.deepInclude(failure, { listing: "rows" })
    })
  )

  it.effect("fails where the first page is refused, and where nothing explains the refusal", () =>
    Effect.gen(function* () {
      const none = yield* Vendor.serve(() => Vendor.json({ message: "no such list" }, 404))
      const first = yield* readAt(none.origin, { paging: numbered(false), ends })
      assert.strictEqual(first.failure?.reason._tag, "VendorRejected")
      const vendor = yield* strict(4)
      const unexplained = yield* readAt(vendor.origin, { paging: numbered(false), ends: () => undefined })
      assert.strictEqual(unexplained.failure?.reason._tag, "VendorRejected")
    })
  )

  it.effect("ends there where it is resumed at that page", () =>
    Effect.gen(function* () {
      const vendor = yield* strict(4)
      const { pages } = yield* readAt(vendor.origin, { paging: numbered(false), ends })
      const resume = pages.slice(1, 2).map(({ next }) => next)
      const { completed, ids, notes } = yield* readAt(vendor.origin, { paging: numbered(false), ends }, { resume })
      assert.deepStrictEqual(ids, [])
      assert.deepStrictEqual(notes, ["there is no page 3"])
      assert.strictEqual(completed[0]?.by, "end")
    })
  )
})
