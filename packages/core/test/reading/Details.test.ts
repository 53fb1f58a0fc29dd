import { NodeHttpClient } from "@effect/platform-node"
import { Credential, Listing, Provider, type Reason, RetryPolicy } from "@scanjobs/core"
import { assert, layer } from "@effect/vitest"
import { Effect, Layer, Redacted, Schema } from "effect"
import { HttpApiEndpoint, HttpApiSecurity } from "effect/http-api"
import * as Outcome from "../Outcome.ts"
import * as Vendor from "../Vendor.ts"

const live = Layer.merge(NodeHttpClient.layerUndici, RetryPolicy.layer({ times: 0 }))

const Row = Schema.Struct({ id: Schema.String, state: Schema.String })
const ids = HttpApiEndpoint.get("ids", "/ids", {
  query: { offset: Schema.Int, limit: Schema.Int },
  success: Schema.Struct({ ids: Schema.Array(Schema.String), total: Schema.optionalKey(Schema.Int) })
})
const found = <R extends Schema.Constraint>(row: R) => Schema.Struct({ rows: Schema.Array(row) })

const byGet = Listing.make({
  row: Row,
  endpoint: () => ids,
  details: {
    size: 2,
    endpoint: (row) =>
      HttpApiEndpoint.get("rows", "/rows", { query: { ids: Schema.Array(Schema.String) }, success: found(row) })
  }
})
const byPost = Listing.make({
  row: Row,
  endpoint: () => ids,
  details: {
    size: 2,
    endpoint: (row) =>
      HttpApiEndpoint.post("find", "/find", {
        payload: Schema.Struct({ ids: Schema.Array(Schema.String) }),
        success: found(row)
      })
  }
})
const oneByOne = Listing.make({
  row: Row,
  endpoint: () => ids,
  details: {
    size: 1,
    endpoint: (row) => HttpApiEndpoint.get("row", "/row/:id", { params: { id: Schema.String }, success: found(row) })
  }
})

const job = (row: typeof Row.Type) =>
  ({
    vendorId: row.id,
    kind: "run",
    category: "web",
    state: row.state === "done" ? "succeeded" : "unknown",
    vendorState: row.state
  }) as const

interface Turn {
  readonly received: number
  readonly request: { readonly query: { readonly offset: number; readonly limit: number } }
}

const paging = {
  first: () => ({ query: { offset: 0, limit: 5 } }),
  next: ({ received, request: { query } }: Turn) =>
    received === 0 ? undefined : { query: { ...query, offset: query.offset + received } },
  ids: (body: (typeof ids)["~Success"]["Type"]) => body.ids,
  total: (body: (typeof ids)["~Success"]["Type"]) => body.total,
  job
}
const rows = {
  rows: (body: { readonly rows: ReadonlyArray<typeof Row.Type> }) => body.rows,
  id: ({ id }: typeof Row.Type) => id
}

const Acme = Provider.make("acme", {
  connection: {},
  security: HttpApiSecurity.bearer,
  listings: { byGet, byPost, oneByOne }
})({
  baseUrl: () => "https://acme.invalid",
  credential: () => Credential.fixed(Redacted.make(Vendor.canary)),
  listings: {
    byGet: { ...paging, details: { ...rows, request: (some) => ({ query: { ids: some } }) } },
    byPost: { ...paging, details: { ...rows, request: (some) => ({ payload: { ids: some } }) } },
    oneByOne: {
      ...paging,
      details: {
        ...rows,
        request: ([id = ""]) => ({ params: { id } }),
        absent: (reason: Reason.Refusal, ids: ReadonlyArray<string>) =>
          reason.status === 404 && ids.length === 1 ? `${ids[0]} was deleted meanwhile` : undefined
      }
    }
  }
})

type Name = "byGet" | "byPost" | "oneByOne"

const all = Array.from({ length: 7 }, (_, index) => `r${index}`)

/** Which ids a request asks for. */
const askedOf = ({ body, url }: Vendor.Seen): ReadonlyArray<string> => {
  if (url.pathname === "/find") return JSON.parse(body).ids
  return url.pathname === "/rows" ? url.searchParams.getAll("ids") : [url.pathname.split("/").at(-1) ?? ""]
}

/** Answers with the rows in the opposite order; `rowOf` replaces a row, and `undefined` leaves it out. */
const serve = (
  rowOf: (id: string) => unknown = (id) => ({ id, state: "done" }),
  told: object = {},
  special: (seen: Vendor.Seen) => Vendor.Answer | undefined = () => undefined
) =>
  Vendor.serve((seen) => {
    const { url } = seen
    const given = special(seen)
    if (given !== undefined) return given
    if (url.pathname === "/ids") {
      const offset = Number(url.searchParams.get("offset"))
      return Vendor.json({ ids: all.slice(offset, offset + Number(url.searchParams.get("limit"))), ...told })
    }
    const found = askedOf(seen).flatMap((id) => rowOf(id) ?? [])
    return found.length === 0 && url.pathname.startsWith("/row/")
      ? Vendor.json({}, 404)
      : Vendor.json({ rows: found.toReversed() })
  })

