import { AvePoint } from "@scanjobs/avepoint"
import * as AvePointEmulator from "@scanjobs/avepoint/emulator"
import { Progress } from "@scanjobs/core"
import { type Emulator, Faults } from "@scanjobs/testing"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Stream } from "effect"
import { HttpServerResponse } from "effect/http"
import { connect, Fast, ids, jobs, list, told, untilError } from "./Tenant.ts"

const all = jobs(25)
const allIds = all.map(({ id }) => id)

const tenant = (quirks: Partial<AvePointEmulator.Quirks>, options: AvePointEmulator.Options = {}) =>
  AvePointEmulator.serve({ jobs: all, quirks, ...options })

describe("where AvePoint's documentation and samples disagree, or are silent", () => {
  it.live("A1: a link on a page that has everything is followed, and the list still ends", () =>
    Effect.gen(function* () {
      const vendor = yield* tenant({ end: "always" })
      assert.deepStrictEqual(yield* ids(connect(vendor)), allIds)
    })
  )

  for (const links of ["items", "pages", "overlap", "relative"] as const) {
    for (const end of ["absent", "null", "empty", "always"] as const) {
      it.live(`A2, A4: links "${links}" that end "${end}" give each job once, in order`, () =>
        Effect.gen(function* () {
          const vendor = yield* tenant({ links, end })
          assert.deepStrictEqual(yield* ids(connect(vendor, { pageSize: 4 })), allIds)
          assert.deepStrictEqual(yield* vendor.ledger.violations, [])
        })
      )
    }
  }

  it.live("A2: the published link, which overlaps by an item, costs requests but no job", () =>
    Effect.gen(function* () {
      const vendor = yield* tenant({ links: "overlap" })
      const events: Array<Progress.Event> = []
      const found = yield* ids(connect(vendor, { pageSize: 2 })).pipe(Effect.provide(Progress.layer(told(events))))
      assert.deepStrictEqual(found, allIds)
      const repeats = events.map((event) => (event._tag === "PageRead" ? event.repeats : 0))
      assert.isAbove(
        repeats.reduce((sum, n) => sum + n, 0),
        20
      )
    })
  )

  it.live("A2: the setting `offset` counts items instead", () =>
    Effect.gen(function* () {
      const items = yield* tenant({ end: "absent" })
      assert.deepStrictEqual(yield* ids(connect(items, { paging: "offset", pageSize: 4 })), allIds)
      // Pages that are read ahead arrive in any order.
      assert.deepStrictEqual(
        (yield* items.ledger.to("jobs")).map(({ query }) => Number(query["skip"])).toSorted((a, b) => a - b),
        [0, 4, 8, 12, 16, 20, 24, 25]
      )
    })
  )

  for (const total of ["page", "absent", 0, 3, 2147483647] as const) {
    it.live(`A3: a total of ${total === "page" ? "the page's rows" : total} ends nothing early`, () =>
      Effect.gen(function* () {
        const vendor = yield* tenant({ total })
        assert.deepStrictEqual(yield* ids(connect(vendor, { pageSize: 4 })), allIds)
      })
    )
  }

  for (const links of ["items", "pages", "overlap"] as const) {
    it.live(`A3, A7: a list with links "${links}" that ends below its total is incomplete, after all its jobs`, () =>
      Effect.gen(function* () {
        const vendor = yield* tenant({ links, end: "absent", total: 950 })
        const { error, rows } = yield* untilError(connect(vendor, { pageSize: 4 }))
        assert.deepInclude(error.reason, { _tag: "Incomplete", expected: 950, received: 25 })
        assert.strictEqual(rows, 25)
      })
    )
  }

  it.live("A5: a link to another origin is an error, the rows before it stay, and no request leaves", () =>
    Effect.gen(function* () {
      const other = yield* tenant({})
      const vendor = yield* tenant({ foreign: other.baseUrl })
      const { error, rows } = yield* untilError(connect(vendor, { pageSize: 4 }))
      assert.deepStrictEqual([rows, error.reason._tag], [4, "ForeignLink"])
      assert.include(error.message, other.baseUrl)
      assert.deepStrictEqual(yield* other.ledger.entries, [])
    })
  )

  it.live("A6: jobs that start while the list is read, oldest first, are all there, once", () =>
    Effect.gen(function* () {
      const arriving = jobs(30).slice(25)
      const vendor = yield* tenant({}, { arriving })
      assert.deepStrictEqual(yield* ids(connect(vendor, { pageSize: 4 })), [...allIds, ...arriving.map(({ id }) => id)])
    })
  )

  it.live("A6: newest first, such jobs push others to the next page, where the repeats are dropped", () =>
    Effect.gen(function* () {
      const vendor = yield* tenant({}, { arriving: jobs(30).slice(25) })
      assert.deepStrictEqual(yield* ids(connect(vendor, { pageSize: 4, sortorder: 1 })), allIds.toReversed())
    })
  )

  it.live("A7: two pages of repeats in a row are tolerated", () =>
    Effect.gen(function* () {
      const vendor = yield* tenant({}, { arriving: jobs(27).slice(25) })
      assert.deepStrictEqual(yield* ids(connect(vendor, { pageSize: 1, sortorder: 1 })), allIds.toReversed())
    })
  )

  it.live("A7: if page after page brings nothing new and the total says more, the listing is incomplete", () =>
    Effect.gen(function* () {
      const vendor = yield* tenant({ end: "always", total: 1000 })
      const { error, rows } = yield* untilError(connect(vendor))
      assert.deepStrictEqual([rows, error.reason._tag], [25, "Incomplete"])
    })
  )

  for (const loop of ["same", "first"] as const) {
    it.live(`links that lead back to the ${loop} page are an error, not a loop`, () =>
      Effect.gen(function* () {
        const vendor = yield* tenant({ loop })
        const { error, rows } = yield* untilError(connect(vendor, { pageSize: 4 }))
        assert.deepStrictEqual([rows, error.reason._tag], [8, "PaginationStalled"])
        // Two pages, and three that were read ahead with the second one.
        assert.isAtMost((yield* vendor.ledger.to("jobs")).length, 5)
      })
    )
  }

  it.live("A8: seven digits of a second are milliseconds in the model, and stay in the row", () =>
    Effect.gen(function* () {
      const vendor = yield* tenant({}, { jobs: AvePointEmulator.published })
      const found = yield* list(connect(vendor))
      assert.strictEqual(found[1]?.startTime, Date.parse("2024-09-26T05:58:40.409Z"))
      assert.strictEqual(found[1]?.raw.startTime, "2024-09-26T05:58:40.4092427+00:00")
    })
  )

  for (const unfinished of ["null", "missing", "empty", "N/A", "yearOne"] as const) {
    it.live(`A9: a finish time that is ${unfinished} means no time`, () =>
      Effect.gen(function* () {
        const vendor = yield* tenant({ unfinished })
        const found = yield* list(connect(vendor))
        assert.deepStrictEqual(
          found.map(({ finishTime }) => finishTime),
          all.map(() => null)
        )
      })
    )
  }

  for (const enums of ["numbers", "digits", "names"] as const) {
    it.live(`A11: states sent as ${enums} mean the same`, () =>
      Effect.gen(function* () {
        const states = [1, 2, 3, 4, 5, 6, 10].flatMap((state, index) =>
          jobs(7, { state, type: 11 }).slice(index, index + 1)
        )
        const vendor = yield* tenant({ enums }, { jobs: states })
        const found = yield* list(connect(vendor))
        assert.deepStrictEqual(
          found.map(({ state }) => state),
          ["running", "succeeded", "failed", "partially_succeeded", "skipped", "queued", "cancelled"]
        )
        assert.deepStrictEqual(new Set(found.map(({ category }) => category)), new Set(["import"]))
      })
    )
  }

  it.live("A11: an unknown state is `unknown`, and its value is kept", () =>
    Effect.gen(function* () {
      const vendor = yield* tenant({}, { jobs: jobs(1, { state: 42 }) })
      const [job] = yield* list(connect(vendor))
      assert.deepStrictEqual([job?.state, job?.vendorState], ["unknown", "42"])
    })
  )

  it.live("A12: a search is repeated if the link drops it", () =>
    Effect.gen(function* () {
      const vendor = yield* tenant({ dropsSearch: true, end: "always" })
      assert.deepStrictEqual(yield* ids(connect(vendor, { search: "Scan00003" })), ["Scan00003"])
      const searches = (yield* vendor.ledger.to("jobs")).map(({ query }) => query["search"])
      assert.deepStrictEqual(new Set(searches), new Set(["Scan00003"]))
    })
  )

  it.live("A13: a token that is revoked while a list is read is renewed once, and no page is lost", () =>
    Effect.gen(function* () {
      const vendor = yield* tenant({})
      let revoked = false
      const found = yield* AvePoint.jobs(connect(vendor, { pageSize: 4 })).pipe(
        Stream.tap(() =>
          Effect.suspend(() => {
            const revoke = revoked ? Effect.void : vendor.tokens.revokeAll
            revoked = true
            return revoke
          })
        ),
        Stream.runCollect,
        Effect.provide(Fast)
      )
      assert.deepStrictEqual(
        found.map(({ vendorId }) => vendorId),
        allIds
      )
      assert.strictEqual((yield* vendor.ledger.to("/connect/token")).length, 2)
    })
  )

  it.live("A13: a token that the vendor never accepts is an error after one renewal", () =>
    Effect.gen(function* () {
      const refusing: Emulator.Fault = ({ endpoint }) =>
        endpoint === "jobs"
          ? HttpServerResponse.jsonUnsafe({ error: "expired", statusCode: 401 }, { status: 401 })
          : undefined
      const vendor = yield* tenant({}, { fault: refusing })
      const { error } = yield* untilError(connect(vendor))
      assert.strictEqual(error.reason._tag, "Unauthorized")
      assert.include(error.message, "autodiscovery.readwrite.all")
      assert.lengthOf(yield* vendor.ledger.to("jobs"), 2)
    })
  )

  it.live("a time in an unknown form becomes null with a drift note, even with `from`", () =>
    Effect.gen(function* () {
      const [first, ...others] = all
      const odd = { ...first, id: "odd", startTime: "01/02/2019 03:04:05", finishTime: "N/A" }
      const vendor = yield* tenant({}, { jobs: [odd, ...others] })
      const events: Array<Progress.Event> = []
      const found = yield* list(connect(vendor), { from: Date.UTC(2026, 0, 1, 0, 20) }).pipe(
        Effect.provide(Progress.layer(told(events)))
      )
      assert.deepInclude(found[0], { vendorId: "odd", startTime: null, finishTime: null })
      assert.deepInclude(
        events.flatMap((event) => (event._tag === "Drifted" ? event.drift : [])),
        { kind: "unreadable_time", field: "startTime", rows: 1 }
      )
    })
  )
})

