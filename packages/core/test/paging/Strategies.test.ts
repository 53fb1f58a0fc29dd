import { NodeHttpClient } from "@effect/platform-node"
import { Credential, LinkHeader, Listing, PageGuard, Paging, Provider, RetryPolicy } from "@scanjobs/core"
import { assert, describe, it, layer } from "@effect/vitest"
import { Effect, Layer, Redacted, Result, Schema, Stream } from "effect"
import { HttpApiEndpoint, HttpApiSecurity } from "effect/http-api"
import * as Vendor from "../Vendor.ts"

const Row = Schema.Struct({ id: Schema.Int })
type Row = typeof Row.Type

const optionalInt = Schema.optionalKey(Schema.Int)
const Place = {
  skip: optionalInt,
  page: optionalInt,
  after: optionalInt,
  token: Schema.optionalKey(Schema.String),
  top: Schema.Int
}
const Body = <R extends Schema.Constraint>(row: R) =>
  Schema.Struct({
    rows: Schema.Array(row),
    next: Schema.optionalKey(Schema.NullOr(Schema.String)),
    total: Schema.optionalKey(Schema.Int)
  })

const inQuery = Listing.make({
  row: Row,
  endpoint: (row) =>
    HttpApiEndpoint.get("rows", "/projects/:project/rows", {
      params: { project: Schema.String },
      query: Place,
      success: Body(row)
    }),
  scope: Schema.String
})
const inBody = Listing.make({
  row: Row,
  endpoint: (row) => HttpApiEndpoint.post("search", "/search", { payload: Schema.Struct(Place), success: Body(row) })
})

interface Settings {
  readonly top: number
  readonly baseUrl: string
}

const at = (project: string) => ({ project })

/** Each strategy as a plugin would have it, and the rows before the place that a request names. */
const strategies = {
  offset: {
    paging: Paging.offset<Settings, typeof inQuery>({
      size: ({ connection }) => connection.top,
      request: ({ scope }, { offset, size }) => ({ params: at(scope), query: { skip: offset, top: size } }),
      offset: ({ query }) => query.skip ?? 0
    }),
    before: ({ skip }: Asked) => skip ?? 0
  },
  "offset to a total": {
    paging: Paging.offset<Settings, typeof inQuery>({
      size: ({ connection }) => connection.top,
      request: ({ scope }, { offset, size }) => ({ params: at(scope), query: { skip: offset, top: size } }),
      offset: ({ query }) => query.skip ?? 0,
      end: "total"
    }),
    before: ({ skip }: Asked) => skip ?? 0
  },
  "offset from 1": {
    paging: Paging.offset<Settings, typeof inQuery>({
      start: 1,
      size: ({ connection }) => connection.top,
      request: ({ scope }, { offset, size }) => ({ params: at(scope), query: { skip: offset, top: size } }),
      offset: ({ query }) => query.skip ?? 0
    }),
    before: ({ skip }: Asked) => (skip ?? 0) - 1
  },
  "page number": {
    paging: Paging.pageNumber<Settings, typeof inQuery>({
      size: ({ connection }) => connection.top,
      request: ({ scope }, { page, size }) => ({ params: at(scope), query: { page, top: size } }),
      page: ({ query }) => query.page ?? 0
    }),
    before: ({ page, top }: Asked) => ((page ?? 0) - 1) * top
  },
  "page number from 0": {
    paging: Paging.pageNumber<Settings, typeof inQuery>({
      start: 0,
      size: ({ connection }) => connection.top,
      request: ({ scope }, { page, size }) => ({ params: at(scope), query: { page, top: size } }),
      page: ({ query }) => query.page ?? -1,
      end: "short"
    }),
    before: ({ page, top }: Asked) => (page ?? 0) * top
  },
  "offset by a flag": {
    paging: Paging.offset<Settings, typeof inQuery>({
      size: ({ connection }) => connection.top,
      request: ({ scope }, { offset, size }) => ({ params: at(scope), query: { skip: offset, top: size } }),
      offset: ({ query }) => query.skip ?? 0,
      more: ({ body }) => typeof body.next === "string"
    }),
    before: ({ skip }: Asked) => skip ?? 0
  },
  "page number by a link": {
    paging: Paging.pageNumber<Settings, typeof inQuery>({
      size: ({ connection }) => connection.top,
      request: ({ scope }, { page, size }) => ({ params: at(scope), query: { page, top: size } }),
      page: ({ query }) => query.page ?? 0,
      more: ({ headers }) => LinkHeader.find(headers["link"], "next") !== undefined
    }),
    before: ({ page, top }: Asked) => ((page ?? 0) - 1) * top
  },
  cursor: {
    paging: Paging.cursor<Settings, typeof inQuery>({
      request: ({ connection: { top }, scope }, token) => ({
        params: at(scope),
        query: token === undefined ? { top } : { top, token }
      }),
      token: ({ body }) => body.next
    }),
    before: ({ token }: Asked) => Number(token ?? 0)
  },
  "next link": {
    paging: Paging.nextLink<Settings, typeof inQuery>({
      request: ({ connection: { top }, scope }) => ({ params: at(scope), query: { top } }),
      link: ({ next }) => next
    }),
    before: ({ skip }: Asked) => skip ?? 0
  },
  "link header": {
    paging: Paging.linkHeader<Settings, typeof inQuery>({
      request: ({ connection: { top }, scope }) => ({ params: at(scope), query: { top } })
    }),
    before: ({ skip }: Asked) => skip ?? 0
  },
  keyset: {
    paging: Paging.keyset<Settings, typeof inQuery, number>({
      key: ({ id }) => id,
      request: ({ connection: { top }, scope }, after) => ({
        params: at(scope),
        query: after === undefined ? { top } : { top, after }
      })
    }),
    before: ({ after }: Asked) => (after === undefined ? 0 : after / 10 + 1)
  },
  single: {
    paging: Paging.single<Settings, typeof inQuery>({
      request: ({ scope }) => ({ params: at(scope), query: { top: 1_000_000 } })
    }),
    before: () => 0
  }
}