const read = ({ origin }: Vendor.Vendor, listing: Name = "byGet", run: Provider.RunOptions<Name> = {}) =>
  Outcome.of(Acme.pages({ provider: "acme", name: "main", baseUrl: origin }, {}, { listings: [listing], ...run }))

layer(live, { excludeTestServices: true })("a listing of ids", (it) => {
  for (const listing of ["byGet", "byPost", "oneByOne"] as const) {
    it.effect(`gives its rows in the order of the ids, so many at once as the vendor takes: ${listing}`, () =>
      Effect.gen(function* () {
        const vendor = yield* serve()
        const { failure, ids: given, notes } = yield* read(vendor, listing)
        assert.isUndefined(failure)
        assert.deepStrictEqual(given, all)
        assert.deepStrictEqual(notes, [])
        const asked = vendor.seen.filter(({ url }) => url.pathname !== "/ids").map(askedOf)
        assert.deepStrictEqual(asked.flat(), all)
        assert.strictEqual(Math.max(...asked.map(({ length }) => length)), listing === "oneByOne" ? 1 : 2)
      })
    )

    it.effect(`goes on from each page of ids: ${listing}`, () =>
      Effect.gen(function* () {
        const vendor = yield* serve()
        const { pages } = yield* read(vendor, listing)
        assert.lengthOf(pages, 3)
        let given = 0
        for (const { jobs, next } of pages) {
          given += jobs.length
          const rest = yield* read(vendor, listing, { resume: [next] })
          assert.strictEqual(given + rest.ids.length, all.length)
        }
      })
    )

    it.effect(`notes the ids for which no row comes, and counts them: ${listing}`, () =>
      Effect.gen(function* () {
        const isGone = (id: string) => id === "r1" || id === "r2"
        const vendor = yield* serve((id) => (isGone(id) ? undefined : { id, state: "done" }), { total: all.length })
        const { failure, ids: given, notes } = yield* read(vendor, listing)
        assert.isUndefined(failure)
        assert.deepStrictEqual(
          given,
          all.filter((id) => !isGone(id))
        )
        const why = listing === "oneByOne" ? ": r1 was deleted meanwhile; r2 was deleted meanwhile" : ""
        assert.deepStrictEqual(notes, [`the vendor lists ids and gives no rows for them (r1, r2)${why}`])
      })
    )
  }

  it.effect("has no part of a request in the id of a job", () =>
    Effect.gen(function* () {
      const { jobs } = yield* read(yield* serve())
      assert.strictEqual(jobs[3]?.id, "acme/main/byGet/r3")
    })
  )

  it.effect("rejects a row that does not fit alone, and does not take its id for missing", () =>
    Effect.gen(function* () {
      const vendor = yield* serve((id) => (id === "r6" ? { id, state: 7 } : { id, state: "done" }))
      const { ids: given, notes, rejected } = yield* read(vendor)
      assert.deepStrictEqual(given, all.slice(0, 6))
      assert.deepStrictEqual(notes, [])
      assert.deepStrictEqual(
        rejected.map(({ index, path, raw }) => ({ index, path, raw })),
        [{ index: 0, path: "state", raw: { id: "r6", state: 7 } }]
      )
    })
  )

  it.effect("leaves out rows that were not asked for, with a note", () =>
    Effect.gen(function* () {
      const vendor = yield* serve((id) => (id === "r6" ? { id: "R6", state: "done" } : { id, state: "done" }))
      const { ids: given, notes } = yield* read(vendor)
      assert.deepStrictEqual(given, all.slice(0, 6))
      assert.deepStrictEqual(notes, [
        "the vendor lists ids and gives no rows for them (r6)",
        "1 rows came that were not asked for by their ids, and were left out"
      ])
    })
  )

  it.effect("fails at the page of ids whose rows cannot be had, and goes on from there", () =>
    Effect.gen(function* () {
      let isDown = true
      const vendor = yield* serve(undefined, {}, ({ url }) =>
        isDown && url.searchParams.getAll("ids").includes("r5") ? Vendor.json({}, 400) : undefined
      )
      const { failure, ids: given } = yield* read(vendor)
      assert.deepStrictEqual(given, all.slice(0, 5))
      assert.strictEqual(failure?.reason._tag, "VendorRejected")
      isDown = false
      const resume = failure?.resume === undefined || failure.resume === null ? [] : [failure.resume]
      const rest = yield* read(vendor, "byGet", { resume })
      assert.deepStrictEqual(rest.ids, all.slice(5))
    })
  )

  it.effect("fails where the total says that there are more ids", () =>
    Effect.gen(function* () {
      const { failure } = yield* read(yield* serve(undefined, { total: 9 }))
      assert.deepInclude(failure?.reason, { _tag: "Incomplete", expected: 9, received: 7 })
    })
  )
})
