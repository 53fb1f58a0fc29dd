import { Progress, Query, RateLimit } from "@scanjobs/core"
import { Api, Tenable } from "@scanjobs/tenable"
import * as TenableEmulator from "@scanjobs/tenable/emulator"
import { Faults } from "@scanjobs/testing"
import { NodeHttpClient } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Redacted, Result, Schema, Stream } from "effect"
import { HttpServerResponse } from "effect/http"
import { connect, errorOf, Fast, ids, list, newYear, runs, scan, told } from "./Tenant.ts"

describe("a scan", () => {
  it.live("is a definition with the status of its latest run, and when that was launched", () =>
    Effect.gen(function* () {
      const row = { name: "DMZ", status: "running", progress: 40, last_modification_date: newYear + 60 }
      const vendor = yield* TenableEmulator.serve({ scans: [scan(26, row)] })
      const [job] = yield* list(connect(vendor), "scans")
      assert.deepStrictEqual(
        { ...job, raw: null },
        {
          provider: "tenable",
          connection: "tvm",
          listing: "scans",
          scope: null,
          id: "tenable/tvm/scans/26",
          vendorId: "26",
          kind: "definition",
          definitionId: "26",
          name: "DMZ",
          category: "vulnerability",
          state: "running",
          vendorState: "running",
          detail: null,
          progress: 40,
          startTime: Date.UTC(2026, 0, 1, 0, 1),
          finishTime: null,
          link: null,
          raw: null
        }
      )
    })
  )

  it.live("that never ran has no start time", () =>
    Effect.gen(function* () {
      const vendor = yield* TenableEmulator.serve({ scans: [scan(1, { status: "empty" })] })
      const [job] = yield* list(connect(vendor), "scans")
      assert.isNull(job?.startTime)
    })
  )
})

describe("a scan or a run without a status, which Tenable does not promise", () => {
  it.live("is listed as unknown", () =>
    Effect.gen(function* () {
      const vendor = yield* TenableEmulator.serve({
        scans: [scan(26, { status: null, runs: runs(1, { status: null }) })]
      })
      const found = yield* Effect.forEach(["scans", "runs"] as const, (listing) => list(connect(vendor), listing))
      assert.deepStrictEqual(
        found.flat().map(({ state, vendorState }) => [state, vendorState]),
        [
          ["unknown", null],
          ["unknown", null]
        ]
      )
    })
  )
})

describe("a run", () => {
  it.live("has the id that the vendor gave it, and its scan's name", () =>
    Effect.gen(function* () {
      const [row] = runs(1, { id: 10_535_512, status: "aborted" })
      const vendor = yield* TenableEmulator.serve({ scans: [scan(26, { name: "DMZ", runs: [row ?? {}] })] })
      const [job] = yield* list(connect(vendor), "runs")
      const { raw, ...fields } = job ?? { raw: null }
      assert.deepStrictEqual(raw, row)
      assert.deepStrictEqual(fields, {
        provider: "tenable",
        connection: "tvm",
        listing: "runs",
        scope: "26",
        id: "tenable/tvm/runs/26/10535512",
        vendorId: "10535512",
        kind: "run",
        definitionId: "26",
        name: "DMZ",
        category: "vulnerability",
        state: "failed",
        vendorState: "aborted",
        detail: null,
        progress: null,
        startTime: Date.UTC(2026, 0, 1, 1),
        finishTime: Date.UTC(2026, 0, 1, 1, 2, 5),
        link: null
      })
    })
  )

  it.live("is read newest first, or oldest first on request", () =>
    Effect.gen(function* () {
      const vendor = yield* TenableEmulator.serve({ scans: [scan(1, { runs: runs(7) })] })
      const tenant = connect(vendor, { pageSize: 3 })
      const newest = yield* ids(tenant, "runs")
      assert.deepStrictEqual(yield* ids(tenant, "runs", { order: "ascending" }), newest.toReversed())
      assert.deepStrictEqual(
        newest,
        runs(7).map(({ id }) => String(id))
      )
    })
  )

  it.live("that is a rollover scan is left out if the connection says so", () =>
    Effect.gen(function* () {
      const all = runs(3)
      const rolled = { ...scan(1, { runs: all }), rollovers: [10_535_002] }
      const vendor = yield* TenableEmulator.serve({ scans: [rolled] })
      assert.lengthOf(yield* ids(connect(vendor), "runs"), 3)
      assert.deepStrictEqual(yield* ids(connect(vendor, { excludeRollover: true }), "runs"), ["10535003", "10535001"])
    })
  )
})

