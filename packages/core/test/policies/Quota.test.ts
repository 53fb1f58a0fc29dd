import { Quota } from "@scanjobs/core"
import { assert, describe, it } from "@effect/vitest"

describe("Quota.format", () => {
  it("says how many in what time", () => {
    assert.strictEqual(Quota.format({ requests: 1000, window: "3 minutes" }), "1000 in 3m")
  })
})
