import { assert, describe, it } from "@effect/vitest"
import * as MicrosoftEmulator from "@scanjobs/microsoft/emulator"
import { Faults } from "@scanjobs/testing"
import { Effect } from "effect"
import { HttpServerResponse } from "effect/http"
import * as Account from "./Account.ts"

const { action, day, hour, run, source, times, trigger } = Account

const servePurview = (
  sources: ReadonlyArray<MicrosoftEmulator.Source>,
  options: Omit<MicrosoftEmulator.PurviewOptions, "sources"> = {}
) => MicrosoftEmulator.servePurview({ sources, ...options })

const oneScan = (runs: ReadonlyArray<MicrosoftEmulator.Row>, own?: MicrosoftEmulator.Row) => [
  source("sales", [{ name: "nightly", runs, ...(own === undefined ? {} : { trigger: own }) }])
]

describe("M1: three levels", () => {
  const sources = times(5, (index) =>
    source(
      `source-${index}`,
      times(3, (nth) => ({
        name: `scan-${nth}`,
        runs: times(4, (each) => run(each, { id: `run-${index}-${nth}-${each}` }))
      }))
    )
  )

  for (const count of ["page", "list", "absent"] as const) {
    it.live(`are read whole, over the pages of each, where count is ${count}`, () =>
      Effect.gen(function* () {
        const vendor = yield* servePurview(sources, { pageSize: 2, quirks: { count } })
        const { failure, ids, jobs } = yield* Account.readPurview(Account.purview(vendor))
        assert.isUndefined(failure)
        assert.strictEqual(new Set(ids).size, 60)
        assert.deepInclude(
          jobs.find(({ vendorId }) => vendorId === "run-3-1-2"),
          {
            id: "purview/pv/runs/source-3%2Fscan-1/run-3-1-2",
            scope: "source-3/scan-1",
            definitionId: "source-3/scan-1",
            name: "source-3/scan-1",
            kind: "run",
            category: "data"
          }
        )
        assert.lengthOf(yield* vendor.ledger.to("dataSources"), 3)
        assert.lengthOf(yield* vendor.ledger.to("scans"), 10)
      })
    )
  }

  it.live("name the version in every request, and escape names in paths", () =>
    Effect.gen(function* () {
      const names = [source("my ds/1", [{ name: "50% of all", runs: [run(1)], trigger: trigger(null) }])]
      const vendor = yield* servePurview(names, { pageSize: 1 })
      const { ids, jobs } = yield* Account.readPurview(Account.purview(vendor))
      assert.deepStrictEqual(ids, ["run-1"])
      assert.strictEqual(jobs[0]?.scope, "my ds%2F1/50%25 of all")
      assert.strictEqual(jobs[0]?.name, "my ds/1/50% of all")
      const asked = (yield* vendor.ledger.entries).filter(({ endpoint }) => endpoint !== null)
      assert.deepStrictEqual(
        asked.map(({ path, query }) => [path, query["api-version"]]),
        [
          ["/datasources", "2023-09-01"],
          ["/datasources/my%20ds%2F1/scans", "2023-09-01"],
          ["/datasources/my%20ds%2F1/scans/50%25%20of%20all/runs", "2023-09-01"]
        ]
      )
    })
  )

  it.live("fail as a whole where the list of data sources goes round in a circle, after what was found", () =>
    Effect.gen(function* () {
      const vendor = yield* servePurview(sources, {
        pageSize: 2,
        fault: Faults.circle(MicrosoftEmulator.wires.sources, 2)
      })
      const { failure } = yield* Account.readPurview(Account.purview(vendor))
      assert.strictEqual(failure?.reason._tag, "PaginationStalled")
    })
  )
})

for (const end of ["null", "absent", "empty"] as const) {
  it.live(`M2: a list ends where its link is ${end}`, () =>
    Effect.gen(function* () {
      const vendor = yield* servePurview(oneScan(times(5, run)), { pageSize: 2, quirks: { end } })
      const { failure, ids } = yield* Account.readPurview(Account.purview(vendor))
      assert.isUndefined(failure)
      assert.lengthOf(ids, 5)
      assert.lengthOf(yield* vendor.ledger.to("runs"), 3)
    })
  )
}

