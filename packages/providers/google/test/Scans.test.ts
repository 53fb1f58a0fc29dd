/** Web Security Scanner and Dataplex, with their quirks by name. */
import { assert, describe, it } from "@effect/vitest"
import * as GoogleEmulator from "@scanjobs/google/emulator"
import { Effect } from "effect"
import * as Project from "./Project.ts"

type Row = GoogleEmulator.Row

const config = "projects/emulated-project/scanConfigs/7"
const scan = `${Project.region}/dataScans/orders`

describe("runs and schedules of Web Security Scanner", () => {
  const runs = (rows: ReadonlyArray<Row>) =>
    Project.all(
      Project.cloud(
        {},
        {
          configs: [{ name: config, displayName: "shop" }],
          runs: { [config]: rows.map((row, index) => ({ ...row, name: `${config}/scanRuns/${index}` })) }
        }
      ),
      "webScans"
    )

  it.live("the state is that of the execution, and of the result once that has finished, as names or numbers", () =>
    Effect.gen(function* () {
      const jobs = yield* runs([
        { executionState: "QUEUED" },
        { executionState: 2, progressPercent: 40 },
        { executionState: "FINISHED", resultState: "SUCCESS" },
        {
          executionState: "FINISHED",
          resultState: "SUCCESS",
          warningTraces: [{ code: "BLOCKED_BY_IAP" }, { code: 2 }]
        },
        { executionState: 3, resultState: 2, errorTrace: { code: 4 } },
        { executionState: "FINISHED", resultState: "KILLED" },
        { executionState: "FINISHED" },
        {}
      ])
      assert.deepStrictEqual(Project.statesOf(jobs), [
        ["QUEUED", "queued"],
        ["SCANNING", "running"],
        ["FINISHED SUCCESS", "succeeded"],
        ["FINISHED SUCCESS", "partially_succeeded"],
        ["FINISHED ERROR", "failed"],
        ["FINISHED KILLED", "cancelled"],
        ["FINISHED", "unknown"],
        [null, "unknown"]
      ])
      assert.strictEqual(jobs[1]?.progress, 40)
      assert.strictEqual(jobs[3]?.detail, "BLOCKED_BY_IAP, TOO_MANY_CRAWL_RESULTS")
      assert.strictEqual(jobs[4]?.detail, "TIMED_OUT_WHILE_SCANNING")
      for (const job of jobs) assert.deepStrictEqual([job.name, job.definitionId, job.scope], ["shop", "7", "7"])
    })
  )

  it.live("a configuration that is deleted meanwhile is a note", () =>
    Effect.gen(function* () {
      const cloud = Project.cloud({}, { configs: [{ name: "projects/emulated-project/scanConfigs/8" }] })
      const stale = {
        ...cloud,
        scanConfigs: { "projects/emulated-project": [{ name: "projects/other/scanConfigs/8" }] }
      }
      const vendor = yield* GoogleEmulator.serve({ cloud: stale })
      const { notes, result } = yield* Project.noted(Project.connect(vendor), ["webScans"])
      assert.strictEqual(result._tag, "Success")
      assert.lengthOf(notes, 1)
      assert.include(notes[0] ?? "", "it was deleted meanwhile")
    })
  )

  it.live("a list of schedules is read to its end, and says up to when its runs are told or known", () =>
    Effect.gen(function* () {
      const endOf = (configs: ReadonlyArray<Row>) =>
        Effect.gen(function* () {
          const vendor = yield* GoogleEmulator.serve({ cloud: Project.cloud({}, { configs }) })
          const { completed, result } = yield* Project.noted(Project.connect(vendor, { pageSize: 2 }), ["webSchedules"])
          assert.strictEqual(result._tag, "Success")
          return completed?.by
        })
      const soon = new Date(Date.now() + 3_600_000).toISOString()
      assert.strictEqual(yield* endOf(Project.scanConfigs(5)), "horizon")
      assert.strictEqual(yield* endOf([{ name: config, schedule: { scheduleTime: soon } }]), "known")
    })
  )

  it.live("a schedule is a definition, its next run, and one every so many days; without one there is none", () =>
    Effect.gen(function* () {
      const schedule = { scheduleTime: "2026-01-11T03:00:00Z", intervalDurationDays: 2 }
      const configs = [
        { name: config, displayName: "shop", schedule },
        { name: `${config}1`, schedule: { scheduleTime: "2026-01-12T03:00:00Z" } },
        { name: `${config}2` }
      ]
      const jobs = yield* Project.listed(Project.cloud({}, { configs }), "webSchedules")
      assert.deepStrictEqual(Project.planned(jobs), [
        "2026-01-11T03:00:00.000Z",
        "2026-01-13T03:00:00.000Z",
        "2026-01-12T03:00:00.000Z"
      ])
      assert.deepStrictEqual(
        jobs.filter(({ kind }) => kind === "definition").map(({ vendorId }) => vendorId),
        ["7", "71"]
      )
    })
  )
})

