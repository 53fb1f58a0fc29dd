import { assert, describe, it } from "@effect/vitest"
import { CrowdStrike } from "@scanjobs/crowdstrike"
import * as CrowdStrikeEmulator from "@scanjobs/crowdstrike/emulator"
import { Effect, Result } from "effect"
import * as Cloud from "../src/Cloud.ts"
import * as Account from "./Account.ts"

const { empty, serve } = CrowdStrikeEmulator

const runOf = (changes: object) =>
  Effect.gen(function* () {
    const vendor = yield* serve({ scans: { ...empty, networkRuns: Account.networkRuns(1, changes) } })
    const { jobs } = yield* Account.read(Account.connect(vendor), "networkRuns")
    return jobs[0]
  })

describe("a run of a network scan", () => {
  const states = [
    ["created", "scheduled"],
    ["pending", "queued"],
    ["running", "running"],
    ["cancel_pending", "running"],
    ["done", "succeeded"],
    ["error", "failed"],
    ["canceled", "cancelled"],
    ["DONE", "succeeded"],
    ["paused_for_now", "unknown"]
  ] as const
  for (const [status, state] of states) {
    it.live(`whose status is ${status} is ${state}`, () =>
      Effect.map(runOf({ status }), (job) => assert.deepInclude(job, { state, vendorState: status }))
    )
  }

  const categories = [
    ["assessment", "vulnerability"],
    ["discovery", "inventory"],
    ["something new", "other"],
    [null, "other"]
  ] as const
  for (const [type, category] of categories) {
    it.live(`of the type ${type} is of the category ${category}`, () =>
      Effect.map(runOf({ type }), (job) => assert.deepInclude(job, { category }))
    )
  }

  it.live("belongs to its network scan, and tells how far it is, and why it failed", () =>
    Effect.map(runOf({}), (job) =>
      assert.deepInclude(job, {
        kind: "run",
        definitionId: "scan-1",
        name: "Full assessment",
        detail: "the scanner is offline",
        progress: 40,
        startTime: Account.newYear + 5000,
        finishTime: Account.newYear + 25_000
      })
    )
  )

  it.live("may tell none of it", () =>
    Effect.map(
      runOf({
        scan_id: null,
        template_name: null,
        error_reason: null,
        progress_pct: null,
        start_timestamp: "0001-01-01T00:00:00Z"
      }),
      (job) =>
        assert.deepInclude(job, { definitionId: null, name: null, detail: null, progress: null, startTime: null })
    )
  )
})

describe("an on-demand scan", () => {
  const read = (changes: object) =>
    Effect.gen(function* () {
      const vendor = yield* serve({ scans: { ...empty, onDemandScans: Account.onDemandScans(1, changes) } })
      const { jobs } = yield* Account.read(Account.connect(vendor), "onDemandScans")
      return jobs[0]
    })
  const states = [
    ["scheduled", "scheduled"],
    ["pending", "queued"],
    ["running", "running"],
    ["completed", "succeeded"],
    ["failed", "failed"],
    ["cancelled", "cancelled"],
    ["canceled", "cancelled"],
    ["Completed", "succeeded"],
    ["new word", "unknown"],
    [null, "unknown"]
  ] as const
  for (const [status, state] of states) {
    it.live(`whose status is ${status} is ${state}`, () =>
      Effect.map(read({ status }), (job) => assert.deepInclude(job, { state, vendorState: status }))
    )
  }

  it.live("belongs to its scheduled scan, if it has one", () =>
    Effect.gen(function* () {
      assert.deepInclude(yield* read({}), {
        kind: "run",
        category: "malware",
        definitionId: "profile-1",
        name: "Laptops",
        startTime: Account.newYear + 5000,
        finishTime: Account.newYear + 25_000
      })
      assert.deepInclude(yield* read({ profile_id: null, description: null }), { definitionId: null, name: null })
    })
  )
})