describe("M3: a link", () => {
  const page = (vendor: string, next: string | null) =>
    HttpServerResponse.jsonUnsafe({
      value: [run(next === null ? 2 : 1)],
      nextLink: next === null ? null : `${vendor}${next}`
    })

  it.live("is sent back with the parameters that it has, whatever they are", () =>
    Effect.gen(function* () {
      const opaque = "?api-version=2023-09-01&%24skipToken=%2B%2F%3D%20%C3%A9&ctx=a%26b"
      let base = ""
      const fault = Faults.on(
        "runs",
        Faults.firstOf(
          Faults.nth(1, ({ path }) => page(base, `${path}${opaque}`)),
          Faults.nth(2, () => page(base, null))
        )
      )
      const vendor = yield* servePurview(oneScan([]), { fault })
      base = vendor.baseUrl
      const { failure, ids } = yield* Account.readPurview(Account.purview(vendor))
      assert.isUndefined(failure)
      assert.deepStrictEqual(ids, ["run-1", "run-2"])
      assert.deepStrictEqual((yield* vendor.ledger.to("runs")).at(-1)?.query, {
        "api-version": "2023-09-01",
        $skipToken: "+/= é",
        ctx: "a&b"
      })
    })
  )

  for (const level of ["dataSources", "scans", "runs"] as const) {
    it.live(`to another host is not followed, in ${level}`, () =>
      Effect.gen(function* () {
        const fault = Faults.on(level, () =>
          HttpServerResponse.jsonUnsafe({
            value: [],
            nextLink: "https://contoso.scan.purview.azure.com/datasources?api-version=2023-09-01&skipToken=a"
          })
        )
        const vendor = yield* servePurview(oneScan([run(1)]), { fault })
        const { failure } = yield* Account.readPurview(Account.purview(vendor))
        assert.deepInclude(failure?.reason, {
          _tag: "ForeignLink",
          origin: "https://contoso.scan.purview.azure.com",
          expected: vendor.baseUrl
        })
      })
    )
  }
})

it.live("M4: times have up to seven digits of a second, and are kept as they were sent", () =>
  Effect.gen(function* () {
    const sent = { startTime: "2023-07-31T01:40:22.6764952Z", endTime: "2023-07-31T01:41:14Z" }
    const vendor = yield* servePurview(oneScan([run(1, sent)]))
    const [job] = (yield* Account.readPurview(Account.purview(vendor))).jobs
    assert.strictEqual(job?.startTime, Date.parse("2023-07-31T01:40:22.676Z"))
    assert.strictEqual(job?.finishTime, Date.parse("2023-07-31T01:41:14.000Z"))
    assert.deepInclude<unknown>(job?.raw, sent)
  })
)

it.live("M12: a run or an action without a status, which no description promises, is listed as unknown", () =>
  Effect.gen(function* () {
    const purview = yield* servePurview(oneScan([run(1, { status: null }), run(2, { status: undefined })]))
    const defender = yield* MicrosoftEmulator.serveDefender({
      actions: [action(1, { status: null }), action(2, { status: undefined })]
    })
    const runs = yield* Account.readPurview(Account.purview(purview))
    const actions = yield* Account.readDefender(Account.defender(defender))
    assert.deepStrictEqual(
      [...runs.jobs, ...actions.jobs].map(({ state, vendorState }) => [state, vendorState]),
      Array.from({ length: 4 }, () => ["unknown", null])
    )
  })
)

it.live("M5: a scan without a trigger is a note, and the others are read", () =>
  Effect.gen(function* () {
    const daily = trigger({ frequency: "Day", interval: 1, startTime: "2026-01-01T02:00:00Z" })
    const vendor = yield* servePurview([
      source("sales", [
        { name: "manual", runs: [] },
        { name: "nightly", runs: [], trigger: daily }
      ])
    ])
    const span = { from: Date.UTC(2026, 0, 5), until: Date.UTC(2026, 0, 7) }
    const { failure, jobs, notes } = yield* Account.readPurview(Account.purview(vendor), "planned", span)
    assert.isUndefined(failure)
    assert.deepStrictEqual(
      notes.filter((note) => note.includes("trigger")),
      ["sales/manual: the scan has no trigger, or was deleted meanwhile"]
    )
    assert.deepStrictEqual(
      jobs.map(({ definitionId, kind, startTime, state, vendorId }) => [
        kind,
        state,
        vendorId,
        definitionId,
        startTime
      ]),
      [
        ["definition", "scheduled", "default", "sales/nightly", null],
        ["occurrence", "scheduled", "default/run@2026-01-05T02:00:00.000Z", "sales/nightly", Date.UTC(2026, 0, 5, 2)],
        ["occurrence", "scheduled", "default/run@2026-01-06T02:00:00.000Z", "sales/nightly", Date.UTC(2026, 0, 6, 2)]
      ]
    )
  })
)