describe("a refusal of the credential", () => {
  it.live.each([
    ["HTTP 403", 403, { error: { code: "Forbidden", message: "no" } }],
    ["HTTP 200 with an error", 200, { statusCode: 403, message: "no" }]
  ] as const)("fails the list and the check: %s", ([, status, body]) =>
    Effect.gen(function* () {
      const fault = Faults.on("jobs", () => HttpServerResponse.jsonUnsafe(body, { status }))
      const vendor = yield* AvePointEmulator.serve({ jobs: all, fault })
      const events: Array<Progress.Event> = []
      const checked = yield* AvePoint.check(connect(vendor)).pipe(
        Effect.provide([Fast, Progress.layer((event) => Effect.sync(() => void events.push(event)))])
      )
      const failed = checked.filter((one) => one.status === "failed").flatMap(({ scopes }) => scopes)
      assert.isAtLeast(failed.length, 1)
      assert.deepStrictEqual([...new Set(failed.map(({ error }) => error?.reason._tag))], ["Forbidden"])
      assert.isEmpty(events.filter(({ _tag }) => _tag === "Noted"))
      const error = yield* AvePoint.jobs(connect(vendor)).pipe(Stream.runDrain, Effect.flip, Effect.provide(Fast))
      assert.strictEqual(error.reason._tag, "Forbidden")
    })
  )
})