describe("a network scan", () => {
  const span = { from: Date.UTC(2026, 2, 28), until: Date.UTC(2026, 3, 4) }
  /** The definition's state, the planned runs, and how the listing ended. */
  const planned = (changes: object, query: { readonly from: number; readonly until: number } = span) =>
    Effect.gen(function* () {
      const vendor = yield* serve({ scans: { ...empty, networkScans: Account.networkScans(1, changes) } })
      const { ended, jobs } = yield* Account.read(Account.connect(vendor), "networkScans", query)
      const [definition, ...runs] = jobs
      assert.deepInclude(definition, {
        kind: "definition",
        vendorId: "scan-0",
        definitionId: "scan-0",
        name: "Office 0",
        category: "vulnerability"
      })
      assert.isTrue(runs.every(({ definitionId, kind }) => kind === "occurrence" && definitionId === "scan-0"))
      return {
        state: [definition?.state, definition?.vendorState],
        runs: runs.map(({ detail, startTime, state }) =>
          startTime === null ? `${state}: ${detail}` : Account.iso(startTime)
        ),
        ended
      }
    })
  const scheduled = (changes: object, query = span) =>
    Effect.map(
      planned({ next_run_timestamp: null, scheduling: { ...Account.daily, ...changes } }, query),
      ({ runs }) => runs
    )

  it.live("that is due each day keeps its local time", () =>
    Effect.map(planned({}, { from: span.from, until: Date.UTC(2026, 2, 30) }), (found) =>
      assert.deepStrictEqual(found, {
        state: ["scheduled", "daily"],
        runs: ["2026-03-28T01:30:00.000Z", "2026-03-29T01:30:00.000Z"],
        ended: [["end", null]]
      })
    )
  )

  const rules = [
    ["once", { frequency: "once", start_date: "2026-03-30" }, ["2026-03-30T00:30:00.000Z"]],
    [
      "at a time with seconds",
      { frequency: "once", start_date: "2026-03-30", start_time: "02:30:15" },
      ["2026-03-30T00:30:15.000Z"]
    ],
    [
      "until a date",
      { end_date: "2026-03-30" },
      ["2026-03-28T01:30:00.000Z", "2026-03-29T01:30:00.000Z", "2026-03-30T00:30:00.000Z"]
    ],
    [
      "on weekdays",
      { frequency: "weekly", days_of_week: ["Mon", "Thu"] },
      ["2026-03-30T00:30:00.000Z", "2026-04-02T00:30:00.000Z"]
    ],
    [
      "on every weekday that has a name",
      { frequency: "weekly", days_of_week: ["Sun", "Tue", "Wed", "Fri", "Sat"] },
      [
        "2026-03-28T01:30:00.000Z",
        "2026-03-29T01:30:00.000Z",
        "2026-03-31T00:30:00.000Z",
        "2026-04-01T00:30:00.000Z",
        "2026-04-03T00:30:00.000Z"
      ]
    ],
    [
      "on days of the month",
      { frequency: "monthly", occurrence: "Day(s)", days_of_month: [1, 31] },
      ["2026-03-31T00:30:00.000Z", "2026-04-01T00:30:00.000Z"]
    ],
    [
      "on the first such days of the month",
      { frequency: "monthly", occurrence: "First", days_of_week: ["Wed", "Fri"] },
      ["2026-04-01T00:30:00.000Z", "2026-04-03T00:30:00.000Z"]
    ],
    [
      "on the last such day of the month",
      { frequency: "monthly", occurrence: "Last", days_of_week: ["Mon"] },
      ["2026-03-30T00:30:00.000Z"]
    ],
    [
      "on the fourth such day of the month",
      { frequency: "monthly", occurrence: "Fourth", days_of_week: ["Sat"] },
      ["2026-03-28T01:30:00.000Z"]
    ],
    [
      "on the second or third such day of the month, which is another week",
      { frequency: "monthly", occurrence: "Second", days_of_week: ["Mon"] },
      []
    ],
    [
      "on the third such day of the month, which is another week",
      { frequency: "monthly", occurrence: "Third", days_of_week: ["Mon"] },
      []
    ]
  ] as const
  for (const [what, scheduling, runs] of rules) {
    it.live(`is due ${what}`, () =>
      Effect.map(scheduled(scheduling), (found) => assert.deepStrictEqual(found, [...runs]))
    )
  }

  const unreadable = [
    ["weekdays that are numbers", { frequency: "weekly", days_of_week: [1, 3] }, "BYDAY is not allowed here"],
    ["no time zone", { timezone: null }, "zone null is not a known time zone"],
    ["a date of another form", { start_date: "5 January" }, "is not a time of the form YYYYMMDDTHHMMSS"],
    ["no time of day", { start_time: null }, "is not a time of the form YYYYMMDDTHHMMSS"],
    ["an end of another form", { end_date: "never" }, "UNTIL is not allowed here"],
    ["a frequency of another name", { frequency: "hourly" }, 'rule "hourly" cannot be read'],
    ["no frequency", { frequency: null }, 'rule "none" cannot be read'],
    ["a place of the month without a day", { frequency: "monthly", occurrence: "First" }, "BYDAY is not allowed here"]
  ] as const
  for (const [what, scheduling, problem] of unreadable) {
    it.live(`with ${what} has its next run alone, and is known up to it`, () =>
      Effect.gen(function* () {
        const next = Date.UTC(2026, 2, 30, 5)
        const found = yield* planned({
          scheduling: { ...Account.daily, ...scheduling },
          next_run_timestamp: Account.iso(next)
        })
        assert.deepStrictEqual(found.runs, [Account.iso(next)])
        assert.deepStrictEqual(found.ended, [["known", next + 1]])
        const [unknown, ...others] = yield* scheduled(scheduling)
        assert.deepStrictEqual(others, [])
        assert.match(String(unknown), /^unknown: its schedule cannot be read: /)
        assert.include(unknown, problem)
      })
    )
  }

  it.live("without the schedule itself has its next run alone", () =>
    Effect.gen(function* () {
      const next = Date.UTC(2026, 2, 30, 5)
      for (const frequency of ["weekly", null]) {
        const found = yield* planned({ frequency, scheduling: null, next_run_timestamp: Account.iso(next) })
        assert.deepStrictEqual(found, {
          state: ["scheduled", frequency],
          runs: [Account.iso(next)],
          ended: [["known", next + 1]]
        })
      }
    })
  )

  it.live("whose next run is behind the span plans nothing in it", () =>
    Effect.map(planned({ scheduling: null, next_run_timestamp: Account.iso(span.until) }), ({ ended, runs }) => {
      assert.deepStrictEqual(runs, [])
      assert.deepStrictEqual(ended, [["end", null]])
    })
  )

  for (const [what, changes, word] of [
    ["by its own word", { frequency: "not_scheduled", scheduling: null }, "not_scheduled"],
    ["by the word of its schedule", { scheduling: { frequency: "Not_Scheduled" } }, "Not_Scheduled"],
    ["because nothing says when", { frequency: null, scheduling: null, next_run_timestamp: null }, null]
  ] as const) {
    it.live(`that is not scheduled, ${what}, is paused and plans nothing`, () =>
      Effect.map(planned(changes), (found) =>
        assert.deepStrictEqual(found, { state: ["paused", word], runs: [], ended: [["end", null]] })
      )
    )
  }
})

