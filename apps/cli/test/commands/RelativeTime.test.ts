import { assert, describe, it } from "@effect/vitest"
import { Option, Result } from "effect"
import * as RelativeTime from "../../src/commands/RelativeTime.ts"
import * as TimeZone from "../../src/output/TimeZone.ts"

const now = Date.UTC(2026, 0, 31, 12)
const berlin = Option.getOrThrow(TimeZone.parse("Europe/Berlin"))
const read = (text: string, options: Partial<RelativeTime.Options> = {}) => {
  const time = RelativeTime.parse(text, { now, unsigned: "-", zone: TimeZone.utc, ...options })
  return Result.isSuccess(time) ? new Date(time.success).toISOString() : "refused"
}

describe("RelativeTime", () => {
  it("takes a date for midnight in UTC", () => assert.strictEqual(read("2026-01-05"), "2026-01-05T00:00:00.000Z"))

  it("reads instants with Z, with an offset, and without a zone as UTC", () => {
    assert.strictEqual(read("2026-01-05T10:30:00Z"), "2026-01-05T10:30:00.000Z")
    assert.strictEqual(read("2026-01-05T10:30:00.1234567+02:00"), "2026-01-05T08:30:00.123Z")
    assert.strictEqual(read("2026-01-05T10:30-0530"), "2026-01-05T16:00:00.000Z")
    assert.strictEqual(read("2026-01-05 10:30"), "2026-01-05T10:30:00.000Z")
  })

  it("counts seconds, minutes, hours, days and weeks from now", () => {
    assert.deepStrictEqual(
      ["-30s", "+5m", "-2h", "-7d", "+2w"].map((text) => read(text)),
      [
        "2026-01-31T11:59:30.000Z",
        "2026-01-31T12:05:00.000Z",
        "2026-01-31T10:00:00.000Z",
        "2026-01-24T12:00:00.000Z",
        "2026-02-14T12:00:00.000Z"
      ]
    )
  })

  it("refuses what is no time", () => {
    for (const text of ["", "-7", "-7y", "7", "noon", "2026-02-30", "2026-13-01", "2026-1-5", "+999999999999w"]) {
      assert.strictEqual(read(text), "refused", text)
    }
  })

  it("reads lengths of time", () => {
    const lengths = ["250ms", "90s", "10m", "2h", "1d", "1w", "0s", "10", "-1m", "soon"].map((text) =>
      Result.getOrUndefined(RelativeTime.duration(text))
    )
    const refused = [undefined, undefined, undefined, undefined]
    assert.deepStrictEqual(lengths, [250, 90_000, 600_000, 7_200_000, 86_400_000, 604_800_000, ...refused])
  })

  it("gives a distance without a sign the sign that fits the option", () => {
    assert.strictEqual(read("7d", { unsigned: "-" }), "2026-01-24T12:00:00.000Z")
    assert.strictEqual(read("7d", { unsigned: "+" }), "2026-02-07T12:00:00.000Z")
  })

  it("knows now, and the starts of yesterday, today and tomorrow", () => {
    assert.deepStrictEqual(
      ["now", "yesterday", "Today", "tomorrow"].map((text) => read(text)),
      ["2026-01-31T12:00:00.000Z", "2026-01-30T00:00:00.000Z", "2026-01-31T00:00:00.000Z", "2026-02-01T00:00:00.000Z"]
    )
  })

  it("reads days and times without a zone in the zone that is given, across a change of clocks", () => {
    const zoned = (text: string) => read(text, { zone: berlin, now: Date.UTC(2026, 6, 1, 22, 30) })
    assert.deepStrictEqual(["today", "2026-01-05", "2026-07-05T08:00", "2026-07-05T08:00Z"].map(zoned), [
      "2026-07-01T22:00:00.000Z",
      "2026-01-04T23:00:00.000Z",
      "2026-07-05T06:00:00.000Z",
      "2026-07-05T08:00:00.000Z"
    ])
    assert.strictEqual(read("2026-03-29", { zone: berlin }), "2026-03-28T23:00:00.000Z")
    assert.strictEqual(read("2026-03-30", { zone: berlin }), "2026-03-29T22:00:00.000Z")
  })
})
