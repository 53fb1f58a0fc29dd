import { assert, describe, it } from "@effect/vitest"
import { isMet } from "../src/Result.ts"
import * as Statistics from "../src/Statistics.ts"

describe("statistics", () => {
  it("find the middle and the ends of values", () => {
    assert.deepStrictEqual(Statistics.spread([3, 1, 9]), { median: 3, least: 1, most: 9 })
    assert.deepStrictEqual(Statistics.spread([4, 2]), { median: 3, least: 2, most: 4 })
  })

  it("find the line through points that lie on one", () => {
    assert.deepStrictEqual(
      Statistics.line([
        [0, 5],
        [10, 25],
        [20, 45]
      ]),
      { slope: 2, intercept: 5 }
    )
  })

  it("judge a median by its limit", () => {
    const verdict = { what: "", digits: 0, unit: "", limit: 3, value: Statistics.single(3) }
    assert.deepStrictEqual(
      (["at most", "at least", "less than"] as const).map((sense) => isMet({ ...verdict, sense })),
      [true, true, false]
    )
  })
})