it.live(
  "the start of planned runs is noted in the same words for all scans, so that they can be told of together",
  () =>
    Effect.gen(function* () {
      const daily = trigger({ frequency: "Day", interval: 1, startTime: "2026-01-01T02:00:00Z" })
      const scans = times(20, (index) => ({ name: `scan-${index}`, runs: [], trigger: daily }))
      const vendor = yield* servePurview([source("sales", scans)], { latency: "2 millis" })
      const { notes } = yield* Account.readPurview(Account.purview(vendor), "planned")
      const begins = notes.flatMap((note) => /planned runs are worked out from now on.*$/.exec(note) ?? [])
      assert.lengthOf(begins, 20)
      assert.strictEqual(new Set(begins).size, 1)
    })
)

it.live("M6: a data source or a scan that is deleted meanwhile is left out with a note", () =>
  Effect.gen(function* () {
    const vendor = yield* servePurview([
      source("gone", 404),
      source("half", [
        { name: "gone", runs: 404 },
        { name: "there", runs: [run(1)] }
      ])
    ])
    const { failure, ids, notes } = yield* Account.readPurview(Account.purview(vendor))
    assert.isUndefined(failure)
    assert.deepStrictEqual(ids, ["run-1"])
    assert.sameMembers(
      [...notes],
      ["gone: the data source was deleted meanwhile", "half/gone: the scan was deleted meanwhile"]
    )
  })
)

