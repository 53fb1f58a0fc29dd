import { Qualys } from "@scanjobs/qualys"
import * as QualysEmulator from "@scanjobs/qualys/emulator"
import { Faults } from "@scanjobs/testing"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { HttpServerResponse } from "effect/http"
import * as Account from "./Account.ts"

const day = 86_400_000

/** Answers every request with this. */
const answering =
  (status: number, body: string, headers: { readonly [name: string]: string } = {}) =>
  () =>
    HttpServerResponse.text(body, {
      status,
      headers,
      contentType: body.startsWith("<") ? "text/xml" : "application/json"
    })

describe("a scan of VMDR", () => {
  const one = (changes: object) =>
    Effect.gen(function* () {
      const vendor = yield* QualysEmulator.serve({ subscription: { vmScans: Account.vmScans(1, changes) } })
      return (yield* Account.read(Account.connect(vendor), "vmScans")).jobs[0]
    })

  for (const [STATE, state] of [
    ["Queued", "queued"],
    ["Loading", "running"],
    ["Running", "running"],
    ["Paused", "paused"],
    ["Finished", "succeeded"],
    ["Error", "failed"],
    ["Canceled", "cancelled"],
    ["Something New", "unknown"]
  ] as const) {
    it.live(`that is ${STATE} is ${state}`, () =>
      Effect.map(one({ STATUS: { STATE, SUB_STATE: "No_Host" } }), (job) =>
        assert.deepInclude(job, { state, vendorState: STATE, detail: "No_Host" })
      )
    )
  }

  it.live("ends after its duration, once it is over (Q4)", () =>
    Effect.gen(function* () {
      const over = yield* one({ STATUS: { STATE: "Finished" }, DURATION: "26:00:05" })
      assert.strictEqual((over?.finishTime ?? 0) - (over?.startTime ?? 0), 26 * 3_600_000 + 5000)
      assert.isNull((yield* one({ STATUS: { STATE: "Running" }, DURATION: "00:10:00" }))?.finishTime)
      assert.isNull((yield* one({ STATUS: { STATE: "Finished" }, DURATION: "Pending" }))?.finishTime)
    })
  )

  it.live("is one of a list, also alone, and its title is text in CDATA (Q7)", () =>
    Effect.gen(function* () {
      const title = "<TITLE><![CDATA[Web & Co <b>]]></TITLE>"
      const scan = `<SCAN><REF>scan/1.2</REF>${title}<STATUS><STATE>Finished</STATE></STATUS></SCAN>`
      const body = `<?xml version="1.0"?><!DOCTYPE SCAN_LIST_OUTPUT SYSTEM "https://elsewhere.example/list.dtd"><SCAN_LIST_OUTPUT><RESPONSE><SCAN_LIST>${scan}</SCAN_LIST></RESPONSE></SCAN_LIST_OUTPUT>`
      const vendor = yield* QualysEmulator.serve({ fault: answering(200, body) })
      const { error, jobs } = yield* Account.read(Account.connect(vendor, { historyDays: 20 }), "vmScans")
      assert.isUndefined(error)
      assert.deepStrictEqual(
        jobs.map(({ name, vendorId }) => [name, vendorId]),
        [["Web & Co <b>", "scan/1.2"]]
      )
    })
  )

  it.live("is found in whichever window it was launched, processed or not, and empty windows are passed (Q2, Q3)", () =>
    Effect.gen(function* () {
      const at = (days: number, PROCESSED: string) => ({
        REF: `scan/${days}.${PROCESSED}`,
        LAUNCH_DATETIME: `${new Date(Date.now() - days * day).toISOString().slice(0, 19)}Z`,
        PROCESSED
      })
      const vmScans = [at(1, "0"), at(80, "1"), at(170, "1"), at(400, "1")].flatMap((changes) =>
        Account.vmScans(1, changes)
      )
      const vendor = yield* QualysEmulator.serve({ subscription: { vmScans } })
      const read = (historyDays: number, from?: number) =>
        Effect.map(
          Account.read(Account.connect(vendor, { historyDays }), "vmScans", from === undefined ? {} : { from }),
          ({ error, jobs }) => [error, jobs.map(({ vendorId }) => vendorId)]
        )
      assert.deepStrictEqual(yield* read(180), [undefined, ["scan/170.1", "scan/80.1", "scan/1.0"]])
      const asked = (yield* vendor.ledger.entries).length
      assert.deepStrictEqual(yield* read(180, Date.now() - 2 * day), [undefined, ["scan/1.0"]])
      assert.strictEqual((yield* vendor.ledger.entries).length - asked, 2)
      for (const { query } of yield* vendor.ledger.entries) assert.property(query, "launched_after_datetime")
    })
  )
})

