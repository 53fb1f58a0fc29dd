import { NodeHttpClient } from "@effect/platform-node"
import { Credential, Listing, Paging, Provider, RetryPolicy } from "@scanjobs/core"
import { assert, layer } from "@effect/vitest"
import { Effect, Layer, Redacted, Schema } from "effect"
import { HttpApiEndpoint, HttpApiSecurity } from "effect/http-api"
import * as Outcome from "../Outcome.ts"
import * as Vendor from "../Vendor.ts"

const live = Layer.merge(NodeHttpClient.layerUndici, RetryPolicy.layer({ times: 0 }))

const Row = Schema.Struct({ id: Schema.String, created: Schema.NullOr(Schema.String) })
type Row = typeof Row.Type

const query = { offset: Schema.Int, limit: Schema.Int, since: Schema.optionalKey(Schema.String) }

const whole = Listing.make({
  row: Row,
  endpoint: (row) =>
    HttpApiEndpoint.get("whole", "/whole", { query, success: Schema.Struct({ rows: Schema.Array(row) }) })
})
const byIds = Listing.make({
  row: Row,
  endpoint: () =>
    HttpApiEndpoint.get("ids", "/ids", { query, success: Schema.Struct({ ids: Schema.Array(Schema.String) }) }),
  details: {
    size: 3,
    endpoint: (row) =>
      HttpApiEndpoint.get("some", "/some", {
        query: { ids: Schema.Array(Schema.String) },
        success: Schema.Struct({ rows: Schema.Array(row) })
      })
  }
})

/** How deep the vendor's offsets reach. */
const deepest = 12

const paging = {
  size: 4,
  request: (_: unknown, { offset, since, size }: Paging.Rows) => ({
    query: { offset, limit: size, ...(since === undefined ? {} : { since }) }
  }),
  offset: (request: { readonly query: { readonly offset: number } }) => request.query.offset,
  deepest: {
    rows: deepest,
    key: ({ created }: Row) => created ?? undefined,
    since: (request: { readonly query: { readonly since?: string } }) => request.query.since
  }
}

const job = ({ id }: Row) =>
  ({ vendorId: id, kind: "run", category: "web", state: "unknown", vendorState: null }) as const

const Acme = Provider.make("acme", {
  connection: {},
  security: HttpApiSecurity.bearer,
  listings: { whole, byIds }
})({
  baseUrl: () => "https://acme.invalid",
  credential: () => Credential.fixed(Redacted.make(Vendor.canary)),
  listings: {
    whole: { paging: Paging.offset(paging), rows: ({ rows }) => rows, job },
    byIds: {
      paging: Paging.offset(paging),
      ids: ({ ids }) => ids,
      details: { request: (ids) => ({ query: { ids } }), rows: ({ rows }) => rows, id: ({ id }) => id },
      job
    }
  }
})

type Name = "whole" | "byIds"

/** A vendor that refuses what reaches deeper. */
const serve = (all: ReadonlyArray<Row>, gone: ReadonlyArray<string> = []) =>
  Vendor.serve(({ url: { pathname, searchParams } }) => {
    if (pathname === "/some") {
      const asked = searchParams.getAll("ids")
      return Vendor.json({ rows: all.filter(({ id }) => asked.includes(id) && !gone.includes(id)) })
    }
    const offset = Number(searchParams.get("offset"))
    const limit = Number(searchParams.get("limit"))
    if (offset + limit > deepest) return Vendor.json({}, 400)
    const since = searchParams.get("since") ?? ""
    const rows = all.filter(({ created }) => (created ?? "") >= since).slice(offset, offset + limit)
    return Vendor.json(pathname === "/ids" ? { ids: rows.map(({ id }) => id) } : { rows })
  })

const read = ({ origin }: Vendor.Vendor, listing: Name, run: Provider.RunOptions<Name> = {}) =>
  Outcome.of(Acme.pages({ provider: "acme", name: "main", baseUrl: origin }, {}, { listings: [listing], ...run }))