describe("M8: a recurrence", () => {
  const due = (recurrence: object, from: string, until: string) =>
    Effect.gen(function* () {
      const vendor = yield* servePurview(oneScan([], trigger(recurrence)))
      const span = { from: Date.parse(from), until: Date.parse(until) }
      const { jobs } = yield* Account.readPurview(Account.purview(vendor), "planned", span)
      return jobs.flatMap(({ detail, kind, startTime, state }) =>
        kind === "definition"
          ? []
          : [state === "scheduled" ? new Date(startTime ?? 0).toISOString() : `${state}: ${detail}`]
      )
    })
  const startTime = "2026-01-05T01:23:45.678Z"

  const cases: ReadonlyArray<readonly [what: string, recurrence: object, expected: ReadonlyArray<string>]> = [
    [
      "by hours is its start, again and again",
      { frequency: "Hour", interval: 8 },
      ["01-05T01:23:45.678", "01-05T09:23:45.678", "01-05T17:23:45.678", "01-06T01:23:45.678"]
    ],
    [
      "by days has all hours and minutes, from its start on",
      { frequency: "Day", interval: 1, schedule: { hours: [0, 12], minutes: [0, 30] } },
      ["01-05T12:00:00.000", "01-05T12:30:00.000", "01-06T00:00:00.000", "01-06T00:30:00.000"]
    ],
    [
      "by weeks has weekdays",
      { frequency: "Week", interval: 2, schedule: { hours: [3], minutes: [0], weekDays: ["Thursday", "Monday"] } },
      ["01-05T03:00:00.000", "01-08T03:00:00.000", "01-19T03:00:00.000", "01-22T03:00:00.000"]
    ],
    [
      "by weeks without a schedule has that of its start",
      { frequency: "Week", interval: 1, schedule: null },
      ["01-05T01:23:45.678", "01-12T01:23:45.678"]
    ],
    [
      "by months has days, -1 being the last",
      { frequency: "Month", interval: 1, schedule: { hours: [3], minutes: [0], monthDays: [10, -1] } },
      ["01-10T03:00:00.000", "01-31T03:00:00.000", "02-10T03:00:00.000"]
    ],
    [
      "by months has weekdays, -1 being the last",
      {
        frequency: "Month",
        interval: 1,
        schedule: {
          hours: [3],
          minutes: [0],
          monthlyOccurrences: [
            { day: "Wednesday", occurrence: 2 },
            { day: "Sunday", occurrence: -1 }
          ]
        }
      },
      ["01-14T03:00:00.000", "01-25T03:00:00.000", "02-11T03:00:00.000"]
    ],
    [
      "ends",
      { frequency: "Day", interval: 1, endTime: "2026-01-07T00:00:00Z" },
      ["01-05T01:23:45.678", "01-06T01:23:45.678"]
    ],
    [
      "may name a zone of IANA",
      { frequency: "Day", interval: 1, timeZone: "Europe/Berlin", schedule: { hours: [3], minutes: [0] } },
      ["01-05T02:00:00.000", "01-06T02:00:00.000"]
    ],
    [
      "may name UTC",
      { frequency: "Day", interval: 1, timeZone: "UTC", schedule: { hours: [3], minutes: [0] } },
      ["01-05T03:00:00.000", "01-06T03:00:00.000"]
    ]
  ]
  for (const [what, recurrence, expected] of cases) {
    it.live(what, () =>
      Effect.gen(function* () {
        const found = yield* due({ startTime, ...recurrence }, "2026-01-01T00:00:00Z", "2026-02-20T00:00:00Z")
        assert.deepStrictEqual(
          found.slice(0, expected.length).map((text) => text.slice(5, -1)),
          [...expected]
        )
        if ("endTime" in recurrence) assert.lengthOf(found, expected.length)
      })
    )
  }

  const unreadable: ReadonlyArray<readonly [recurrence: object, why: string]> = [
    [{ frequency: "Fortnight" }, 'frequency "Fortnight" is not known'],
    [{ frequency: "Day", startTime: null }, "startTime null is not a time"],
    [{ frequency: "Day", startTime: "soon" }, 'startTime "soon" is not a time'],
    [{ frequency: "Day", endTime: "later" }, 'endTime "later" is not a time'],
    [{ frequency: "Day", schedule: { hours: [3] } }, "hours has no documented meaning alone"],
    [{ frequency: "Day", schedule: { minutes: [3] } }, "minutes has no documented meaning alone"],
    [
      { frequency: "Day", schedule: { weekDays: ["Monday"] } },
      "weekDays has no documented meaning with the frequency Day"
    ],
    [
      { frequency: "Hour", schedule: { minutes: [3], hours: [1] } },
      "minutes has no documented meaning with the frequency Hour"
    ],
    [
      { frequency: "Month", schedule: { monthDays: [1], monthlyOccurrences: [{ day: "Monday", occurrence: 1 }] } },
      "monthDays has no documented meaning beside monthlyOccurrences"
    ],
    [{ frequency: "Week", schedule: { weekDays: ["Sunset"] } }, "rule"],
    [{ frequency: "Day", timeZone: "Pacific Standard Time" }, 'zone "Pacific Standard Time" is not a known time zone']
  ]
  for (const [recurrence, why] of unreadable) {
    it.live(`that is not documented is unknown: ${JSON.stringify(recurrence)}`, () =>
      Effect.gen(function* () {
        const found = yield* due(
          { startTime, interval: 1, ...recurrence },
          "2026-01-01T00:00:00Z",
          "2026-02-01T00:00:00Z"
        )
        assert.lengthOf(found, 1)
        assert.include(found[0], `unknown: its schedule cannot be read: ${why}`)
      })
    )
  }

  it.live("of a trigger without a state is enabled, as is documented", () =>
    Effect.gen(function* () {
      const recurrence = { frequency: "Day", interval: 1, startTime }
      const vendor = yield* servePurview(oneScan([], { properties: { recurrence } }))
      const { jobs } = yield* Account.readPurview(Account.purview(vendor), "planned")
      assert.deepInclude(jobs[0], { kind: "definition", state: "scheduled", vendorState: "Enabled" })
      assert.isAbove(jobs.length, 80)
    })
  )

  it.live("of a trigger that is disabled plans nothing", () =>
    Effect.gen(function* () {
      const recurrence = { frequency: "Day", interval: 1, startTime }
      const states = yield* Effect.forEach(["Disabled", "Sleeping"], (state) =>
        Effect.gen(function* () {
          const vendor = yield* servePurview(oneScan([], trigger(recurrence, { state })))
          const { jobs } = yield* Account.readPurview(Account.purview(vendor), "planned")
          return jobs.map((job) => [job.kind, job.state, job.vendorState])
        })
      )
      assert.deepStrictEqual(states, [[["definition", "paused", "Disabled"]], [["definition", "unknown", "Sleeping"]]])
    })
  )
})

