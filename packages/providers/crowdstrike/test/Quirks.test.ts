/** The quirks of Falcon, by their numbers in our notes: F1 to F6 and F9 to F11; F7 and F8 are in `Access.test.ts`. */
import { assert, describe, it } from "@effect/vitest"
import * as CrowdStrikeEmulator from "@scanjobs/crowdstrike/emulator"
import { Faults } from "@scanjobs/testing"
import { DomainScanFromJSON } from "crowdstrike-falcon"
import { Effect } from "effect"
import * as Fql from "../src/Fql.ts"
import * as Account from "./Account.ts"
import { answering, envelope, withRuns } from "./Answers.ts"

const { empty, serve } = CrowdStrikeEmulator

describe("a row that vanished between its id and the request for it (F1)", () => {
  const vanished = ["run-00002", "run-00004"]
  const note = "the vendor lists ids and gives no rows for them (run-00002, run-00004)"

  for (const gone of ["beside", "silent", "refused"] as const) {
    it.live(`is a note, and the others count: ${gone}`, () =>
      Effect.gen(function* () {
        const vendor = yield* withRuns(Account.networkRuns(6), { vanished, quirks: { gone } })
        const { error, ids, notes } = yield* Account.read(Account.connect(vendor), "networkRuns")
        assert.isUndefined(error)
        assert.deepStrictEqual(ids, ["run-00000", "run-00001", "run-00003", "run-00005"])
        assert.deepStrictEqual(notes, [note])
      })
    )
  }

  it.live("is one also where all rows of a request are errors under 200", () =>
    Effect.gen(function* () {
      const vendor = yield* withRuns(Account.networkRuns(2), { vanished: ["run-00000", "run-00001"] })
      const { error, ids, notes } = yield* Account.read(Account.connect(vendor), "networkRuns")
      assert.isUndefined(error)
      assert.deepStrictEqual(ids, [])
      assert.deepStrictEqual(notes, ["the vendor lists ids and gives no rows for them (run-00000, run-00001)"])
    })
  )

  it.live("is one where a request for that row alone is refused with 404, and with several it is a failure", () =>
    Effect.gen(function* () {
      const alone = yield* withRuns(Account.networkRuns(1), { vanished: ["run-00000"], quirks: { gone: "refused" } })
      const one = yield* Account.read(Account.connect(alone), "networkRuns")
      assert.isUndefined(one.error)
      assert.deepStrictEqual(one.notes, ["the vendor lists ids and gives no rows for them (run-00000): it is gone"])
      const several = yield* withRuns(Account.networkRuns(2), {
        vanished: ["run-00000", "run-00001"],
        quirks: { gone: "refused" }
      })
      const two = yield* Account.read(Account.connect(several), "networkRuns")
      assert.deepInclude(two.error?.reason, { _tag: "VendorRejected", status: 404 })
    })
  )
})