interface Asked {
  readonly skip?: number | undefined
  readonly page?: number | undefined
  readonly after?: number | undefined
  readonly token?: string | undefined
  readonly top: number
}

const numberIn = (query: URLSearchParams, name: string) => (query.has(name) ? Number(query.get(name)) : undefined)

const askedOf = ({ searchParams }: URL): Asked => ({
  skip: numberIn(searchParams, "skip"),
  page: numberIn(searchParams, "page"),
  after: numberIn(searchParams, "after"),
  token: searchParams.get("token") ?? undefined,
  top: Number(searchParams.get("top") ?? 1)
})

const rowsOf = (count: number): ReadonlyArray<Row> => Array.from({ length: count }, (_, index) => ({ id: index * 10 }))

/** Answers with the page that is asked for; never with more than `most` rows, and what comes next in every way at once. */
const pageOf = (
  all: ReadonlyArray<unknown>,
  { top }: Asked,
  before: number,
  most = top,
  prefix = "",
  total?: number
): Vendor.Answer => {
  const rows = all.slice(before, before + Math.min(top, most))
  const end = before + rows.length
  const isLast = end >= all.length
  const link = isLast ? {} : { link: `</elsewhere/rows?skip=${end}&top=${top}>; rel="next"` }
  return Vendor.json({ rows, next: isLast ? null : `${prefix}${end}`, total }, 200, link)
}

const settings = (origin: string, top: number) =>
  ({ provider: "acme", name: "main", token: Redacted.make(Vendor.canary), baseUrl: origin, top }) as const

