import { Reason, Telemetry } from "@scanjobs/core"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Metric } from "effect"
import * as Job from "../Job.ts"
import * as Loop from "../Loop.ts"

const attributes = { provider: "acme", connection: "main", listing: "runs" }

const count = (counter: Metric.Counter<number>, more: { readonly [name: string]: string } = {}) =>
  Effect.map(Metric.value(Metric.withAttributes(counter, { ...attributes, ...more })), (state) => state.count)

describe("metrics", () => {
  it.effect("count pages, rows, repeats, rejected rows, jobs and unknown states, for each listing", () =>
    Effect.gen(function* () {
      const counters = [
        Telemetry.pages,
        Telemetry.rows,
        Telemetry.repeats,
        Telemetry.rejected,
        Telemetry.jobs,
        Telemetry.unknownStates
      ]
      const before = yield* Effect.forEach(counters, (counter) => count(counter))
      yield* Loop.run({
        answer: (page) =>
          page === 0
            ? { jobs: ["a", { ...Job.make("b"), state: "unknown" }], next: 1 }
            : { jobs: ["b", "c"], rejected: [{ index: 2, path: "id", issue: "Missing key", raw: {} }] }
      })
      const after = yield* Effect.forEach(counters, (counter) => count(counter))
      assert.deepStrictEqual(
        after.map((value, index) => value - (before[index] ?? 0)),
        [2, 5, 1, 1, 3, 1]
      )
    })
  )

  it.effect("count how listings ended", () =>
    Effect.gen(function* () {
      const outcomes = ["end", "PaginationStalled"]
      const before = yield* Effect.forEach(outcomes, (outcome) => count(Telemetry.listings, { outcome }))
      yield* Loop.run({ answer: () => ({ jobs: ["a"] }) })
      yield* Loop.run({ answer: () => ({ jobs: [], next: new Reason.PaginationStalled({ how: "cap", pages: 1 }) }) })
      const after = yield* Effect.forEach(outcomes, (outcome) => count(Telemetry.listings, { outcome }))
      assert.deepStrictEqual(
        after.map((value, index) => value - (before[index] ?? 0)),
        [1, 1]
      )
    })
  )
})
