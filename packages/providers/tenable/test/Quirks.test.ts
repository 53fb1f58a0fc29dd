import { Deadlines, Progress } from "@scanjobs/core"
import { Tenable } from "@scanjobs/tenable"
import * as TenableEmulator from "@scanjobs/tenable/emulator"
import { Faults, AcceleratedClock } from "@scanjobs/testing"
import { NodeHttpClient } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Stream } from "effect"
import { HttpServerResponse } from "effect/http"
import { connect, Fast, ids, list, newYear, runs, scan, told } from "./Tenant.ts"

const hour = 3_600_000
const noted = (events: ReadonlyArray<Progress.Event>) =>
  events.flatMap((event) => (event._tag === "Noted" ? [`${event.scope}: ${event.message}`] : []))

describe("what a client of Tenable must know", () => {
  it.live("T1: the list of scans is requested once for all listings, and the history of each scan once", () =>
    Effect.gen(function* () {
      const vendor = yield* TenableEmulator.serve({ scans: [1, 2, 3].map((id) => scan(id, { runs: runs(4) })) })
      const jobs = yield* Tenable.jobs(connect(vendor)).pipe(Stream.runCollect, Effect.provide(Fast))
      assert.deepStrictEqual(
        ["runs", "scans", "planned"].map((name) => jobs.filter(({ listing }) => listing === name).length),
        [12, 3, 0]
      )
      assert.lengthOf(yield* vendor.ledger.to("scans"), 1)
      assert.deepStrictEqual([...new Set((yield* vendor.ledger.to("history")).map(({ path }) => path))].toSorted(), [
        "/scans/1/history",
        "/scans/2/history",
        "/scans/3/history"
      ])
      assert.deepStrictEqual(yield* vendor.ledger.violations, [])
    })
  )

  it.live(
    "T1: with a `from`, only the histories of scans that started since are requested, and only their new pages",
    () =>
      Effect.gen(function* () {
        const old = runs(20, { time_start: newYear - 90_000, time_end: newYear - 89_000 })
        const vendor = yield* TenableEmulator.serve({ scans: [scan(1, { runs: old }), scan(2, { runs: runs(90) })] })
        const from = newYear * 1000 + 80 * hour
        assert.lengthOf(yield* ids(connect(vendor, { pageSize: 10 }), "runs", { from }), 11)
        assert.deepStrictEqual(
          (yield* vendor.ledger.to("scans")).map(({ query }) => query),
          [{ started_from: String(from / 1000) }]
        )
        const histories = yield* vendor.ledger.to("history")
        assert.deepStrictEqual(new Set(histories.map(({ path }) => path)), new Set(["/scans/2/history"]))
        assert.isBelow(histories.length, 5)
      })
  )

  it.live("T1: definitions and planned runs are not pruned by when their scans started", () =>
    Effect.gen(function* () {
      const daily = {
        enabled: true,
        starttime: "20260101T020000",
        rrules: "FREQ=DAILY;INTERVAL=1",
        timezone: "Etc/UTC"
      }
      const vendor = yield* TenableEmulator.serve({ scans: [scan(1, { ...daily, status: "empty" })] })
      const query = { from: Date.UTC(2054, 1, 1), until: Date.UTC(2054, 1, 3) }
      assert.deepStrictEqual(yield* ids(connect(vendor), "scans", query), ["1"])
      assert.deepStrictEqual(yield* ids(connect(vendor), "planned", query), [
        "1@2054-02-01T02:00:00.000Z",
        "1@2054-02-02T02:00:00.000Z"
      ])
    })
  )

  it.live("T2: the history of an imported scan is not requested", () =>
    Effect.gen(function* () {
      const imported = scan(1, { status: "imported", runs: null })
      const vendor = yield* TenableEmulator.serve({ scans: [imported], quirks: { withoutHistory: "missing" } })
      assert.deepStrictEqual(yield* ids(connect(vendor), "runs"), [])
      assert.deepStrictEqual(yield* vendor.ledger.to("history"), [])
    })
  )

  for (const withoutHistory of ["missing", "empty", "null"] as const) {
    it.live(`T2: a triggered agent scan, whose history is ${withoutHistory}, is no error`, () =>
      Effect.gen(function* () {
        const triggered = scan(1, { type: "agent", runs: null })
        const scans = [triggered, scan(2, { runs: runs(2) })]
        const vendor = yield* TenableEmulator.serve({ scans, quirks: { withoutHistory } })
        assert.lengthOf(yield* ids(connect(vendor), "runs"), 2)
      })
    )
  }

  it.live("T3: results that are archived are runs like the others", () =>
    Effect.gen(function* () {
      const [recent, old] = runs(2)
      const vendor = yield* TenableEmulator.serve({
        scans: [
          scan(1, {
            runs: [
              { ...recent, is_archived: false },
              { ...old, is_archived: true }
            ]
          })
        ]
      })
      const found = yield* list(connect(vendor), "runs")
      assert.deepStrictEqual(
        found.map(({ state }) => state),
        ["succeeded", "succeeded"]
      )
    })
  )

  for (const targets of [{ custom: false, default: null }, { custom: true, default: false }, null]) {
    it.live(`T4: a run is read with targets of ${JSON.stringify(targets)}, and keeps them`, () =>
      Effect.gen(function* () {
        const vendor = yield* TenableEmulator.serve({ scans: [scan(1, { runs: runs(1, { targets }) })] })
        const [run] = yield* list(connect(vendor), "runs")
        assert.deepInclude(run?.raw, { targets })
      })
    )
  }

  it.live("T5: a scan that is deleted before its history is read is a note, and the others are all there", () =>
    Effect.gen(function* () {
      const scans = [1, 2, 3].map((id) => scan(id, { runs: runs(2) }))
      const vendor = yield* TenableEmulator.serve({ scans, quirks: { deleted: [2] } })
      const events: Array<Progress.Event> = []
      const found = yield* list(connect(vendor), "runs").pipe(Effect.provide(Progress.layer(told(events))))
      assert.deepStrictEqual(new Set(found.map(({ definitionId }) => definitionId)), new Set(["1", "3"]))
      assert.deepStrictEqual(noted(events), ['2: "Scan 2" has no history: it was deleted meanwhile, or keeps none'])
    })
  )

  it.live("T5: a missing list of scans is an error, not an empty list", () =>
    Effect.gen(function* () {
      const vendor = yield* TenableEmulator.serve({ fault: Faults.on("scans", Faults.status(404)) })
      const { reason } = yield* Effect.flip(list(connect(vendor), "runs"))
      assert.deepInclude({ ...reason }, { status: 404 })
      assert.strictEqual(reason._tag, "VendorRejected")
    })
  )

  const words = [
    ["paused", "paused", "T6: not finished, though it ends in `ed`"],
    ["pausing", "running", "still running"],
    ["processing", "running", "still running"],
    ["publishing", "running", "still running"],
    ["stopping", "running", "still running"],
    ["resuming", "running", "still running"],
    ["running", "running", "still running"],
    ["pending", "queued", "not begun"],
    ["initializing", "queued", "not begun"],
    ["empty", "scheduled", "never run"],
    ["completed", "succeeded", "done"],
    ["imported", "succeeded", "done"],
    ["aborted", "failed", "done"],
    ["canceled", "cancelled", "done"],
    ["stopped", "cancelled", "done"],
    ["hibernated", "unknown", "T6: not known, though it ends in `ed`"]
  ] as const
  for (const [status, state, why] of words) {
    it.live(`a scan or run that is ${status} is ${state} (${why})`, () =>
      Effect.gen(function* () {
        const vendor = yield* TenableEmulator.serve({ scans: [scan(1, { status, runs: runs(1, { status }) })] })
        const [definition] = yield* list(connect(vendor), "scans")
        assert.deepStrictEqual([definition?.state, definition?.vendorState], [state, status])
        // An imported scan has no history to look into.
        const [run = definition] = yield* list(connect(vendor), "runs")
        assert.deepStrictEqual([run?.state, run?.vendorState], [state, status])
      })
    )
  }

  it.live("a 429 whose body is HTML is waited for as long as Retry-After says", () => {
    const sleeps: Array<number> = []
    return Effect.gen(function* () {
      const vendor = yield* TenableEmulator.serve({
        scans: [scan(1, { runs: runs(3) })],
        quotas: [{ requests: 2, window: "30 seconds" }]
      })
      const found = yield* Tenable.jobs(connect(vendor), {}, { listings: ["runs"] }).pipe(
        Stream.runCollect,
        Effect.provide(
          Layer.merge(NodeHttpClient.layerUndici, Deadlines.layer({ attempt: "10 hours", page: "10 hours" }))
        )
      )
      assert.lengthOf(found, 3)
      assert.deepStrictEqual(
        (yield* vendor.ledger.entries).map(({ status }) => status),
        [200, 200, 429, 200]
      )
      assert.isTrue(sleeps.some((millis) => millis >= 30_000 && millis < 60_000))
    }).pipe(AcceleratedClock.accelerate(100, (millis) => void sleeps.push(millis)))
  })

  it.live("a list that is `null` is empty", () =>
    Effect.gen(function* () {
      const vendor = yield* TenableEmulator.serve({ scans: [], quirks: { nullLists: true } })
      const jobs = yield* Tenable.jobs(connect(vendor)).pipe(Stream.runCollect, Effect.provide(Fast))
      assert.deepStrictEqual(jobs, [])
    })
  )

  for (const total of [null, 0, 3, 2_147_483_647]) {
    it.live(`a total of ${total} and pages smaller than requested do not end a history early`, () =>
      Effect.gen(function* () {
        const vendor = yield* TenableEmulator.serve({
          scans: [scan(1, { runs: runs(25) })],
          quirks: { total, maxPageSize: 4 }
        })
        assert.lengthOf(yield* ids(connect(vendor), "runs"), 25)
      })
    )
  }
})