describe("planned runs", () => {
  const daily = {
    enabled: true,
    starttime: "20260101T023000",
    rrules: "FREQ=DAILY;INTERVAL=1",
    timezone: "Europe/Berlin"
  }
  const span = { from: Date.UTC(2026, 2, 28), until: Date.UTC(2026, 2, 31) }

  it.live("follow from start time, rule and time zone, across the change to daylight-saving time", () =>
    Effect.gen(function* () {
      const vendor = yield* TenableEmulator.serve({ scans: [scan(26, { name: "DMZ", ...daily })] })
      const found = yield* list(connect(vendor), "planned", span)
      assert.deepStrictEqual(
        found.map(({ id }) => id),
        ["28T01:30", "29T01:30", "30T00:30"].map((time) => `tenable/tvm/planned/26@2026-03-${time}:00.000Z`)
      )
      assert.deepInclude(found[2], {
        kind: "occurrence",
        definitionId: "26",
        name: "DMZ",
        state: "scheduled",
        vendorState: null,
        startTime: Date.UTC(2026, 2, 30, 0, 30),
        finishTime: null
      })
    })
  )

  it.live("are of enabled schedules only, and of scans that have one", () =>
    Effect.gen(function* () {
      const disabled = scan(1, { ...daily, enabled: false })
      const onDemand = scan(2, { enabled: true, starttime: null, rrules: null, timezone: null })
      const undocumented = scan(3, { ...daily, enabled: null })
      const blank = scan(4, { enabled: true, starttime: "", rrules: "", timezone: "" })
      const withoutRule = scan(5, { ...daily, rrules: "" })
      const scans = [disabled, onDemand, undocumented, blank, withoutRule]
      const vendor = yield* TenableEmulator.serve({ scans })
      assert.deepStrictEqual(yield* ids(connect(vendor), "planned", span), [])
    })
  )

  it.live("end at the horizon, and an event says so", () =>
    Effect.gen(function* () {
      const vendor = yield* TenableEmulator.serve({
        scans: [scan(1, daily), scan(2, { ...daily, rrules: "FREQ=ONETIME" })]
      })
      const events: Array<Progress.Event> = []
      const found = yield* list(connect(vendor), "planned").pipe(
        Effect.provide(Layer.merge(Progress.layer(told(events)), Query.layerHorizon("30 days")))
      )
      assert.lengthOf(found, 30)
      assert.deepStrictEqual(
        events.flatMap((event) => (event._tag === "Completed" ? [event.by] : [])),
        ["horizon"]
      )
    })
  )

  it.live("of a one-time schedule, whose interval is 0, are one", () =>
    Effect.gen(function* () {
      const once = { ...daily, starttime: "20260329T120000", rrules: "FREQ=ONETIME;INTERVAL=0" }
      const vendor = yield* TenableEmulator.serve({ scans: [scan(1, once)] })
      assert.deepStrictEqual(
        (yield* list(connect(vendor), "planned", span)).map(({ startTime, state }) => [startTime, state]),
        [[Date.UTC(2026, 2, 29, 10), "scheduled"]]
      )
    })
  )

  for (const [query, notes] of [
    [{}, 1],
    [span, 0]
  ] as const) {
    it.live(
      `are ${notes === 1 ? "told to begin now" : "told nothing about"} with the query ${JSON.stringify(query)}`,
      () =>
        Effect.gen(function* () {
          const vendor = yield* TenableEmulator.serve({ scans: [scan(1, daily)] })
          const events: Array<Progress.Event> = []
          yield* list(connect(vendor), "planned", query).pipe(Effect.provide(Progress.layer(told(events))))
          const noted = events.flatMap((event) => (event._tag === "Noted" ? [event.message] : []))
          assert.lengthOf(noted, notes)
          for (const message of noted) assert.match(message, /^planned runs are worked out from now/)
        })
    )
  }

  const unreadable = [
    ["starttime", "soon"],
    ["rrules", "FREQ=SECONDLY;INTERVAL=1"],
    ["timezone", "Mars/Olympus"]
  ] as const
  for (const [field, value] of unreadable) {
    it.live(
      `of a ${field} that cannot be read are one that is unknown, and say why; the definition is still there`,
      () =>
        Effect.gen(function* () {
          const vendor = yield* TenableEmulator.serve({
            scans: [scan(1, { ...daily, [field]: value }), scan(2, daily)]
          })
          const events: Array<Progress.Event> = []
          const found = yield* list(connect(vendor), "planned", span).pipe(Effect.provide(Progress.layer(told(events))))
          assert.lengthOf(found, 4)
          assert.deepInclude(found[0], { vendorId: "1", state: "unknown", vendorState: null, startTime: null })
          assert.include(found[0]?.detail, `its schedule cannot be read: ${field} ${JSON.stringify(value)}`)
          assert.deepStrictEqual(
            events
              .flatMap((event) => (event._tag === "Drifted" ? event.drift : []))
              .filter(({ kind }) => kind === "unknown_state"),
            [{ kind: "unknown_state", value: null, rows: 1 }]
          )
          assert.lengthOf(yield* list(connect(vendor), "scans"), 2)
        })
    )
  }
})

