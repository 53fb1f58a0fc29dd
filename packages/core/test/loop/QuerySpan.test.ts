import { assert, describe, it } from "@effect/vitest"
import type { Query } from "@scanjobs/core"
import * as QuerySpan from "../../src/loop/QuerySpan.ts"

/** The bound that a listing passes with these rows, of which the last page holds `pageSize`. */
const passedBy = (query: Query.Query, order: Query.Order, times: ReadonlyArray<number | null>, pageSize = 1) => {
  const span = QuerySpan.make(query, order)
  for (const time of times) span.note(time)
  return span.passed(pageSize)
}

const times = (startTime: number | null, count: number) => Array.from({ length: count }, () => startTime)

describe("the span of a query", () => {
  it("is passed once ten ascending rows in a row lie at or beyond until", () => {
    assert.isUndefined(passedBy({ until: 100 }, "ascending", [99, ...times(100, 9)]))
    assert.strictEqual(passedBy({ until: 100 }, "ascending", [99, ...times(100, 10)]), "until")
  })

  it("is passed once ten descending rows in a row lie before from", () => {
    assert.isUndefined(passedBy({ from: 100, until: 200 }, "descending", [300, 200, 100, ...times(99, 9)]))
    assert.strictEqual(passedBy({ from: 100, until: 200 }, "descending", [300, 200, 100, ...times(99, 10)]), "from")
  })

  it("is passed once a whole page lies beyond it, up to a hundred rows", () => {
    assert.isUndefined(passedBy({ until: 100 }, "ascending", times(100, 49), 50))
    assert.strictEqual(passedBy({ until: 100 }, "ascending", times(100, 50), 50), "until")
    assert.strictEqual(passedBy({ until: 100 }, "ascending", times(100, 100), 1000), "until")
  })

  it("is not passed by stray rows before a row within it", () => {
    assert.isUndefined(passedBy({ until: 100 }, "ascending", [...times(500, 9), 99, ...times(500, 9)]))
  })

  it("is never passed at the bound where the order begins", () => {
    assert.isUndefined(passedBy({ from: 100 }, "ascending", times(1, 50)))
    assert.isUndefined(passedBy({ until: 100 }, "descending", times(300, 50)))
  })

  it("is never passed where the vendor promises no order", () => {
    assert.isUndefined(passedBy({ from: 10, until: 20 }, "none", [...times(5, 50), ...times(30, 50)]))
  })

  it("is never passed where the query has no bound", () => {
    assert.isUndefined(passedBy({}, "ascending", times(1, 50)))
  })

  it("does not count rows without a start time, and keeps counting after them", () => {
    const rows = [...times(100, 5), ...times(null, 50), ...times(100, 4)]
    assert.isUndefined(passedBy({ until: 100 }, "ascending", rows))
    assert.strictEqual(passedBy({ until: 100 }, "ascending", [...rows, 100]), "until")
  })
})
