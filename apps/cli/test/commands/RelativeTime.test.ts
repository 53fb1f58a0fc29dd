import { assert, describe, it } from "@effect/vitest"
import { Result } from "effect"
import * as RelativeTime from "../../src/commands/RelativeTime.ts"

const now = Date.UTC(2026, 0, 31, 12)
const read = (text: string) => {
  const time = RelativeTime.parse(text, now)
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
    assert.deepStrictEqual(["-30s", "+5m", "-2h", "-7d", "+2w"].map(read), [
      "2026-01-31T11:59:30.000Z",
      "2026-01-31T12:05:00.000Z",
      "2026-01-31T10:00:00.000Z",
      "2026-01-24T12:00:00.000Z",
      "2026-02-14T12:00:00.000Z"
    ])
  })

  it("refuses what is no time", () => {
    for (const text of ["", "7d", "-7", "-7y", "yesterday", "2026-02-30", "2026-13-01", "2026-1-5", "+999999999999w"]) {
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

  it("takes a time before now for the value of its option", () => {
    assert.deepStrictEqual(RelativeTime.attach(["list", "--from", "-7d", "--until=-1h", "--limit", "-1"]), [
      "list",
      "--from=-7d",
      "--until=-1h",
      "--limit",
      "-1"
    ])
  })
})