const providerOf = (paging: Paging.Strategy<Settings, typeof inQuery>) =>
  Provider.make("acme", {
    connection: { token: Schema.Redacted(Schema.String), top: Schema.Int },
    security: HttpApiSecurity.bearer,
    listings: { rows: inQuery }
  })({
    baseUrl: () => "https://acme.invalid",
    credential: ({ token }) => Credential.fixed(token),
    listings: {
      rows: {
        paging: {
          first: (start) => paging.first({ ...start, connection: settingsOf(start.connection) }),
          next: (turn) => paging.next({ ...turn, connection: settingsOf(turn.connection) }),
          ...(paging.tellsLast === true ? tellingLast(paging) : {})
        },
        scopes: () => ["p"],
        rows: ({ rows }) => rows,
        total: ({ total }) => total,
        job: (row) => ({
          vendorId: String(row.id),
          kind: "run",
          category: "web",
          state: "succeeded",
          vendorState: null
        })
      }
    }
  })

/** Strategies that tell which page is the last are also read ahead here. */
const tellingLast = ({ ahead }: Paging.Strategy<Settings, typeof inQuery>): Partial<Ahead> => ({
  tellsLast: true,
  ahead: (step) => ahead?.({ ...step, connection: settingsOf(step.connection) })
})

interface Ahead {
  readonly tellsLast: true
  readonly ahead: (step: Step) => Listing.RequestOf<(typeof inQuery)["~Endpoint"]> | undefined
}

type Step = Omit<Paging.Step<Settings, typeof inQuery>, "connection"> & {
  readonly connection: { readonly baseUrl?: string; readonly top: number }
}

const settingsOf = ({ baseUrl = "", top }: { readonly baseUrl?: string; readonly top: number }) => ({ baseUrl, top })

const live = Layer.merge(NodeHttpClient.layerUndici, RetryPolicy.layer({ times: 0 }))

