import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import * as IsoTime from "../../src/output/IsoTime.ts"

describe("IsoTime", () => {
  it.prop(
    "a time is what Date writes, at any instant that there is",
    [Schema.Int.check(Schema.isBetween({ minimum: -8.64e15, maximum: 8.64e15 }))],
    ([millis]) => IsoTime.isoOf(millis) === new Date(millis).toISOString()
  )

  it.each([-8.64e15, -1, -0.5, 0, 0.9, 86_399_999, 86_400_000, 8.64e15])(
    "a time of %d is what Date writes",
    (millis) => {
      assert.strictEqual(IsoTime.isoOf(millis), new Date(millis).toISOString())
    }
  )

  it("a time that no calendar has is no time", () => {
    assert.strictEqual(IsoTime.isoOf(Number.NaN), null)
    assert.strictEqual(IsoTime.isoOf(9e15), null)
  })
})
