import { Query, type ScanJob } from "@scanjobs/core"
import { assert, describe, it } from "@effect/vitest"
import { DateTime, Duration, Effect } from "effect"
import { TestClock } from "effect/testing"
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

describe("Query.resolve", () => {
  it.effect("turns durations from now and DateTimes into epoch milliseconds", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(10 * day)
      const query = yield* Query.resolve({
        from: "-7 days",
        until: Duration.days(2),
        horizon: DateTime.makeUnsafe(99),
        states: ["failed"]
      })
      assert.deepStrictEqual(query, { from: 3 * day, until: 12 * day, horizon: 99, states: ["failed"] })
    })
  )

  it.effect("leaves epoch milliseconds as they are, and adds no bound of its own", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(day)
      assert.deepStrictEqual(yield* Query.resolve({ from: 0 }), { from: 0 })
      assert.deepStrictEqual(yield* Query.resolve({}), {})
    })
  )

  it.effect("takes a duration of zero for now", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(day)
      assert.deepStrictEqual(yield* Query.resolve({ until: Duration.zero }), { until: day })
    })
  )
})