describe("a connection", () => {
  it("names a cloud, or an address", () => {
    const given = { name: "falcon", provider: "crowdstrike", clientId: "c", clientSecret: "s" }
    const problems = (more: object) => {
      const decoded = CrowdStrike.decode({ ...given, ...more })
      return Result.isFailure(decoded) ? decoded.failure.map(({ key, message }) => `${key}: ${message}`) : []
    }
    assert.deepStrictEqual(problems({}), [
      "cloud: missing key; give cloud (us-1, us-2, eu-1, us-gov-1, us-gov-2), or baseUrl"
    ])
    assert.deepStrictEqual(problems({ cloud: "eu-1" }), [])
    assert.deepStrictEqual(problems({ baseUrl: "https://falcon.example" }), [])
    assert.lengthOf(problems({ cloud: "eu-9" }), 1)
    for (const [pageSize, count] of [
      [0, 1],
      [1, 0],
      [500, 0],
      [501, 1]
    ] as const) {
      assert.lengthOf(problems({ cloud: "us-1", pageSize }), count)
    }
    assert.lengthOf(problems({ cloud: "us-1", startsWithinDays: -1 }), 1)
  })

  it.each([
    ["us-1", "https://api.crowdstrike.com"],
    ["us-2", "https://api.us-2.crowdstrike.com"],
    ["eu-1", "https://api.eu-1.crowdstrike.com"],
    ["us-gov-1", "https://api.laggar.gcw.crowdstrike.com"],
    ["us-gov-2", "https://api.us-gov-2.crowdstrike.mil"]
  ] as const)("to the cloud %s asks %s", (cloud, address) => {
    assert.strictEqual(Cloud.addressOf({ cloud }), address)
    assert.strictEqual(Cloud.addressOf({ cloud, baseUrl: "https://falcon.example/api/" }), "https://falcon.example/api")
  })

  it.live("asks for as many ids as each list gives at most", () =>
    Effect.gen(function* () {
      const vendor = yield* serve({ scans: empty })
      yield* Account.read(Account.connect(vendor))
      yield* Account.read(Account.connect(vendor, { pageSize: 200 }))
      const limits = (yield* vendor.ledger.entries).flatMap(({ path, query }) =>
        query["limit"] === undefined
          ? []
          : [`${path.includes("netscan") ? "netscan" : "ods"} ${String(query["limit"])}`]
      )
      assert.deepStrictEqual([...new Set(limits)].toSorted(), ["netscan 100", "ods 200", "ods 500"])
      assert.lengthOf(limits, 8)
    })
  )
})
