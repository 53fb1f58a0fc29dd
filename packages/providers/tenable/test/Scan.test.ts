import { Recurrence } from "@scanjobs/core"
import { assert, describe, it } from "@effect/vitest"
import * as Scan from "../src/Scan.ts"

const daily = {
  id: 7,
  name: "nightly",
  status: "completed",
  enabled: true,
  starttime: "20260101T120000",
  rrules: "FREQ=DAILY",
  timezone: "Etc/UTC"
}

describe("the planned runs of a scan", () => {
  it("end with one in state unknown that says from when on runs are left out", () => {
    const planned = [Scan.planned(daily, { from: Date.parse("2026-01-01"), until: Date.parse("9999-12-31") })].flat()
    assert.strictEqual(planned.length, Recurrence.limit + 1)
    const { detail, state } = planned.at(-1) ?? {}
    assert.deepStrictEqual(
      { detail, state },
      {
        detail:
          "it has more than 10000 planned runs; those from 2053-05-19T12:00:00.000Z on are left out: ask for a shorter time",
        state: "unknown"
      }
    )
  })

  it("are all there where they are not more than the limit", () => {
    const planned = [Scan.planned(daily, { from: Date.parse("2026-01-01"), until: Date.parse("2026-02-01") })].flat()
    assert.strictEqual(planned.filter(({ state }) => state === "scheduled").length, 32)
    assert.strictEqual(planned.length, 32)
  })

  it("are one where the schedule is ONETIME, whatever else the rule says", () => {
    const once = { ...daily, rrules: "FREQ=ONETIME;INTERVAL=0" }
    const span = { from: Date.parse("2025-01-01"), until: Date.parse("2027-01-01") }
    assert.deepStrictEqual(
      [Scan.planned(once, span)].flat().map(({ startTime }) => startTime),
      [Date.parse("2026-01-01T12:00:00Z")]
    )
  })

  it("are one in state unknown, which names the vendor's own field, where the schedule cannot be read", () => {
    const span = { from: 0, until: 1 }
    const details = [{ starttime: "soon" }, { rrules: "FREQ=DAILY;BYSECOND=3" }, { timezone: "Mars/Olympus" }].map(
      (wrong) => [Scan.planned({ ...daily, ...wrong }, span)].flat().map(({ detail, state }) => [state, detail])
    )
    assert.deepStrictEqual(details.flat(), [
      ["unknown", 'its schedule cannot be read: starttime "soon" is not a time of the form YYYYMMDDTHHMMSS'],
      [
        "unknown",
        'its schedule cannot be read: rrules "FREQ=DAILY;BYSECOND=3" cannot be read: BYSECOND is not supported'
      ],
      ["unknown", 'its schedule cannot be read: timezone "Mars/Olympus" is not a known time zone']
    ])
  })
})