describe("errors under a good status (F2)", () => {
  const refusals = [
    ["without rows", envelope([{ code: 400, message: "invalid filter" }]), "VendorRejected", "400", "invalid filter"],
    ["with no rows", envelope([{ code: 403, message: "no" }], []), "Forbidden", "403", "no"],
    [
      "beside rows, because others are missing",
      envelope([{ code: 400, message: "bad shard" }, { message: "again" }], ["run-1"]),
      "VendorRejected",
      "400",
      "bad shard; again"
    ],
    ["of an absence without an id", envelope([{ code: 404, message: "gone" }]), "VendorRejected", "404", "gone"],
    ["without a code", envelope([{ message: "odd" }]), "VendorRejected", null, "odd"]
  ] as const
  for (const [what, body, tag, code, detail] of refusals) {
    it.live(`are a failure ${what}, in the vendor's words and with its trace id`, () =>
      Effect.gen(function* () {
        const vendor = yield* serve({ fault: Faults.on("networkRunIds", answering(200, body)) })
        const { error } = yield* Account.read(Account.connect(vendor), "networkRuns")
        assert.deepInclude(error?.reason, { _tag: tag, status: 200, code, detail })
      })
    )
  }

  it.live("are tried again where they may pass", () =>
    Effect.gen(function* () {
      const busy = answering(200, envelope([{ code: 503, message: "try again" }]))
      const vendor = yield* withRuns(Account.networkRuns(2), {
        fault: Faults.on("networkRunIds", Faults.nth(1, busy))
      })
      const { error, ids } = yield* Account.read(Account.connect(vendor), "networkRuns")
      assert.isUndefined(error)
      assert.lengthOf(ids, 2)
    })
  )

  it.live("keep the trace id of the body where no header has one", () =>
    Effect.gen(function* () {
      const vendor = yield* serve({ fault: Faults.on("networkRunIds", answering(400, envelope([{ code: 400 }]))) })
      const { error } = yield* Account.read(Account.connect(vendor), "networkRuns")
      assert.deepInclude(error?.reason, { _tag: "VendorRejected", requestId: "trace-77", detail: null })
    })
  )

  it.live("null for no rows is an empty list", () =>
    Effect.gen(function* () {
      const vendor = yield* serve({ fault: Faults.on("networkRunIds", answering(200, envelope(null))) })
      const { error, ids } = yield* Account.read(Account.connect(vendor), "networkRuns")
      assert.isUndefined(error)
      assert.deepStrictEqual(ids, [])
    })
  )
})

describe("the order of rows (F3, F6)", () => {
  for (const order of ["asked", "opposite"] as const) {
    it.live(`is that of the ids, oldest first, whatever the order of the answer: ${order}`, () =>
      Effect.gen(function* () {
        const vendor = yield* withRuns(Account.networkRuns(7).toReversed(), { quirks: { order } })
        const { ids } = yield* Account.read(Account.connect(vendor, { pageSize: 3 }), "networkRuns")
        assert.deepStrictEqual(
          ids,
          Account.networkRuns(7).map(({ id }) => id)
        )
        const [first] = yield* vendor.ledger.to("networkRunIds")
        assert.deepStrictEqual(first?.query, { sort: "created_timestamp|asc", limit: "3" })
      })
    )
  }

  it.live("of on-demand scans and of schedules is asked for, too", () =>
    Effect.gen(function* () {
      const vendor = yield* serve({ scans: empty })
      yield* Account.read(Account.connect(vendor))
      const sorts = (yield* vendor.ledger.entries).flatMap(({ query }) => query["sort"] ?? [])
      assert.deepStrictEqual(sorts.map(String).toSorted(), [
        "created_on|asc",
        "created_on|asc",
        "created_timestamp|asc",
        "created_timestamp|asc"
      ])
    })
  )
})

describe("a time that is not set (F4)", () => {
  for (const unset of ["empty", "null", "absent"] as const) {
    it.live(`is no time: ${unset}`, () =>
      Effect.gen(function* () {
        const vendor = yield* serve({
          scans: {
            ...empty,
            networkRuns: Account.networkRuns(1, { start_timestamp: null, end_timestamp: null }),
            onDemandScans: Account.onDemandScans(1, { scan_started_on: null, scan_completed_on: null })
          },
          quirks: { unset }
        })
        const { drift, jobs } = yield* Account.read(Account.connect(vendor))
        assert.deepStrictEqual(
          jobs.map(({ finishTime, startTime }) => [startTime, finishTime]),
          [
            [null, null],
            [null, null]
          ]
        )
        assert.deepStrictEqual(drift, [])
      })
    )
  }
})

describe("a status that is not set (F4)", () => {
  it.live("is an unknown state", () =>
    Effect.gen(function* () {
      const networkRuns = Account.networkRuns(1, { status: null })
      const onDemandScans = Account.onDemandScans(1, { status: null })
      const vendor = yield* serve({ scans: { ...empty, networkRuns, onDemandScans } })
      const { jobs } = yield* Account.read(Account.connect(vendor))
      assert.deepStrictEqual(
        jobs.map(({ state, vendorState }) => [state, vendorState]),
        [
          ["unknown", null],
          ["unknown", null]
        ]
      )
    })
  )
})