layer(live, { excludeTestServices: true })("each page strategy", (it) => {
  for (const [name, { before, paging }] of Object.entries(strategies)) {
    const provider = providerOf(paging)
    const served = (count: number, most?: number) =>
      Vendor.serve(({ url }) => {
        const asked = askedOf(url)
        return pageOf(rowsOf(count), asked, before(asked), most, name === "next link" ? "?skip=" : "")
      })

    it.effect.each([0, 1, 2, 3, 4, 7])(`${name}: gives %d rows in pages of 2, each once and in order`, (count) =>
      Effect.gen(function* () {
        const vendor = yield* served(count)
        const jobs = yield* Stream.runCollect(provider.jobs(settings(vendor.origin, 2)))
        assert.deepStrictEqual(
          jobs.map(({ vendorId }) => Number(vendorId)),
          rowsOf(count).map(({ id }) => id)
        )
        for (const { url } of vendor.seen) assert.strictEqual(url.pathname, "/projects/p/rows")
      }).pipe(Effect.scoped)
    )

    it.effect(`${name}: goes on from any of its pages`, () =>
      Effect.gen(function* () {
        const vendor = yield* served(7)
        const connection = settings(vendor.origin, 2)
        const pages = yield* Stream.runCollect(provider.pages(connection))
        let given = 0
        for (const { jobs, next } of pages) {
          given += jobs.length
          const rest = yield* Stream.runCollect(provider.jobs(connection, {}, { resume: [next] }))
          assert.strictEqual(given + rest.length, 7)
        }
      }).pipe(Effect.scoped)
    )
  }

  it.effect("offset: counts the rows that came, where the vendor gives smaller pages than it is asked for", () =>
    Effect.gen(function* () {
      const vendor = yield* Vendor.serve(({ url }) => pageOf(rowsOf(10), askedOf(url), askedOf(url).skip ?? 0, 3))
      const jobs = yield* Stream.runCollect(providerOf(strategies.offset.paging).jobs(settings(vendor.origin, 100)))
      assert.lengthOf(jobs, 10)
    }).pipe(Effect.scoped)
  )

  const counted = (total: number, gap: (skip: number) => boolean) =>
    Effect.gen(function* () {
      const vendor = yield* Vendor.serve(({ url }) => {
        const asked = askedOf(url)
        const skip = asked.skip ?? 0
        return gap(skip) ? Vendor.json({ rows: [], total }) : pageOf(rowsOf(10), asked, skip, asked.top, "", total)
      })
      const jobs = providerOf({ ...strategies["offset to a total"].paging }).jobs(settings(vendor.origin, 2))
      return yield* Effect.result(Stream.runCollect(jobs))
    })

  it.effect("offset to a total: goes on behind a page without rows before it", () =>
    Effect.gen(function* () {
      const read = yield* counted(8, (skip) => skip === 4)
      assert.deepStrictEqual(
        Result.getOrThrow(read).map(({ vendorId }) => vendorId),
        ["0", "10", "20", "30", "60", "70", "80", "90"]
      )
    }).pipe(Effect.scoped)
  )

  it.effect("offset to a total: fails where nothing comes behind the gap", () =>
    Effect.gen(function* () {
      const read = yield* counted(10, (skip) => skip >= 2)
      assert.isTrue(Result.isFailure(read) && read.failure.reason._tag === "Incomplete")
    }).pipe(Effect.scoped)
  )

  it.effect("offset to a total: ends at a page without rows where the total stands for unknown", () =>
    Effect.gen(function* () {
      const vendor = yield* Vendor.serve(() => Vendor.json({ rows: [], total: 2 ** 31 - 1 }))
      const jobs = providerOf(strategies["offset to a total"].paging).jobs(settings(vendor.origin, 2))
      assert.lengthOf(yield* Stream.runCollect(jobs), 0)
      assert.lengthOf(vendor.seen, 1)
    }).pipe(Effect.scoped)
  )

  const flagged = strategies["offset by a flag"]
  const byLink = strategies["page number by a link"]
  const behind = (before: number, count: number) => before > 0 && before >= count

  it.effect.each([1, 8])(
    "by a flag or a link: the page behind the last one, which the vendor refuses, does not count, with %d pages at once",
    (pageConcurrency) =>
      Effect.gen(function* () {
        for (const { before, paging } of [flagged, byLink]) {
          for (const count of [0, 2, 6, 7]) {
            const vendor = yield* Vendor.serve(({ url }) => {
              const asked = askedOf(url)
              const from = before(asked)
              return behind(from, count)
                ? Vendor.json({ error: "no such page" }, 404)
                : pageOf(rowsOf(count), asked, from)
            })
            const jobs = providerOf(paging).jobs(settings(vendor.origin, 2), {}, { pageConcurrency })
            assert.lengthOf(yield* Stream.runCollect(jobs), count)
            if (pageConcurrency === 1) assert.lengthOf(vendor.seen, Math.max(1, Math.ceil(count / 2)))
          }
        }
      }).pipe(Effect.scoped)
  )

  it.effect("by a flag: reads no page behind the last one ahead, where the total says which that is", () =>
    Effect.gen(function* () {
      const vendor = yield* Vendor.serve(({ url }) => pageOf(rowsOf(6), askedOf(url), askedOf(url).skip ?? 0, 2, "", 6))
      yield* Stream.runDrain(providerOf(flagged.paging).jobs(settings(vendor.origin, 2), {}, { pageConcurrency: 8 }))
      assert.lengthOf(vendor.seen, 3)
    }).pipe(Effect.scoped)
  )

  it.effect("by a flag: goes on behind a page without rows that says that there is more", () =>
    Effect.gen(function* () {
      const vendor = yield* Vendor.serve(({ url }) => {
        const asked = askedOf(url)
        return asked.skip === 2 ? Vendor.json({ rows: [], next: "more" }) : pageOf(rowsOf(6), asked, asked.skip ?? 0)
      })
      const jobs = yield* Stream.runCollect(providerOf(flagged.paging).jobs(settings(vendor.origin, 2)))
      assert.deepStrictEqual(
        jobs.map(({ vendorId }) => vendorId),
        ["0", "10", "40", "50"]
      )
    }).pipe(Effect.scoped)
  )

  it.effect("by a flag: fails where plain JavaScript names a flag that the answer lacks, rather than ends", () =>
    Effect.gen(function* () {
      const vendor = yield* Vendor.serve(({ url }) => pageOf(rowsOf(4), askedOf(url), askedOf(url).skip ?? 0))
      const lacking: Function = () => undefined
      const paging = Paging.offset<Settings, typeof inQuery>({
        size: 2,
        request: ({ scope }, { offset, size }) => ({ params: at(scope), query: { skip: offset, top: size } }),
        offset: ({ query }) => query.skip ?? 0,
        more: (turn) => lacking(turn)
      })
      const failure = yield* Effect.flip(Stream.runDrain(providerOf(paging).jobs(settings(vendor.origin, 2))))
      assert.include(failure.message, "`more` gave undefined, which is neither true nor false")
    }).pipe(Effect.scoped)
  )

  it.effect("keyset: a page whose rows are all bad stalls, rather than ends", () =>
    Effect.gen(function* () {
      const vendor = yield* Vendor.serve(({ url }) => pageOf([{ id: "x" }, { id: "y" }], askedOf(url), 0))
      const provider = providerOf(strategies.keyset.paging)
      const failure = yield* Effect.flip(Stream.runDrain(provider.jobs(settings(vendor.origin, 2))))
      assert.strictEqual(failure.reason._tag, "PaginationStalled")
    }).pipe(Effect.scoped, Effect.provide(PageGuard.layer({})))
  )

  it.effect("offset: pages in the body, from 1 on", () =>
    Effect.gen(function* () {
      const asked: Array<unknown> = []
      const Searched = Provider.make("acme", {
        connection: { token: Schema.Redacted(Schema.String), top: Schema.Int },
        security: HttpApiSecurity.bearer,
        listings: { rows: inBody }
      })({
        baseUrl: () => "https://acme.invalid",
        credential: ({ token }) => Credential.fixed(token),
        listings: {
          rows: {
            paging: Paging.offset({
              start: 1,
              size: ({ connection }) => connection.top,
              request: (_, { offset, size }) => ({ payload: { skip: offset, top: size } }),
              offset: ({ payload }) => payload.skip ?? 1
            }),
            rows: ({ rows }) => rows,
            job: ({ id }) => ({
              vendorId: String(id),
              kind: "run",
              category: "web",
              state: "succeeded",
              vendorState: null
            })
          }
        }
      })
      const vendor = yield* Vendor.serve(({ body }) => {
        const payload: Asked = JSON.parse(body)
        asked.push(payload)
        return pageOf(rowsOf(3), payload, (payload.skip ?? 0) - 1)
      })
      const jobs = yield* Stream.runCollect(Searched.jobs(settings(vendor.origin, 2)))
      assert.lengthOf(jobs, 3)
      assert.deepStrictEqual(asked, [
        { skip: 1, top: 2 },
        { skip: 3, top: 2 },
        { skip: 4, top: 2 }
      ])
    }).pipe(Effect.scoped)
  )
})

describe("Paging.offset.ahead", () => {
  it("goes on by as much as from one request to the next", () => {
    const { ahead } = strategies.offset.paging
    const request = { params: at("p"), query: { skip: 10, top: 5 } }
    const next = { params: at("p"), query: { skip: 13, top: 5 } }
    const start = { connection: { top: 5, baseUrl: "" }, scope: "p", parent: null, query: {}, now: 0, part: undefined }
    assert.deepStrictEqual(ahead?.({ ...start, request, next })?.query, { skip: 16, top: 5 })
  })
})

describe("Paging.pageNumber.ahead", () => {
  it("is the page after", () => {
    const { ahead } = strategies["page number"].paging
    const request = { params: at("p"), query: { page: 1, top: 5 } }
    const next = { params: at("p"), query: { page: 2, top: 5 } }
    const start = { connection: { top: 5, baseUrl: "" }, scope: "p", parent: null, query: {}, now: 0, part: undefined }
    assert.deepStrictEqual(ahead?.({ ...start, request, next })?.query, { page: 3, top: 5 })
  })
})
