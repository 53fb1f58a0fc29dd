import { Progress } from "@scanjobs/core"
import { assert, describe, it } from "@effect/vitest"
import * as TenableEmulator from "@scanjobs/tenable/emulator"
import { Tenable } from "@scanjobs/tenable"
import { Effect, Schema, Stream } from "effect"
import { TestClock } from "effect/testing"
import history from "./fixtures/history.json" with { type: "json" }
import scans from "./fixtures/scans.json" with { type: "json" }
import { connect, Fast, list, runs, scan, told } from "./Tenant.ts"

/** Speaks to the emulator as `curl` would: no schema of ours, no client of ours. */
const get = (
  { baseUrl, settings: { accessKey, secretKey } }: TenableEmulator.TenableEmulator,
  path: string,
  key = `accessKey=${accessKey};secretKey=${secretKey}`
) =>
  Effect.promise(async () => {
    const response = await fetch(`${baseUrl}${path}`, { headers: { "X-ApiKeys": key } })
    const type = response.headers.get("content-type")
    return { status: response.status, type, after: response.headers.get("retry-after"), text: await response.text() }
  })

const bodyOf = Schema.decodeUnknownSync(Schema.fromJsonString(Schema.Json))

const History = Schema.fromJsonString(
  Schema.Struct({
    pagination: Schema.Struct({ total: Schema.Finite, limit: Schema.Finite, offset: Schema.Finite, sort: Schema.Json }),
    history: Schema.Array(Schema.Struct({ id: Schema.Finite, time_start: Schema.Finite, status: Schema.String }))
  })
)
const historyOf = Schema.decodeUnknownSync(History)

const page = "limit=50&offset=0&sort=start_date:desc&exclude_rollover=false"

const published = scans.scans.map((row): TenableEmulator.Scan => ({ row, runs: row.id === 32 ? history.history : [] }))