describe("the windows of VMDR", () => {
  const launched = Date.UTC(2026, 0, 1)
  const one = QualysEmulator.serve({
    subscription: { vmScans: Account.vmScans(1, { LAUNCH_DATETIME: "2026-01-01T00:00:00Z" }) }
  })

  it.live("hold what was launched at their very beginning", () =>
    Effect.gen(function* () {
      const query = { from: launched, until: launched + day }
      const { jobs } = yield* Account.read(Account.connect(yield* one), "vmScans", query)
      assert.lengthOf(jobs, 1)
    })
  )

  it.live("end now, however late until is", () =>
    Effect.gen(function* () {
      const vendor = yield* one
      const query = { from: Date.now() - day, until: Date.now() + 400 * day }
      yield* Account.read(Account.connect(vendor), "vmScans", query)
      const entries = yield* vendor.ledger.entries
      assert.lengthOf(entries, 2)
      for (const { query } of entries) {
        assert.isAtMost(Date.parse(String(query["launched_before_datetime"])), Date.now() + 2000)
      }
    })
  )
})

describe("a scan of WAS", () => {
  for (const [row, state] of [
    [{ status: "SUBMITTED" }, "queued"],
    [{ status: "PROCESSING" }, "running"],
    [{ status: "FINISHED" }, "succeeded"],
    [{ status: "FINISHED", resultsStatus: "TIME_LIMIT_EXCEEDED" }, "partially_succeeded"],
    [{ status: "FINISHED", summary: { resultsStatus: "NO_HOST_ALIVE" } }, "failed"],
    [{ status: "CANCELED" }, "cancelled"],
    [{ status: "ERROR" }, "failed"],
    [{ status: "NEW" }, "unknown"],
    [{ status: null }, "unknown"]
  ] as const) {
    it.live(`with ${JSON.stringify(row)} is ${state}`, () =>
      Effect.gen(function* () {
        const vendor = yield* QualysEmulator.serve({ subscription: { wasScans: Account.wasScans(1, row) } })
        const { jobs } = yield* Account.read(Account.connect(vendor), "wasScans")
        assert.deepStrictEqual(
          jobs.map((job) => job.state),
          [state]
        )
      })
    )
  }

  it.live("is searched by id, page after page, and only from its launch on", () =>
    Effect.gen(function* () {
      const vendor = yield* QualysEmulator.serve({ subscription: { wasScans: Account.wasScans(25) } })
      const account = Account.connect(vendor, { pageSize: 10 })
      assert.lengthOf((yield* Account.read(account, "wasScans")).jobs, 25)
      assert.lengthOf(yield* vendor.ledger.entries, 3)
      const { jobs } = yield* Account.read(account, "wasScans", { from: Account.launched(3) })
      assert.lengthOf(jobs, 3)
      assert.lengthOf(yield* vendor.ledger.entries, 4)
    })
  )

  it.live("is one of a list whose flags are truth values or texts (Q10)", () =>
    Effect.gen(function* () {
      const fault = Faults.body((body) =>
        JSON.parse(JSON.stringify(body).replace('"hasMoreRecords":"true"', '"hasMoreRecords":true'))
      )
      const vendor = yield* QualysEmulator.serve({ fault, subscription: { wasScans: Account.wasScans(25) } })
      assert.lengthOf((yield* Account.read(Account.connect(vendor, { pageSize: 10 }), "wasScans")).jobs, 25)
    })
  )
})

