/** The quirks of pages, and of Sensitive Data Protection, each by its name. */
import { assert, describe, it } from "@effect/vitest"
import * as GoogleEmulator from "@scanjobs/google/emulator"
import { Effect } from "effect"
import * as Project from "./Project.ts"

type Row = GoogleEmulator.Row

const run = { name: `${Project.region}/dlpJobs/i-1`, type: "INSPECT_JOB", state: "DONE" }
const trigger = {
  name: `${Project.region}/jobTriggers/1`,
  displayName: "buckets",
  status: "HEALTHY",
  triggers: [{ schedule: { recurrencePeriodDuration: "172800s" } }]
}
describe("pages (G1, G2, G9)", () => {
  it.live("G1: an empty page with a token is no end, and neither is a page whose list is absent", () =>
    Effect.gen(function* () {
      for (const end of ["absent", "empty"] as const) {
        const cloud = Project.cloud({ dlpJobs: Project.dlpJobs(5) })
        const vendor = yield* GoogleEmulator.serve({ cloud, quirks: { emptyPages: 5, end } })
        assert.lengthOf(yield* Project.list(Project.connect(vendor, { pageSize: 2 }), "dlpJobs"), 5)
      }
    })
  )

  it.live("G1: an answer of {} is a list without rows", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* Project.all(Project.cloud(), "dlpTriggers"), [])
    })
  )

  it.live("G2: all parameters but the token stay as they were, in each part", () =>
    Effect.gen(function* () {
      const dlpJobs = [...Project.dlpJobs(5), ...Project.dlpJobs(5, "RISK_ANALYSIS_JOB")]
      const vendor = yield* GoogleEmulator.serve({ cloud: Project.cloud({ dlpJobs }) })
      assert.lengthOf(yield* Project.list(Project.connect(vendor, { pageSize: 2 }), "dlpJobs"), 10)
      const entries = yield* vendor.ledger.entries
      assert.deepStrictEqual(
        entries.flatMap(({ violations }) => violations),
        []
      )
      assert.lengthOf(entries, 6)
      for (const { query } of entries) assert.includeMembers(["pageSize", "pageToken", "type"], Object.keys(query))
    })
  )

  it.live("G9: pages that are shorter than asked for are no end", () =>
    Effect.gen(function* () {
      const vendor = yield* GoogleEmulator.serve({
        cloud: Project.cloud({ dlpJobs: Project.dlpJobs(7) }),
        quirks: { shortPages: 3 }
      })
      assert.lengthOf(yield* Project.list(Project.connect(vendor), "dlpJobs"), 7)
    })
  )
})