const rowsOf = (count: number, createdOf: (index: number) => string | null = String) =>
  Array.from({ length: count }, (_, index) => {
    const created = createdOf(100 + index)
    return { id: `r${index}`, created }
  })

const idsOf = (rows: ReadonlyArray<Row>) => rows.map(({ id }) => id)

layer(live, { excludeTestServices: true })("a list whose offsets reach only so deep", (it) => {
  for (const listing of ["whole", "byIds"] as const) {
    for (const pageConcurrency of [1, 4]) {
      it.effect.each([0, 1, 11, 12, 13, 24, 61])(
        `is read whole: ${listing}, ${pageConcurrency} at once, %d rows`,
        (count) =>
          Effect.gen(function* () {
            const all = rowsOf(count)
            const { failure, ids } = yield* read(yield* serve(all), listing, { pageConcurrency })
            assert.isUndefined(failure)
            assert.deepStrictEqual(ids, idsOf(all))
          })
      )
    }

    it.effect(`has each row once, although several have the same key where it is read on: ${listing}`, () =>
      Effect.gen(function* () {
        const all = rowsOf(40, (index) => String(Math.floor(index / 3)))
        const { failure, ids } = yield* read(yield* serve(all), listing)
        assert.isUndefined(failure)
        assert.deepStrictEqual(ids, idsOf(all))
      })
    )

    it.effect(`is resumed at any page: ${listing}`, () =>
      Effect.gen(function* () {
        const all = rowsOf(30)
        const vendor = yield* serve(all)
        const { pages } = yield* read(vendor, listing)
        assert.isAbove(pages.length, 8)
        let given = 0
        for (const { jobs, next } of pages) {
          given += jobs.length
          const rest = yield* read(vendor, listing, { resume: [next] })
          assert.includeMembers([...rest.ids], idsOf(all.slice(given)))
        }
      })
    )

    it.effect(`is read on from the last row that has a key: ${listing}`, () =>
      Effect.gen(function* () {
        const all = rowsOf(20, (index) => (index === 111 ? null : String(index)))
        const { failure, ids } = yield* read(yield* serve(all), listing)
        assert.isUndefined(failure)
        assert.deepStrictEqual(ids, idsOf(all))
      })
    )

    it.effect(`fails as the vendor refuses it, where no row of a page has a key: ${listing}`, () =>
      Effect.gen(function* () {
        const { failure, ids } = yield* read(yield* serve(rowsOf(20, () => null)), listing)
        assert.strictEqual(failure?.reason._tag, "VendorRejected")
        assert.lengthOf(ids, deepest)
      })
    )

    it.effect(`stalls where more rows have one key than offsets reach: ${listing}`, () =>
      Effect.gen(function* () {
        const { failure } = yield* read(yield* serve(rowsOf(20, () => "same")), listing)
        assert.strictEqual(failure?.reason._tag, "PaginationStalled")
      })
    )
  }

  it.effect("asks no deeper, and from the key on as few pages as before", () =>
    Effect.gen(function* () {
      const vendor = yield* serve(rowsOf(15))
      yield* read(vendor, "whole")
      assert.deepStrictEqual(
        vendor.seen.map(({ url: { search } }) => search),
        [
          "?offset=0&limit=4",
          "?offset=4&limit=4",
          "?offset=8&limit=4",
          "?offset=0&limit=4&since=111",
          "?offset=4&limit=4&since=111"
        ]
      )
    })
  )

  it.effect("is read on although the last row vanished meanwhile", () =>
    Effect.gen(function* () {
      const all = rowsOf(20)
      const { failure, ids, notes } = yield* read(yield* serve(all, ["r11"]), "byIds")
      assert.isUndefined(failure)
      assert.deepStrictEqual(
        ids,
        idsOf(all).filter((id) => id !== "r11")
      )
      assert.include(notes[0], "r11")
    })
  )
})