describe("the Tenable emulator", () => {
  it.effect("answers in the documented form", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(scans.timestamp * 1000)
      const vendor = yield* TenableEmulator.serve({ scans: published })
      assert.deepStrictEqual(bodyOf((yield* get(vendor, "/scans")).text), scans)
      assert.deepStrictEqual(bodyOf((yield* get(vendor, `/scans/32/history?${page}`)).text), history)
    })
  )

  it.live("is read by the provider, field for field, in that form", () =>
    Effect.gen(function* () {
      const vendor = yield* TenableEmulator.serve({ scans: published })
      const events: Array<Progress.Event> = []
      const found = yield* list(connect(vendor), "runs")
      assert.deepStrictEqual(
        found.map(({ raw }) => raw),
        history.history
      )
      assert.deepStrictEqual(
        found.map(({ state }) => state),
        ["cancelled", "succeeded", "failed"]
      )
      const definitions = yield* list(connect(vendor), "scans").pipe(Effect.provide(Progress.layer(told(events))))
      assert.deepStrictEqual(
        definitions.map(({ raw }) => raw),
        scans.scans
      )
      const drift = events.flatMap((event) => (event._tag === "Drifted" ? event.drift : []))
      assert.deepStrictEqual(
        drift.filter(({ kind }) => kind !== "missing"),
        []
      )
    })
  )

  it.effect("pages by limit and offset, in the requested order", () =>
    Effect.gen(function* () {
      const [first, second, third] = runs(3)
      const rows = [{ ...second, status: "aborted" }, { ...first }, { ...third }]
      const vendor = yield* TenableEmulator.serve({ scans: [scan(1, { runs: rows })] })
      const ask = (query: string) =>
        Effect.map(get(vendor, `/scans/1/history?exclude_rollover=false&${query}`), ({ text }) => historyOf(text))
      const newest = yield* ask("limit=2&offset=0&sort=start_date:desc")
      assert.deepStrictEqual(newest.pagination, {
        total: 3,
        limit: 2,
        offset: 0,
        sort: [{ name: "start_date", order: "DESC" }]
      })
      const ids = (answer: typeof newest) => answer.history.map(({ id }) => id % 10)
      assert.deepStrictEqual(ids(newest), [3, 2])
      assert.deepStrictEqual(ids(yield* ask("limit=2&offset=2&sort=start_date:desc")), [1])
      assert.deepStrictEqual(ids(yield* ask("limit=9&offset=0&sort=start_date:asc")), [1, 2, 3])
      assert.deepStrictEqual(ids(yield* ask("limit=9&offset=0&sort=status:asc,start_date:desc")), [2, 3, 1])
      assert.deepStrictEqual(ids(yield* ask("limit=9&offset=3&sort=start_date:asc")), [])
    })
  )

  it.effect("refuses a wrong key with JSON", () =>
    Effect.gen(function* () {
      const vendor = yield* TenableEmulator.serve({ scans: [] })
      for (const key of ["", "accessKey=emulated-access-key", "accessKey=x;secretKey=emulated-secret-key"]) {
        const { status, text } = yield* get(vendor, "/scans", key)
        assert.strictEqual(status, 401)
        assert.deepStrictEqual(bodyOf(text), {
          statusCode: 401,
          error: "Unauthorized",
          message: "Invalid credentials."
        })
      }
    })
  )

  it.effect("answers 404 without a body, and 429 with HTML", () =>
    Effect.gen(function* () {
      const vendor = yield* TenableEmulator.serve({ scans: [], quotas: [{ requests: 2, window: "1 minute" }] })
      assert.deepInclude(yield* get(vendor, `/scans/4711/history?${page}`), { status: 404, text: "" })
      assert.strictEqual((yield* get(vendor, "/scans")).status, 200)
      const { after, status, text, type } = yield* get(vendor, "/scans")
      assert.deepStrictEqual([status, after], [429, "60"])
      assert.include(type, "text/html")
      assert.include(text, "<h1>429 Too Many Requests</h1>")
    })
  )

  it.effect("accepts exactly the documented parameters", () =>
    Effect.gen(function* () {
      const vendor = yield* TenableEmulator.serve({ scans: [scan(1)] })
      const wrong = [
        "/scans?limit=5",
        "/scans?folder_id=mine",
        "/scans/one/history?limit=50&offset=0&sort=start_date:desc&exclude_rollover=false",
        "/scans/1/history?limit=0&offset=0&sort=start_date:desc&exclude_rollover=false",
        "/scans/1/history?limit=50&offset=0&sort=name:desc&exclude_rollover=false",
        "/scans/1/history?limit=50&offset=0&sort=start_date:desc&exclude_rollover=perhaps"
      ]
      for (const path of wrong) assert.strictEqual((yield* get(vendor, path)).status, 400, path)
      assert.lengthOf(yield* vendor.ledger.violations, wrong.length)
    })
  )

  it.effect("generates the same scans for the same seed and time, and others for another seed", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(Date.UTC(2026, 4, 5))
      const rowsOf = (seed: string) =>
        Effect.map(TenableEmulator.generate({ seed }), (made) =>
          made.map(({ row, runs: of }) => [row, Array.from({ length: of?.length ?? 0 }, (_, index) => of?.at(index))])
        )
      assert.deepStrictEqual(yield* rowsOf("one"), yield* rowsOf("one"))
      assert.notDeepEqual(yield* rowsOf("one"), yield* rowsOf("two"))
    })
  )

  it.effect("spreads the runs over its scans, newest first, even millions", () =>
    Effect.gen(function* () {
      const now = Date.UTC(2026, 0, 15, 10) / 1000
      yield* TestClock.setTime(now * 1000)
      const few = yield* TenableEmulator.generate({ total: 10 })
      assert.deepStrictEqual(
        few.map(({ runs: of }) => of?.length),
        [2, 2, 1, 1, 1, 1, 1, 1]
      )
      const [first] = yield* TenableEmulator.generate({ total: 8_000_000 })
      assert.strictEqual(first?.runs?.length, 1_000_000)
      const times = [0, 1, 999_999].map((back) => Number(first?.runs?.at(back)?.["time_start"]))
      assert.deepStrictEqual(
        times,
        times.toSorted((a, b) => b - a)
      )
      assert.isAbove(times[2] ?? 0, now - 11 * 365 * 86_400)
    })
  )

  it.live("has a playground: every listing is read from its data, without a violation or an unknown state", () =>
    Effect.gen(function* () {
      const { ledger, settings } = yield* TenableEmulator.playground.serve({ jobs: 100, seed: "a" })
      const [connection] = [Tenable.decode({ ...settings, provider: "tenable", name: "tvm" })]
      const found = yield* Tenable.jobs(yield* Effect.fromResult(connection)).pipe(
        Stream.runCollect,
        Effect.provide(Fast)
      )
      const counts = Map.groupBy(found, ({ listing }) => listing)
      assert.deepStrictEqual([counts.get("runs")?.length, counts.get("scans")?.length], [100, 8])
      assert.isAbove(counts.get("planned")?.length ?? 0, 250)
      assert.deepStrictEqual(
        found.filter(({ state }) => state === "unknown"),
        []
      )
      assert.deepStrictEqual(yield* ledger.violations, [])
    })
  )
})
