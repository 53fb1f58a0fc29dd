import { assert, describe, it } from "@effect/vitest"
import * as GoogleEmulator from "@scanjobs/google/emulator"
import { World } from "@scanjobs/testing"
import { Effect } from "effect"
import { TestClock } from "effect/testing"
import * as Project from "./Project.ts"

describe("the emulator of Google Cloud", () => {
  it.effect("makes equal projects of equal seeds", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(Date.UTC(2026, 0, 10))
      const first = yield* GoogleEmulator.generate({ seed: "a", jobs: 9 })
      assert.deepStrictEqual(yield* GoogleEmulator.generate({ seed: "a", jobs: 9 }), first)
      assert.notDeepEqual(yield* GoogleEmulator.generate({ seed: "b", jobs: 9 }), first)
    })
  )

  it.live("has as many jobs as wanted in each listing of runs, and nothing that breaks a rule", () =>
    Effect.gen(function* () {
      const vendor = yield* GoogleEmulator.serve({ cloud: yield* GoogleEmulator.generate({ jobs: 7 }) })
      for (const listing of ["dlpJobs", "webScans", "dataScans"] as const) {
        assert.lengthOf(yield* Project.list(Project.connect(vendor), listing), 7)
      }
      assert.deepStrictEqual(yield* vendor.ledger.violations, [])
    })
  )

  it.live("refuses a request without a token, and a token for other parameters", () =>
    Effect.gen(function* () {
      const vendor = yield* GoogleEmulator.serve({ cloud: Project.cloud({ dlpJobs: Project.dlpJobs(3) }) })
      yield* Project.list(Project.connect(vendor, { pageSize: 2 }), "dlpJobs")
      const [first, second] = yield* vendor.ledger.entries
      const address = `${vendor.settings.baseUrl}${first?.path ?? ""}`
      const bare = yield* Effect.promise(() => fetch(address))
      assert.strictEqual(bare.status, 401)
      const pageToken = String(second?.query["pageToken"])
      const query = new URLSearchParams({ pageSize: "2", pageToken, type: "RISK_ANALYSIS_JOB" })
      const headers = { authorization: first?.headers["authorization"] ?? "" }
      const refused = yield* Effect.promise(() => fetch(`${address}?${query.toString()}`, { headers }))
      assert.strictEqual(refused.status, 400)
      assert.include(yield* Effect.promise(() => refused.text()), "good for other parameters")
    })
  )

  it.live("shows a world in which time goes on", () =>
    Effect.gen(function* () {
      const begins = Date.now() - 3 * 86_400_000
      const scans = [
        { name: "Web shop", every: 86_400_000, change: { to: "moved" as const, after: 99 } },
        { name: "inspect: tickets", every: 3_600_000, isPlanned: false }
      ]
      const cloud = GoogleEmulator.living(World.make({ begins, scans }))
      const vendor = yield* GoogleEmulator.serve({ cloud })
      const jobs = yield* Project.list(Project.connect(vendor), "dlpJobs")
      assert.isAbove(jobs.length, 30)
      assert.strictEqual(jobs[0]?.name, "tickets")
      assert.isNotEmpty(yield* Project.list(Project.connect(vendor), "webScans"))
      const plans = yield* Project.list(Project.connect(vendor), "webSchedules")
      assert.deepStrictEqual(
        plans.slice(0, 2).map(({ kind, name }) => [kind, name]),
        [
          ["definition", "Web shop"],
          ["occurrence", "Web shop"]
        ]
      )
    })
  )
})