describe("a connection", () => {
  it.live("reads only the scans of its folder, in every listing", () =>
    Effect.gen(function* () {
      const scans = [1, 2].map((id) => Object.assign(scan(id, { runs: runs(1) }), { folderId: 40 + id }))
      const vendor = yield* TenableEmulator.serve({ scans })
      const jobs = yield* Tenable.jobs(connect(vendor, { folderId: 42 })).pipe(Stream.runCollect, Effect.provide(Fast))
      assert.deepStrictEqual(new Set(jobs.map(({ definitionId }) => definitionId)), new Set(["2"]))
      assert.lengthOf(yield* vendor.ledger.to("scans"), 1)
    })
  )

  it("reports everything that is wrong with its settings at once", () => {
    const problems = Tenable.decode({ provider: "tenable", name: "tvm", accessKey: "", pageSize: 0, apiKey: "x" })
    assert.deepStrictEqual(
      new Set(Result.match(problems, { onFailure: (all) => all.map(({ key }) => key), onSuccess: () => [] })),
      new Set(["accessKey", "apiKey", "pageSize", "secretKey"])
    )
  })

  it.live("shares its limits with other connections of the same user, and no limit is named after a key", () =>
    Effect.gen(function* () {
      const vendor = yield* TenableEmulator.serve({ scans: [] })
      const keys: Array<string> = []
      const recording = Layer.succeed(RateLimit.RateLimit, { acquire: (key) => Effect.sync(() => void keys.push(key)) })
      for (const [name, accessKey] of [
        ["a", "shared"],
        ["b", "shared"],
        ["c", "own"]
      ] as const) {
        yield* Tenable.check({ ...connect(vendor), accessKey: Redacted.make(accessKey), name }).pipe(
          Effect.ignore,
          Effect.provide(Layer.merge(NodeHttpClient.layerUndici, recording))
        )
      }
      assert.lengthOf(new Set(keys), 2)
      assert.isFalse(keys.some((key) => key.includes("shared")))
    })
  )
})

describe("errors", () => {
  it.live("a wrong key is Unauthorized, with the vendor's message, and is not retried", () =>
    Effect.gen(function* () {
      const vendor = yield* TenableEmulator.serve({ scans: [] })
      const error = yield* errorOf(connect(vendor, { secretKey: Redacted.make("wrong-4711") }))
      assert.strictEqual(error.reason._tag, "Unauthorized")
      assert.include(error.message, "Invalid credentials.")
      assert.include(error.message, "accessKey")
      assert.isAtMost((yield* vendor.ledger.entries).length, 3)
    })
  )

  it.live("neither half of a key that the vendor repeats is shown, nor the whole in another form", () =>
    Effect.gen(function* () {
      const whole = "accessKey=4f2c-access-half;secretKey=9b1d-secret-half"
      const message = `bad key 4f2c-access-half / 9b1d-secret-half: ${whole} ${Buffer.from(whole).toString("base64")}`
      const vendor = yield* TenableEmulator.serve({
        fault: () => HttpServerResponse.jsonUnsafe({ statusCode: 401, error: "Unauthorized", message }, { status: 401 })
      })
      const { message: shown } = yield* errorOf(
        connect(vendor, { accessKey: Redacted.make("4f2c-access-half"), secretKey: Redacted.make("9b1d-secret-half") })
      )
      assert.include(shown, "bad key <redacted> / <redacted>: <redacted> <redacted>")
    })
  )

  it.live("a 404 without a body is recognized by its status", () =>
    Effect.gen(function* () {
      const vendor = yield* TenableEmulator.serve({ fault: Faults.on("scans", Faults.status(404)) })
      const { reason } = yield* errorOf(connect(vendor))
      assert.strictEqual(reason._tag, "VendorRejected")
      assert.include(reason.message, "HTTP 404")
    })
  )

  it.live("an internal error is Unavailable, with the vendor's message", () =>
    Effect.gen(function* () {
      const body = { statusCode: 500, error: "Internal Server Error", message: "Please wait a moment." }
      const vendor = yield* TenableEmulator.serve({ fault: () => HttpServerResponse.jsonUnsafe(body, { status: 500 }) })
      const { reason } = yield* errorOf(connect(vendor))
      assert.strictEqual(reason._tag, "Unavailable")
      assert.include(reason.message, "Please wait a moment.")
    })
  )
})

describe("schemas", () => {
  for (const [name, endpoint] of [
    ["scans", Api.scans(Api.Scan)],
    ["history", Api.history(Api.Run)]
  ] as const) {
    it(`of ${name} are read by compiled code`, () => {
      for (const page of endpoint.success) assert.strictEqual(Schema.toCodecJson(page).ast, page.ast)
    })
  }
})