describe("data scans (G10, G11)", () => {
  const scheduled = (cron: string, more: Partial<Project.Connection> = {}) =>
    Project.listed(
      Project.cloud({ dataScans: [{ name: scan, executionSpec: { trigger: { schedule: { cron } } } }] }),
      "dataSchedules",
      more
    )

  it.live("a cron expression is worked out in the zone in front of it", () =>
    Effect.gen(function* () {
      for (const prefix of ["TZ", "CRON_TZ"]) {
        assert.deepStrictEqual(Project.planned(yield* scheduled(`${prefix}=America/New_York 30 2 * * MON`)), [
          "2026-01-12T07:30:00.000Z"
        ])
      }
    })
  )

  it.live("without a zone, its times are known by the setting timeZone alone", () =>
    Effect.gen(function* () {
      const [, unknown] = yield* scheduled("30 2 * * MON")
      assert.deepStrictEqual([unknown?.state, unknown?.startTime], ["unknown", null])
      assert.include(unknown?.detail ?? "", "timeZone")
      assert.deepStrictEqual(Project.planned(yield* scheduled("30 2 * * MON", { timeZone: "Europe/Berlin" })), [
        "2026-01-12T01:30:00.000Z"
      ])
    })
  )

  it.live("states, and what a job says of itself", () =>
    Effect.gen(function* () {
      const rows = [
        { state: "PENDING", name: `${scan}/jobs/0` },
        { name: `${scan}/jobs/1`, state: 2 },
        {
          name: `${scan}/jobs/2`,
          state: "SUCCEEDED_WITH_ERRORS",
          message: "done",
          partialFailureMessage: "2 of 9 rules"
        },
        { name: `${scan}/jobs/3`, state: "FAILED", message: "no such table" },
        { name: `${scan}/jobs/4`, state: 3 },
        { name: `${scan}/jobs/5`, state: "SUCCEEDED" },
        { name: `${scan}/jobs/6` }
      ]
      const jobs = yield* Project.all(
        Project.cloud({ dataScans: [{ name: scan }] }, { runs: { [scan]: rows } }),
        "dataScans"
      )
      assert.deepStrictEqual(
        jobs.map(({ detail, state }) => [state, detail]),
        [
          ["queued", null],
          ["running", null],
          ["partially_succeeded", "2 of 9 rules"],
          ["failed", "no such table"],
          ["cancelled", null],
          ["succeeded", null],
          ["unknown", null]
        ]
      )
      assert.strictEqual(jobs[0]?.name, "orders")
    })
  )

  it.live("G10: a list that names unreachable locations is read to its end, and is not whole", () =>
    Effect.gen(function* () {
      const cloud = Project.cloud(
        { dataScans: Project.dataScans(2), unreachable: ["projects/emulated-project/locations/europe-west1-b"] },
        {
          runs: {
            [`${Project.region}/dataScans/orders-0`]: Project.dataScanJobs(`${Project.region}/dataScans/orders-0`, 3)
          }
        }
      )
      for (const listing of ["dataSchedules", "dataScans"] as const) {
        const vendor = yield* GoogleEmulator.serve({ cloud })
        const { result } = yield* Project.noted(Project.connect(vendor), [listing])
        const error = result._tag === "Failure" ? result.failure : undefined
        assert.strictEqual(error?.reason._tag, "Unreachable", listing)
        assert.include(error?.message ?? "", "europe-west1-b")
      }
    })
  )

  it.live("G11: the jobs of a scan that runs once are not asked for", () =>
    Effect.gen(function* () {
      const dataScans = [
        { name: scan, executionSpec: { trigger: { oneTime: {} } } },
        { name: `${scan}2`, executionSpec: { trigger: { onDemand: {} } } }
      ]
      const vendor = yield* GoogleEmulator.serve({ cloud: Project.cloud({ dataScans }) })
      yield* Project.list(Project.connect(vendor), "dataScans")
      const asked = (yield* vendor.ledger.entries).map(({ path }) => path.split("/").slice(-2).join("/"))
      assert.deepStrictEqual(asked, ["europe-west1/dataScans", "orders2/jobs"])
    })
  )

  it.live("are asked for in regions only", () =>
    Effect.gen(function* () {
      const vendor = yield* GoogleEmulator.serve({ cloud: Project.cloud() })
      const { result } = yield* Project.noted(Project.connect(vendor, { locations: ["global"] }), [
        "dataScans",
        "dataSchedules"
      ])
      assert.strictEqual(result._tag, "Success")
      assert.lengthOf(yield* vendor.ledger.entries, 0)
    })
  )
})