describe("a text that is empty (F4)", () => {
  it.live("is none: no scan, profile, name or reason", () =>
    Effect.gen(function* () {
      const vendor = yield* serve({
        scans: {
          ...empty,
          networkRuns: Account.networkRuns(1, { scan_id: "", template_name: "", error_reason: "" }),
          onDemandScans: Account.onDemandScans(1, { profile_id: "", description: "" })
        }
      })
      const { jobs } = yield* Account.read(Account.connect(vendor))
      assert.deepStrictEqual(
        jobs.map(({ definitionId, detail, name }) => [definitionId, name, detail]),
        [
          [null, null, null],
          [null, null, null]
        ]
      )
    })
  )
})

describe("a list that is deeper than offsets reach (F5)", () => {
  const cases = [
    // The page that would end at 10,001 is not asked for.
    ["networkRuns", 73, Account.networkRuns],
    ["onDemandScans", 500, Account.onDemandScans]
  ] as const
  for (const [listing, limit, rowsOf] of cases) {
    it.live(`is read on by the time of creation: ${listing}`, () =>
      Effect.gen(function* () {
        const rows = rowsOf(10_650)
        const vendor = yield* serve({ scans: { ...empty, [listing]: rows } })
        const { error, ids } = yield* Account.read(Account.connect(vendor, { pageSize: limit }), listing)
        assert.isUndefined(error)
        assert.deepStrictEqual(
          ids,
          rows.map(({ id }) => id)
        )
        const asked = yield* vendor.ledger.to(listing === "networkRuns" ? "networkRunIds" : "onDemandScanIds")
        const depths = asked.map(({ query }) => Number(query["offset"] ?? 0) + Number(query["limit"]))
        const deepest = Math.floor(10_000 / limit) * limit
        assert.strictEqual(Math.max(...depths), deepest)
        const filters = new Set(asked.map(({ query }) => query["filter"]))
        const field = listing === "networkRuns" ? "created_timestamp" : "created_on"
        assert.deepStrictEqual(
          [...filters],
          [undefined, `${field}:>='${Account.iso(Account.newYear + (deepest - 1) * 60_000)}'`]
        )
        assert.strictEqual(asked.length, deepest / limit + Math.ceil((rows.length - deepest + 1) / limit) + 1)
      })
    )
  }
})

describe("the official client, which is no oracle for network scans (F9)", () => {
  it.live("loses their fields, which are all kept here", () =>
    Effect.gen(function* () {
      const [row] = Account.networkScans(1)
      const theirs: object = DomainScanFromJSON(row)
      assert.notProperty(theirs, "name")
      assert.notProperty(theirs, "scheduling")
      const vendor = yield* serve({ scans: { ...empty, networkScans: Account.networkScans(1) } })
      const { jobs } = yield* Account.read(Account.connect(vendor), "networkScans", span)
      assert.deepStrictEqual<unknown>(jobs[0]?.raw, row)
    })
  )
})