describe("a refusal of the credential", () => {
  it.live.each([
    ["HTTP 403", 403, { statusCode: 403, error: "Forbidden", message: "no" }],
    ["HTTP 403 in other words", 403, { error: "You need the permission SCAN_VIEW" }]
  ] as const)("fails the list and the check: %s", ([, status, body]) =>
    Effect.gen(function* () {
      const fault = Faults.on("history", () => HttpServerResponse.jsonUnsafe(body, { status }))
      const vendor = yield* TenableEmulator.serve({ scans: [scan(1, { runs: runs(2) })], fault })
      const events: Array<Progress.Event> = []
      const checked = yield* Tenable.check(connect(vendor)).pipe(
        Effect.provide([Fast, Progress.layer((event) => Effect.sync(() => void events.push(event)))])
      )
      const failed = checked.filter((one) => one.status === "failed").flatMap(({ scopes }) => scopes)
      assert.isAtLeast(failed.length, 1)
      assert.deepStrictEqual([...new Set(failed.map(({ error }) => error?.reason._tag))], ["Forbidden"])
      assert.isEmpty(events.filter(({ _tag }) => _tag === "Noted"))
      const error = yield* Tenable.jobs(connect(vendor)).pipe(Stream.runDrain, Effect.flip, Effect.provide(Fast))
      assert.strictEqual(error.reason._tag, "Forbidden")
    })
  )
})
