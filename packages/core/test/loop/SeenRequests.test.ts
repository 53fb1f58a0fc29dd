import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import * as SeenRequests from "../../src/loop/SeenRequests.ts"

/** Notes the pages of a listing that leads in and then goes round, and tells how many were noted when it was found. */
const stepsUntilFound = (leadIn: number, circle: number, window: number, limit: number) => {
  const requests = SeenRequests.make(window)
  for (let step = 0; step < limit; step++) {
    const page = step < leadIn ? step : leadIn + ((step - leadIn) % circle)
    const found = requests.note(String(page))
    if (found !== undefined) return { found, steps: step + 1 }
  }
  return undefined
}

const Small = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 60 }))

describe("the requests of a listing", () => {
  it("calls the request just noted repeated", () => {
    const requests = SeenRequests.make()
    assert.isUndefined(requests.note("a"))
    assert.strictEqual(requests.note("a"), "repeated")
  })

  it("calls a request of the window a cycle", () => {
    const requests = SeenRequests.make()
    assert.isUndefined(requests.note("a"))
    assert.isUndefined(requests.note("b"))
    assert.strictEqual(requests.note("a"), "cycle")
  })

  it("finds a circle that fits the window at once", () => {
    assert.deepStrictEqual(stepsUntilFound(7, 1024, 1024, 10_000), { found: "cycle", steps: 7 + 1024 + 1 })
  })

  it("finds a circle far longer than the window, in at most four times its way", () => {
    const found = stepsUntilFound(2000, 5000, 16, 4 * 7000)
    assert.strictEqual(found?.found, "cycle")
  })

  it.prop(
    "finds every circle in bounded steps, whatever the window",
    [Small, Small, Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 20 }))],
    ([leadIn, more, window]) => {
      const circle = more + 1
      const found = stepsUntilFound(leadIn, circle, window, 4 * (leadIn + circle + window))
      assert.strictEqual(found?.found, circle === 1 ? "repeated" : "cycle")
    }
  )

  it.prop(
    "never gives a false alarm on requests that are all different",
    [Schema.UniqueArray(Schema.String), Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 4 }))],
    ([fingerprints, window]) => {
      const requests = SeenRequests.make(window)
      for (const fingerprint of fingerprints) assert.isUndefined(requests.note(fingerprint))
    }
  )

  it("never gives a false alarm in a listing of a hundred thousand pages", () => {
    const requests = SeenRequests.make()
    let alarms = 0
    for (let page = 0; page < 100_000; page++) if (requests.note(`skip ${page}`) !== undefined) alarms++
    assert.strictEqual(alarms, 0)
  })
})