describe("M9: Defender", () => {
  it.live("is asked for the most rows of a page by $top, and for antivirus scans alone", () =>
    Effect.gen(function* () {
      const vendor = yield* MicrosoftEmulator.serveDefender({
        actions: [action(1), action(2, { type: "Isolate" })]
      })
      const { ids } = yield* Account.readDefender(Account.defender(vendor))
      assert.deepStrictEqual(ids, ["action-1"])
      const [first] = yield* vendor.ledger.to("machineActions")
      assert.deepStrictEqual(first?.query, { $filter: "type eq 'RunAntiVirusScan'", $top: "10000", $skip: "0" })
    })
  )

  it.live("leaves out other actions also where the filter is ignored", () =>
    Effect.gen(function* () {
      const others = { value: [action(1, { type: "Isolate" }), action(2)] }
      const fault = Faults.on(
        "machineActions",
        Faults.nth(1, () => HttpServerResponse.jsonUnsafe(others))
      )
      const vendor = yield* MicrosoftEmulator.serveDefender({ actions: [], fault })
      assert.deepStrictEqual((yield* Account.readDefender(Account.defender(vendor))).ids, ["action-2"])
    })
  )

  for (const name of ["lastUpdateDateTimeUtc", "lastUpdateTimeUtc"]) {
    it.live(`has the time of the last update as ${name}`, () =>
      Effect.gen(function* () {
        const { lastUpdateDateTimeUtc: _, ...row } = action(1)
        const vendor = yield* MicrosoftEmulator.serveDefender({
          actions: [{ ...row, [name]: "2026-01-05T04:00:00.5511934Z" }]
        })
        const [job] = (yield* Account.readDefender(Account.defender(vendor))).jobs
        assert.strictEqual(job?.finishTime, Date.parse("2026-01-05T04:00:00.551Z"))
      })
    )
  }

  for (const links of ["skip", "token", "none"] as const) {
    for (const mostRows of [10_000, 3]) {
      it.live(`is read whole with links by ${links}, where pages have ${mostRows} rows at most`, () =>
        Effect.gen(function* () {
          const vendor = yield* MicrosoftEmulator.serveDefender({
            actions: times(20, action),
            quirks: { links, mostRows }
          })
          const { failure, ids } = yield* Account.readDefender(Account.defender(vendor, { pageSize: 6 }))
          assert.isUndefined(failure)
          assert.strictEqual(new Set(ids).size, 20)
          assert.lengthOf(ids, 20)
        })
      )
    }
  }

  it.live("leaves out itself what was created outside of the query's time", () =>
    Effect.gen(function* () {
      const vendor = yield* MicrosoftEmulator.serveDefender({ actions: times(48, action) })
      const from = Date.UTC(2026, 0, 5, 12)
      const { ids } = yield* Account.readDefender(Account.defender(vendor), { from, until: from + 3 * hour })
      assert.deepStrictEqual(ids, ["action-10", "action-11", "action-12"])
      const [first] = yield* vendor.ledger.to("machineActions")
      assert.strictEqual(
        first?.query["$filter"],
        "type eq 'RunAntiVirusScan' and creationDateTimeUtc ge 2026-01-05T12:00:00.000Z and creationDateTimeUtc lt 2026-01-05T15:00:00.000Z"
      )
    })
  )
})

it.live("M10: an antivirus scan starts when it is created, and ends with its last update once it is over", () =>
  Effect.gen(function* () {
    const statuses = ["Pending", "InProgress", "Succeeded", "Failed", "TimeOut", "Cancelled", "Dreaming"]
    const actions = statuses.map((status, index) => action(index, { status }))
    const vendor = yield* MicrosoftEmulator.serveDefender({ actions })
    const { drift, jobs } = yield* Account.readDefender(Account.defender(vendor))
    const start = Date.UTC(2026, 0, 5, 2)
    assert.deepStrictEqual(
      jobs.map(({ detail, finishTime, startTime, state, vendorState }, index) => [
        vendorState,
        state,
        detail,
        startTime === start + index * hour,
        finishTime !== null
      ]),
      [
        ["Pending", "queued", null, true, false],
        ["InProgress", "running", null, true, false],
        ["Succeeded", "succeeded", null, true, true],
        ["Failed", "failed", null, true, true],
        ["TimeOut", "failed", "timeout", true, true],
        ["Cancelled", "cancelled", null, true, true],
        ["Dreaming", "unknown", null, true, false]
      ]
    )
    assert.deepStrictEqual(drift, ["1 job has a state that the provider does not know: Dreaming"])
    assert.deepInclude(jobs[0], { name: "desktop-0", category: "malware", kind: "run" })
  })
)