describe("jobs of Sensitive Data Protection (G3, G4, G5, G6, G7)", () => {
  it.live("G3: no filter by time or state is sent, and the query is kept here", () =>
    Effect.gen(function* () {
      const cloud = Project.cloud({ dlpJobs: Project.dlpJobs(5) })
      const vendor = yield* GoogleEmulator.serve({ cloud })
      const from = Date.UTC(2026, 0, 1, 0, 3)
      const jobs = yield* Project.list(Project.connect(vendor), "dlpJobs", { from, states: ["failed"] })
      assert.lengthOf(jobs, 2)
      for (const { query } of yield* vendor.ledger.entries) assert.notProperty(query, "filter")
    })
  )

  it.live("G4: both types are asked for, since only inspections come without one", () =>
    Effect.gen(function* () {
      const dlpJobs = [...Project.dlpJobs(1), ...Project.dlpJobs(1, "RISK_ANALYSIS_JOB")]
      const jobs = yield* Project.all(Project.cloud({ dlpJobs }), "dlpJobs")
      assert.deepStrictEqual(
        jobs.map(({ vendorId }) => vendorId.slice(-3)),
        ["i-0", "r-0"]
      )
    })
  )

  it.live("G5: times up to nanoseconds are read to milliseconds, and the raw row keeps them", () =>
    Effect.gen(function* () {
      const startTime = "2026-01-01T00:00:00.123456789Z"
      const [job] = yield* Project.all(
        Project.cloud({ dlpJobs: [{ ...run, startTime, endTime: "2026-01-01T00:00:01Z" }] }),
        "dlpJobs"
      )
      assert.deepStrictEqual(
        [job?.startTime, job?.finishTime],
        [Date.UTC(2026, 0, 1, 0, 0, 0, 123), Date.UTC(2026, 0, 1, 0, 0, 1)]
      )
      assert.include(JSON.stringify(job?.raw), startTime)
    })
  )

  it.live("G6: enumerations are read as names and as numbers alike", () =>
    Effect.gen(function* () {
      const states = ["JOB_STATE_UNSPECIFIED", "PENDING", "RUNNING", "DONE", "CANCELED", "FAILED", "ACTIVE"]
      const named = states.map((state, index) => ({ name: `${run.name}${index}`, type: run.type, state }))
      const numbered = named.map(({ name, type }, state) => ({ name, type, state }))
      const [byName, byNumber] = [
        yield* Project.all(Project.cloud({ dlpJobs: named }), "dlpJobs"),
        yield* Project.all(Project.cloud({ dlpJobs: numbered }), "dlpJobs")
      ]
      assert.deepStrictEqual(Project.statesOf(byNumber), Project.statesOf(byName))
      assert.deepStrictEqual(
        byName.map(({ state }) => state),
        ["unknown", "queued", "running", "succeeded", "cancelled", "failed", "running"]
      )
    })
  )

  it.live("G6: a number that is not documented is unknown, and stays what it was", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(
        Project.statesOf(yield* Project.all(Project.cloud({ dlpJobs: [{ ...run, state: 9 }] }), "dlpJobs")),
        [["9", "unknown"]]
      )
    })
  )

  it.live("G7: a job that has not started has no start", () =>
    Effect.gen(function* () {
      const dlpJobs = [{ ...run, state: "PENDING", createTime: "2026-01-01T00:00:00Z" }]
      const [job] = yield* Project.all(Project.cloud({ dlpJobs }), "dlpJobs")
      assert.deepStrictEqual([job?.state, job?.startTime, job?.finishTime], ["queued", null, null])
    })
  )

  it.live("one that is done and has errors is done in part, and says the last of them", () =>
    Effect.gen(function* () {
      const errors = ["first", "last"].map((message) => ({ details: { message } }))
      const [job] = yield* Project.all(Project.cloud({ dlpJobs: [{ ...run, errors }] }), "dlpJobs")
      assert.deepStrictEqual([job?.state, job?.detail], ["partially_succeeded", "last"])
    })
  )

  it.live("an organization's own jobs are read beside the project's", () =>
    Effect.gen(function* () {
      const name = "organizations/42/locations/europe-west1"
      const cloud = Project.cloud({ dlpJobs: [run] })
      const locations = {
        ...cloud.locations,
        [name]: { ...GoogleEmulator.empty, dlpJobs: [{ ...run, name: `${name}/dlpJobs/i-2` }] }
      }
      const vendor = yield* GoogleEmulator.serve({ cloud: { ...cloud, locations } })
      const jobs = yield* Project.list(Project.connect(vendor, { organizations: ["42"] }), "dlpJobs")
      assert.sameMembers(
        jobs.map(({ vendorId }) => vendorId),
        ["i-1", "i-2"]
      )
    })
  )
})

describe("triggers (G8)", () => {
  const triggered = (row: Row) =>
    Project.listed(Project.cloud({ jobTriggers: [{ ...trigger, ...row }] }), "dlpTriggers")

  it.live("G8: the next run is a period after the last one", () =>
    Effect.gen(function* () {
      const jobs = yield* triggered({ lastRunTime: "2026-01-09T07:00:00.000000001Z" })
      assert.deepStrictEqual(Project.planned(jobs), ["2026-01-11T07:00:00.000Z", "2026-01-13T07:00:00.000Z"])
      assert.deepStrictEqual([jobs[0]?.kind, jobs[0]?.state, jobs[0]?.name], ["definition", "scheduled", "buckets"])
      for (const job of jobs) assert.strictEqual(job.definitionId, "europe-west1/1")
    })
  )

  it.live("G8: a last run within the span is not planned again", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(Project.planned(yield* triggered({ lastRunTime: "2026-01-11T00:00:00Z" })), [
        "2026-01-13T00:00:00.000Z"
      ])
    })
  )

  it.live("one that has not run yet has a run whose time is not known", () =>
    Effect.gen(function* () {
      const [, next] = yield* triggered({})
      assert.deepStrictEqual([next?.kind, next?.state, next?.startTime], ["occurrence", "unknown", null])
      assert.include(next?.detail ?? "", "has not run yet")
    })
  )

  it.live(
    "one that is paused or cancelled, or in a state that is not known has no planned run, and one that people start is no schedule",
    () =>
      Effect.gen(function* () {
        const lastRunTime = "2026-01-11T00:00:00Z"
        const rows = [
          { lastRunTime, triggers: [{ manual: {} }] },
          { lastRunTime, status: "PAUSED" },
          { lastRunTime, status: 3 },
          { lastRunTime, status: "RESTING" }
        ]
        const jobs = (yield* Effect.forEach(rows, triggered)).flat()
        assert.deepStrictEqual(Project.statesOf(jobs), [
          ["PAUSED", "paused"],
          ["CANCELLED", "cancelled"],
          ["RESTING", "unknown"]
        ])
      })
  )
})
