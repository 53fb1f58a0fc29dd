import { Quota } from "@scanjobs/core"
import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"

const Requests = Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 5000 }))
const Window = Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 86_400_000 }))

describe("Quota.toBucket", () => {
  it.prop(
    "holds a twentieth at once, of a window over ten seconds half, and at least one",
    [Requests, Window],
    ([requests, window]) => {
      const { capacity } = Quota.toBucket({ requests, window })
      assert.strictEqual(capacity, Math.max(1, Math.floor(requests * (window > 10_000 ? 0.5 : 0.05))))
    }
  )

  it.prop("gives no more in a window than the quota, its content and refill together", [Requests, Window], (values) => {
    const [requests, window] = values
    const { capacity, interval } = Quota.toBucket({ requests, window })
    // The refill at the very end of a window is the next window's.
    const refills = Math.ceil(window / interval - 1e-9)
    assert.isAtMost(requests === 1 ? refills : capacity + refills, requests)
  })
})

describe("a quota's reserve", () => {
  it("bears that the first requests take a tenth of a second longer on their way than the others", () => {
    const { capacity, interval } = Quota.toBucket({ requests: 100, window: 5000 })
    const slots = Array.from({ length: 200 }, (_, index) => Math.max(0, index - capacity + 1) * interval)
    const arrivals = slots.map((slot, index) => slot + (index < capacity ? 100 : 0))
    for (const end of arrivals) {
      assert.isAtMost(arrivals.filter((time) => time > end - 5000 && time <= end).length, 100)
    }
    assert.isAtLeast(5000 / interval, 90)
  })
})

describe("Quota.format", () => {
  it("says how many in what time", () => {
    assert.strictEqual(Quota.format({ requests: 1000, window: "3 minutes" }), "1000 in 3m")
  })
})
