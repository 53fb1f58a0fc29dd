import { assert, describe, it } from "@effect/vitest"
import { RollingWindow } from "@scanjobs/testing"

describe("a rolling window", () => {
  it("admits as many requests as the quota allows, in any window and not only in one that begins on the dot", () => {
    const window = RollingWindow.make([{ requests: 2, window: "10 seconds" }])
    const admitted = [0, 9000, 9500, 10_000, 11_000, 19_000].map((now) => window.admit("key", now) === undefined)
    assert.deepStrictEqual(admitted, [true, true, false, true, false, true])
  })

  it("holds several quotas at once and names the one that is broken", () => {
    const window = RollingWindow.make([
      { requests: 3, window: "1 minute" },
      { requests: 1, window: "1 second" }
    ])
    assert.isUndefined(window.admit("key", 0))
    assert.deepInclude(window.admit("key", 500), { requests: 1 })
    assert.isUndefined(window.admit("key", 2000))
    assert.isUndefined(window.admit("key", 4000))
    assert.deepInclude(window.admit("key", 6000), { requests: 3 })
    assert.isUndefined(window.admit("another", 6000))
  })

  it("finds the busiest window of a ledger", () => {
    assert.strictEqual(RollingWindow.most([], "1 second"), 0)
    assert.strictEqual(RollingWindow.most([0, 1000, 2000], "1 second"), 1)
    assert.strictEqual(RollingWindow.most([5000, 0, 900, 4500, 4600], "1 second"), 3)
  })
})