describe("M11: an app registration that may not read", () => {
  const denied = (message: string) =>
    Faults.when(
      ({ endpoint }) => endpoint !== null,
      () => HttpServerResponse.jsonUnsafe({ error: { code: "Unauthorized", message } }, { status: 403 })
    )

  it.live("Purview is told the role that it needs", () =>
    Effect.gen(function* () {
      const vendor = yield* servePurview(oneScan([]), { fault: denied("Not authorized to access account") })
      const { failure } = yield* Account.readPurview(Account.purview(vendor))
      assert.strictEqual(failure?.reason._tag, "Forbidden")
      assert.match(
        failure?.reason.message ?? "",
        /Not authorized to access account; give the app registration the role Data Source Administrator, or Data Reader/
      )
      assert.match(failure?.reason.message ?? "", /request id 00000000-0000-4000-8000-/)
    })
  )

  it.live("Defender is told the permission that it needs", () =>
    Effect.gen(function* () {
      const vendor = yield* MicrosoftEmulator.serveDefender({ fault: denied("Missing application roles") })
      const { failure } = yield* Account.readDefender(Account.defender(vendor))
      assert.strictEqual(failure?.reason._tag, "Forbidden")
      assert.match(
        failure?.reason.message ?? "",
        /Missing application roles; give the app registration the application permission Machine\.Read\.All/
      )
    })
  )
})

describe("the state of a run", () => {
  const states: ReadonlyArray<readonly [fields: object, state: string, detail: string | null]> = [
    [{ status: "Accepted" }, "queued", null],
    [{ status: "Queued" }, "queued", null],
    [{ status: "Throttled" }, "queued", null],
    [{ status: "InProgress" }, "running", null],
    [{ status: "Running" }, "running", null],
    [{ status: "TransientFailure" }, "running", null],
    [{ status: "Succeeded" }, "succeeded", null],
    [{ status: "SUCCEEDED" }, "succeeded", null],
    [{ status: "Failed", errorMessage: "no route" }, "failed", "no route"],
    [{ status: "Failed", error: { code: "3804", message: "no access" } }, "failed", "no access"],
    [{ status: "Canceled" }, "cancelled", null],
    [{ status: "CompletedWithExceptions" }, "partially_succeeded", null],
    [
      { status: "Succeeded", ingestionExecutionDetails: { status: "Failed" } },
      "partially_succeeded",
      "ingestion: Failed"
    ],
    [
      { status: "Succeeded", ingestionExecutionDetails: { status: "PartialSucceeded" } },
      "partially_succeeded",
      "ingestion: PartialSucceeded"
    ],
    [{ status: "Succeeded", ingestionExecutionDetails: null }, "succeeded", null],
    [{ status: "constructor" }, "unknown", null]
  ]
  it.live("is that of its words, in any case, and of its ingestion", () =>
    Effect.gen(function* () {
      const vendor = yield* servePurview(oneScan(states.map(([fields], index) => run(index, fields))))
      const { jobs } = yield* Account.readPurview(Account.purview(vendor))
      assert.deepStrictEqual(
        jobs.map(({ detail, state }) => [state, detail]),
        states.map(([, state, detail]) => [state, detail])
      )
    })
  )
})

it.live("a query for another kind of job asks Purview for nothing", () =>
  Effect.gen(function* () {
    const vendor = yield* servePurview(oneScan([run(1)]))
    const { ids } = yield* Account.readPurview(Account.purview(vendor), "planned", {
      states: ["failed"],
      from: 0,
      until: day
    })
    assert.deepStrictEqual(ids, [])
    assert.deepStrictEqual(yield* vendor.ledger.entries, [])
  })
)