describe("a schedule", () => {
  const span = { from: Date.UTC(2026, 0, 1), until: Date.UTC(2026, 1, 1) }
  const planned = (changes: object) =>
    Effect.gen(function* () {
      const vendor = yield* QualysEmulator.serve({ subscription: { vmSchedules: Account.vmSchedules(1, changes) } })
      const { jobs } = yield* Account.read(Account.connect(vendor), "vmSchedules", span)
      return jobs.map(({ kind, startTime }) => [kind, startTime === null ? null : new Date(startTime).toISOString()])
    })

  for (const [what, row] of [
    ["inside of SCHEDULE, without Z", { SCHEDULE: { NEXTLAUNCH_UTC: "2026-01-05T01:30:00" } }],
    ["inside of SCHEDULE, with Z", { SCHEDULE: { NEXTLAUNCH_UTC: "2026-01-05T01:30:00Z" } }],
    ["beside SCHEDULE", { SCHEDULE: { DAILY: "" }, NEXTLAUNCH_UTC: "2026-01-05T01:30:00" }]
  ] as const) {
    it.live(`has its next launch in UTC, ${what} (Q5, Q6)`, () =>
      Effect.map(planned(row), (found) =>
        assert.deepStrictEqual(found, [
          ["definition", null],
          ["occurrence", "2026-01-05T01:30:00.000Z"]
        ])
      )
    )
  }

  it.live("tells no other launch, so that the listing says up to when they are known", () =>
    Effect.gen(function* () {
      const next = { SCHEDULE: { NEXTLAUNCH_UTC: "2026-01-05T01:30:00" } }
      const vendor = yield* QualysEmulator.serve({ subscription: { vmSchedules: Account.vmSchedules(1, next) } })
      const { completed } = yield* Account.read(Account.connect(vendor), "vmSchedules", span)
      assert.deepInclude(completed, { by: "known", horizon: Date.UTC(2026, 0, 5, 1, 30) })
    })
  )

  it.live("that is not active has none", () =>
    Effect.map(planned({ ACTIVE: "0" }), (found) => assert.deepStrictEqual(found, [["definition", null]]))
  )

  it.live("belongs together with the scans that have its title", () =>
    Effect.gen(function* () {
      const vendor = yield* QualysEmulator.serve({
        subscription: {
          vmScans: Account.vmScans(1, { TYPE: "Scheduled", TITLE: "Nightly" }),
          vmSchedules: Account.vmSchedules(1, { TITLE: "Nightly" })
        }
      })
      const account = Account.connect(vendor)
      const found = [
        ...(yield* Account.read(account, "vmScans")).jobs,
        ...(yield* Account.read(account, "vmSchedules")).jobs
      ]
      assert.deepStrictEqual([...new Set(found.map(({ definitionId }) => definitionId))], ["Nightly"])
    })
  )
})

describe("Qualys's refusals", () => {
  const simple = (code: number, text: string) =>
    `<?xml version="1.0"?><!DOCTYPE SIMPLE_RETURN SYSTEM "https://qualysapi.qualys.com/api/2.0/simple_return.dtd"><SIMPLE_RETURN><RESPONSE><CODE>${code}</CODE><TEXT>${text}</TEXT></RESPONSE></SIMPLE_RETURN>`
  const was = (responseCode: string, errorMessage: string) =>
    JSON.stringify({ ServiceResponse: { responseCode, responseErrorDetails: { errorMessage } } })

  for (const [what, listing, status, body, reason] of [
    [
      "a rate that is exceeded, by 409 and its code",
      "vmScans",
      409,
      simple(1965, "wait"),
      { _tag: "RateLimited", code: "1965" }
    ],
    [
      "too many at once, by 409 and its code",
      "vmScans",
      409,
      simple(1960, "wait"),
      { _tag: "RateLimited", code: "1960" }
    ],
    [
      "another 409, which is no throttle (Q1)",
      "vmScans",
      409,
      simple(2003, "Registration must be completed"),
      { _tag: "VendorRejected", code: "2003" }
    ],
    ["a bad request", "vmScans", 400, simple(1905, "bad"), { _tag: "VendorRejected", detail: "bad" }],
    ["an error under 200", "vmSchedules", 200, simple(1901, "unknown"), { _tag: "VendorRejected", code: "1901" }],
    [
      "an error of WAS under 200",
      "wasScans",
      200,
      was("INVALID_REQUEST", "no"),
      { _tag: "VendorRejected", code: "INVALID_REQUEST" }
    ],
    ["a page of HTML", "vmScans", 401, "<html><body>401<br></body></html>", { _tag: "Unauthorized" }],
    ["plain text", "wasScans", 401, "Unauthorized", { _tag: "Unauthorized" }]
  ] as const) {
    it.live(`are read: ${what}`, () =>
      Effect.gen(function* () {
        const vendor = yield* QualysEmulator.serve({
          fault: answering(status, body, { "x-ratelimit-towait-sec": "3600" })
        })
        const { error } = yield* Account.read(Account.connect(vendor), listing)
        assert.deepInclude(error?.reason, reason)
      })
    )
  }

  it.live("are waited for as long as Qualys says", () =>
    Effect.gen(function* () {
      const vendor = yield* QualysEmulator.serve({
        fault: Faults.nth(1, QualysEmulator.throttled(1960, "1 second")),
        subscription: { vmScans: Account.vmScans(3) }
      })
      const began = Date.now()
      const { error, jobs } = yield* Account.read(Account.connect(vendor, { historyDays: 20 }), "vmScans")
      assert.isUndefined(error)
      assert.lengthOf(jobs, 3)
      assert.isAtLeast(Date.now() - began, 990)
    })
  )

  it("does not come to what has no address: it has to be given", () => {
    const decoded = Qualys.decode({ name: "q", provider: "qualys", username: "u", password: "p" })
    assert.include(JSON.stringify(decoded), "give the API server of your platform")
  })
})
