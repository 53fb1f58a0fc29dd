import { assert, describe, it } from "@effect/vitest"
import { Option } from "effect"
import * as TimeZone from "../../src/output/TimeZone.ts"

const zone = (name: string) => Option.getOrThrow(TimeZone.parse(name))

describe("TimeZone", () => {
  it("knows UTC, names and offsets, and refuses what it does not know", () => {
    assert.deepStrictEqual(
      ["utc", "Z", "Europe/Berlin", "+05:30", "local"].map((name) => Option.isSome(TimeZone.parse(name))),
      [true, true, true, true, true]
    )
    assert.isTrue(Option.isNone(TimeZone.parse("Europe/Berln")))
    assert.isTrue(Option.isNone(TimeZone.parse("")))
  })

  it("follows summer time", () => {
    const berlin = zone("Europe/Berlin")
    assert.strictEqual(TimeZone.format(Date.UTC(2026, 0, 1, 23, 30), berlin), "2026-01-02 00:30")
    assert.strictEqual(TimeZone.format(Date.UTC(2026, 6, 1, 22, 30), berlin), "2026-07-02 00:30")
    assert.strictEqual(TimeZone.day(Date.UTC(2026, 6, 1, 22, 30), berlin), "2026-07-02")
  })

  it("shows nothing for a time that Date cannot hold", () => {
    assert.isNull(TimeZone.format(8.64e15, zone("+14:00")))
    assert.isNull(TimeZone.format(Number.NaN, TimeZone.utc))
  })

  it("finds the start of a local day", () => {
    const now = Date.UTC(2026, 2, 29, 12)
    assert.strictEqual(
      new Date(TimeZone.startOfDay(now, 0, zone("Europe/Berlin"))).toISOString(),
      "2026-03-28T23:00:00.000Z"
    )
    assert.strictEqual(
      new Date(TimeZone.startOfDay(now, 1, zone("Europe/Berlin"))).toISOString(),
      "2026-03-29T22:00:00.000Z"
    )
  })
})
