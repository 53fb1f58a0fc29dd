import { assert, describe, it } from "@effect/vitest"
import type { ScanJob } from "@scanjobs/core"
import { Option } from "effect"
import * as Groups from "../../src/summary/Groups.ts"
import * as TimeZone from "../../src/output/TimeZone.ts"
import { job } from "../Jobs.ts"

const now = Date.UTC(2026, 5, 30, 12)
const daysAgo = (days: number) => now - days * 86_400_000
const run = (days: number, state: ScanJob.State, fields: Partial<ScanJob.ScanJob> = {}) =>
  job({ kind: "run", state, startTime: daysAgo(days), ...fields })
const grouped = (by: Groups.By, jobs: ReadonlyArray<ScanJob.ScanJob>, zone = TimeZone.utc) => {
  const groups = new Groups.Groups({ by, zone, now })
  for (const one of jobs) groups.add(one)
  return groups.all
}

describe("Groups", () => {
  it("keeps the latest 20 runs, oldest first, in whichever order they come", () => {
    const states = Array.from({ length: 25 }, (_, days) => run(days, days % 5 === 0 ? "failed" : "succeeded"))
    const [group] = grouped("connection", states.toReversed())
    const [same] = grouped("connection", states)
    assert.deepStrictEqual(group?.recent, same?.recent)
    assert.lengthOf(group?.recent ?? [], Groups.stripLength)
    assert.deepStrictEqual(group?.recent.at(-1), { state: "failed", startTime: now })
    assert.strictEqual(group?.runs, 25)
  })

  it("counts failures of the last 30 days, and finds the next planned start", () => {
    const [group] = grouped("connection", [
      run(1, "failed"),
      run(29, "failed"),
      run(31, "failed"),
      job({ kind: "occurrence", state: "scheduled", startTime: daysAgo(-3) }),
      job({ kind: "occurrence", state: "scheduled", startTime: daysAgo(-2) }),
      job({ kind: "occurrence", state: "skipped", startTime: daysAgo(-1) }),
      job({ kind: "occurrence", state: "scheduled", startTime: daysAgo(1) })
    ])
    assert.strictEqual(group?.failures, 2)
    assert.strictEqual(group?.next, daysAgo(-2))
    assert.deepStrictEqual([group?.runs, group?.planned], [3, 4])
  })

  it("puts first whose latest finished run is worst, also while another run is under way", () => {
    const names = grouped("connection", [
      run(1, "succeeded", { connection: "well" }),
      run(9, "failed", { connection: "recovered" }),
      run(1, "succeeded", { connection: "recovered" }),
      run(2, "failed", { connection: "broken" }),
      run(0, "running", { connection: "broken" })
    ]).map(({ connection }) => connection)
    assert.deepStrictEqual(names, ["broken", "recovered", "well"])
  })

  it("tells definitions apart by connection, scope and id, and by name where there is no id", () => {
    const jobs = [
      run(2, "succeeded", { definitionId: "7", name: "Nightly" }),
      run(1, "succeeded", { definitionId: "7", name: "Renamed" }),
      run(1, "succeeded", { definitionId: "7", scope: "octo/app" }),
      run(1, "succeeded", { definitionId: "7", connection: "other" }),
      run(1, "succeeded", { name: "a" }),
      run(1, "succeeded", { name: "b" })
    ]
    const groups = grouped("definition", jobs)
    assert.lengthOf(groups, 5)
    assert.include(
      groups.map(({ name, runs }) => `${name} ${runs}`),
      "Renamed 2"
    )
  })

  it("groups by local day, the latest first, and what has no time last", () => {
    const berlin = Option.getOrThrow(TimeZone.parse("Europe/Berlin"))
    const jobs = [
      run(0, "succeeded", { startTime: Date.UTC(2026, 5, 1, 21, 59) }),
      run(0, "succeeded", { startTime: Date.UTC(2026, 5, 1, 22, 1) }),
      run(0, "queued", { startTime: null })
    ]
    assert.deepStrictEqual(
      grouped("day", jobs, berlin).map(({ day }) => day),
      ["2026-06-02", "2026-06-01", null]
    )
  })

  it("groups by state, the worst first", () => {
    assert.deepStrictEqual(
      grouped("state", [run(1, "succeeded"), run(2, "failed"), run(3, "succeeded")]).map(({ runs, state }) => [
        state,
        runs
      ]),
      [
        ["failed", 1],
        ["succeeded", 2]
      ]
    )
  })
})
