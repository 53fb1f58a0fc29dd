import { Query, type ScanJob } from "@scanjobs/core"
import { assert, describe, it } from "@effect/vitest"
import { Duration } from "effect"
import * as Job from "../Job.ts"

const at = (startTime: number | null): ScanJob.ScanJob => Job.make("1", { startTime })
const day = Duration.toMillis("1 day")

describe("Query.matches", () => {
  it("takes everything where nothing is asked", () => {
    const matches = Query.matches(Query.everything)
    assert.isTrue(matches(at(null)))
    assert.isTrue(matches(at(-8.64e15)))
  })

  it("takes from as inclusive", () => {
    const matches = Query.matches({ from: 100 })
    assert.isFalse(matches(at(99)))
    assert.isTrue(matches(at(100)))
  })

  it("takes until as exclusive", () => {
    const matches = Query.matches({ until: 100 })
    assert.isTrue(matches(at(99)))
    assert.isFalse(matches(at(100)))
  })

  it("lets a job without a start time pass any span", () => {
    assert.isTrue(Query.matches({ from: 100, until: 101 })(at(null)))
  })

  it("takes any of several states", () => {
    const matches = Query.matches({ states: ["failed", "skipped"] })
    assert.isTrue(matches(Job.make("1", { state: "skipped" })))
    assert.isFalse(matches(Job.make("1", { state: "succeeded" })))
  })

  it("takes any of several categories", () => {
    const matches = Query.matches({ categories: ["web", "code"] })
    assert.isTrue(matches(Job.make("1", { category: "code" })))
    assert.isFalse(matches(Job.make("1", { category: "malware" })))
  })

  it("takes any of several kinds", () => {
    const matches = Query.matches({ kinds: ["run", "occurrence"] })
    assert.isTrue(matches(Job.make("1", { kind: "occurrence" })))
    assert.isFalse(matches(Job.make("1", { kind: "definition" })))
  })

  it("takes nothing where no state is wanted", () => {
    assert.isFalse(Query.matches({ states: [] })(at(null)))
  })

  it("wants every part to hold", () => {
    const matches = Query.matches({ from: 100, states: ["failed"], categories: ["web"] })
    assert.isTrue(matches(Job.make("1", { startTime: 100, state: "failed" })))
    assert.isFalse(matches(Job.make("1", { startTime: 99, state: "failed" })))
    assert.isFalse(matches(Job.make("1", { startTime: 100, state: "queued" })))
    assert.isFalse(matches(Job.make("1", { startTime: 100, state: "failed", category: "code" })))
  })
})

describe("Query.horizonAt", () => {
  it("lies the horizon after now", () => {
    assert.strictEqual(Query.horizonAt({}, "90 days", 1000), 1000 + 90 * day)
  })

  it("lies the horizon after now where from is past", () => {
    assert.strictEqual(Query.horizonAt({ from: 5 }, "1 day", 1000), 1000 + day)
  })

  it("lies the horizon after from where from is to come", () => {
    assert.strictEqual(Query.horizonAt({ from: 5000 }, "1 day", 1000), 5000 + day)
  })
})

describe("Query.span", () => {
  const noted = (span: Query.Span, times: ReadonlyArray<number | null>) => {
    for (const time of times) span.note(time)
    return span.passed()
  }

  it("is passed when as many ascending rows in a row as the look-ahead says lie at or beyond until", () => {
    const span = Query.span({ until: 100 }, "ascending", () => 3)
    assert.isUndefined(noted(span, [98, 99, 100, 101]))
    assert.strictEqual(noted(span, [102]), "until")
  })

  it("is not passed by one stray row, after which the count begins anew", () => {
    const span = Query.span({ until: 100 }, "ascending", () => 3)
    assert.isUndefined(noted(span, [500, 500, 99, 500, 500]))
  })

  it("is passed when descending rows lie before from", () => {
    const span = Query.span({ from: 100, until: 200 }, "descending", () => 2)
    assert.isUndefined(noted(span, [300, 200, 100, 99]))
    assert.strictEqual(noted(span, [98]), "from")
  })

  it("is never passed by rows beyond the bound at which the order begins", () => {
    assert.isUndefined(
      noted(
        Query.span({ from: 100 }, "ascending", () => 1),
        [1, 2, 3]
      )
    )
    assert.isUndefined(
      noted(
        Query.span({ until: 100 }, "descending", () => 1),
        [300, 200]
      )
    )
  })

  it("is never passed where the vendor promises no order", () => {
    assert.isUndefined(
      noted(
        Query.span({ from: 10, until: 20 }, "none", () => 1),
        [5, 30, 40]
      )
    )
  })

  it("is never passed where the query has no bound", () => {
    assert.isUndefined(
      noted(
        Query.span({}, "ascending", () => 1),
        [1, 2, 3]
      )
    )
  })

  it("does not count rows without a time, and goes on counting after them", () => {
    const span = Query.span({ until: 100 }, "ascending", () => 2)
    assert.isUndefined(noted(span, [null, null, 100, null]))
    assert.strictEqual(noted(span, [100]), "until")
  })
})