describe("a filter (F10)", () => {
  it.each([
    ["2026-01-01T00:00:00Z", "created_on:>='2026-01-01T00:00:00Z'"],
    ["it's \\ odd", "created_on:>='it\\'s \\\\ odd'"],
    ["two\nlines", "created_on:>='two\nlines'"]
  ])("quotes the text %s, and is read again", (text, filter) => {
    assert.strictEqual(Fql.since("created_on", text), filter)
    assert.strictEqual(Fql.sinceOf(filter), text)
  })

  it.each([undefined, "", "status:'done'", "created_on:>'x'", "created_on:>='a'+status:'b'"])(
    "of another form has no text: %s",
    (filter) => {
      assert.isUndefined(Fql.sinceOf(filter))
    }
  )

  it.live(
    "leaves out runs that were created so many days before `from`, where the settings say that this is enough",
    () =>
      Effect.gen(function* () {
        const day = 86_400_000
        const vendor = yield* serve({
          scans: { ...empty, networkRuns: Account.networkRuns(10), onDemandScans: Account.onDemandScans(10) }
        })
        const from = Account.newYear + day + 5 * 60_000
        const account = Account.connect(vendor, { startsWithinDays: 1 })
        yield* Account.read(account, undefined, { from })
        const bounds = (yield* vendor.ledger.entries).flatMap(({ path, query }) =>
          query["filter"] === undefined ? [] : [[path, query["filter"]]]
        )
        const bound = Account.iso(from - day)
        assert.sameDeepMembers(
          [...new Map(bounds.map(([path, filter]) => [String(path), filter]))],
          [
            ["/netscan/queries/scan-runs/v1", `created_timestamp:>='${bound}'`],
            ["/ods/queries/scans/v1", `created_on:>='${bound}'`]
          ]
        )
        const before = (yield* vendor.ledger.entries).length
        yield* Account.read(Account.connect(vendor), "networkRuns", { from })
        const later = (yield* vendor.ledger.entries).slice(before)
        assert.isTrue(later.every(({ query }) => query["filter"] === undefined))
      })
  )
})

/** The beginning of 2027, at which no row of these tests is due any more. */
const span = { from: Date.UTC(2027, 0, 1), until: Date.UTC(2027, 0, 2) }

describe("a scheduled scan (F11)", () => {
  const start = Date.now() + 3_600_000
  const schedules = (changes: object) =>
    Effect.gen(function* () {
      const vendor = yield* serve({ scans: { ...empty, scheduledScans: Account.scheduledScans(1, changes) } })
      const { ended, jobs } = yield* Account.read(Account.connect(vendor), "scheduledScans")
      const told = jobs.map(({ definitionId, kind, startTime, state }) => [kind, state, definitionId, startTime])
      return { ended, told }
    })
  const definition = ["definition", "scheduled", "profile-0", null]

  it.live("is a definition, and an occurrence where its start is ahead", () =>
    Effect.gen(function* () {
      const { ended, told } = yield* schedules({ schedule: { start_timestamp: Account.iso(start), interval: 0 } })
      assert.deepStrictEqual(told, [definition, ["occurrence", "scheduled", "profile-0", start]])
      assert.deepStrictEqual(
        ended.map(([by]) => by),
        ["end"]
      )
    })
  )

  it.live("that repeats is known up to its start alone, because the unit of its interval is not documented", () =>
    Effect.gen(function* () {
      const { ended, told } = yield* schedules({ schedule: { start_timestamp: Account.iso(start), interval: 14 } })
      assert.deepStrictEqual(told, [definition, ["occurrence", "scheduled", "profile-0", start]])
      assert.deepStrictEqual(ended, [["known", start + 1]])
    })
  )

  it.live("that has begun to repeat is a definition, and nothing is known of its runs", () =>
    Effect.gen(function* () {
      const before = Date.now()
      const { ended, told } = yield* schedules({ schedule: { start_timestamp: "2026-01-01T00:00:00Z", interval: 7 } })
      assert.deepStrictEqual(told, [definition])
      const [[by, until] = []] = ended
      assert.strictEqual(by, "known")
      assert.isAtLeast(until ?? 0, before)
      assert.isAtMost(until ?? 0, Date.now())
    })
  )

  it.live("without a schedule is a definition", () =>
    Effect.gen(function* () {
      const { ended, told } = yield* schedules({ schedule: null, status: null })
      assert.deepStrictEqual(told, [definition])
      assert.deepStrictEqual(
        ended.map(([by]) => by),
        ["end"]
      )
    })
  )

  it.live("that is deleted is none", () =>
    Effect.gen(function* () {
      const { ended, told } = yield* schedules({
        deleted: true,
        schedule: { start_timestamp: Account.iso(start), interval: 7 }
      })
      assert.deepStrictEqual(told, [])
      assert.deepStrictEqual(
        ended.map(([by]) => by),
        ["end"]
      )
    })
  )
})
