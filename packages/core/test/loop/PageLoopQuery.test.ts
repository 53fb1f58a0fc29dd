import { Deadlines, PageGuard, Query } from "@scanjobs/core"
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Fiber } from "effect"
import { TestClock } from "effect/testing"
import * as Job from "../Job.ts"
import * as Loop from "../Loop.ts"

const day = Duration.toMillis("1 day")

/** An endless listing of ten rows per page, whose start times are their numbers times `step`. */
const endless =
  (step = 1) =>
  (page: number): Loop.Answer => ({
    jobs: Job.range(page * 10, page * 10 + 9, (number) => ({ startTime: number * step })),
    next: page + 1
  })

describe("a limit", () => {
  it.effect("stops the listing as soon as it is reached", () =>
    Effect.gen(function* () {
      const { asked, completed, ids } = yield* Loop.run({ answer: endless(), query: { limit: 15 } })
      assert.strictEqual(ids.length, 15)
      assert.deepStrictEqual(asked, [0, 1])
      assert.include(completed, { by: "limit", jobs: 15, pages: 2 })
    })
  )

  it.effect("that a page fills exactly needs no other page", () =>
    Effect.gen(function* () {
      const { asked } = yield* Loop.run({ answer: endless(), query: { limit: 10 } })
      assert.deepStrictEqual(asked, [0])
    })
  )

  it.effect("counts matching jobs only", () =>
    Effect.gen(function* () {
      const fields = (number: number) => (number % 7 === 0 ? ({ state: "failed" } as const) : {})
      const { asked, ids } = yield* Loop.run({
        answer: (page) => ({
          jobs: Job.range(page * 10, page * 10 + 9, fields),
          next: page + 1
        }),
        query: { limit: 4, states: ["failed"] }
      })
      assert.deepStrictEqual(ids, ["0", "7", "14", "21"])
      assert.deepStrictEqual(asked, [0, 1, 2])
    })
  )
})

describe("a span", () => {
  it.effect("stops an ascending listing once a whole page lies at or after until", () =>
    Effect.gen(function* () {
      const { asked, completed, ids } = yield* Loop.run({ answer: endless(), order: "ascending", query: { until: 15 } })
      assert.deepStrictEqual(ids, Job.idsOf(Job.range(0, 14)))
      assert.deepStrictEqual(asked, [0, 1, 2])
      assert.include(completed, { by: "until", horizon: null })
    })
  )

  it.effect("stops a descending listing once a whole page lies before from", () =>
    Effect.gen(function* () {
      const { asked, completed, ids } = yield* Loop.run({
        answer: (page) => ({ jobs: Job.range(1000 - page * 10, 1009 - page * 10).toReversed(), next: page + 1 }),
        order: "descending",
        query: { from: 995 }
      })
      assert.deepStrictEqual(ids, Job.idsOf(Job.range(995, 1009).toReversed()))
      assert.deepStrictEqual(asked, [0, 1, 2])
      assert.include(completed, { by: "from" })
    })
  )

  it.effect("is not passed by stray rows that stand before rows within it", () =>
    Effect.gen(function* () {
      const rows = [...Job.range(0, 3), Job.make("stray", { startTime: 99 }), ...Job.range(4, 20)]
      const { ids } = yield* Loop.run({ answer: Loop.paged(rows, 5), order: "ascending", query: { until: 10 } })
      assert.deepStrictEqual(ids, Job.idsOf(Job.range(0, 9)))
    })
  )

  it.effect("is not passed by a stray row that is a page of its own, or that an empty page follows", () =>
    Effect.gen(function* () {
      const rows = [...Job.range(0, 3), Job.make("stray", { startTime: 99 }), ...Job.range(4, 20)]
      const single = yield* Loop.run({ answer: Loop.paged(rows, 1), order: "ascending", query: { until: 10 } })
      assert.deepStrictEqual(single.ids, Job.idsOf(Job.range(0, 9)))
      const gapped = yield* Loop.run({
        answer: (page) => ({
          jobs: page === 5 ? [] : rows.slice(page > 5 ? page - 1 : page, page > 5 ? page : page + 1),
          next: page > 20 ? undefined : page + 1
        }),
        order: "ascending",
        query: { until: 10 }
      })
      assert.deepStrictEqual(gapped.ids, Job.idsOf(Job.range(0, 9)))
    })
  )

  it.effect("stops a listing after a hundred rows beyond it, however large the pages are", () =>
    Effect.gen(function* () {
      const { asked } = yield* Loop.run({
        answer: Loop.paged(Job.range(0, 3999), 1000),
        order: "ascending",
        query: { until: 900 }
      })
      assert.deepStrictEqual(asked, [0])
    })
  )

  it.effect("does not stop a listing whose vendor promises no order", () =>
    Effect.gen(function* () {
      const { asked, completed } = yield* Loop.run({
        answer: Loop.paged(Job.range(0, 99), 10),
        order: "none",
        query: { until: 5 }
      })
      assert.strictEqual(asked.length, 10)
      assert.include(completed, { by: "end", jobs: 5 })
    })
  )
})

describe("a listing whose rows have no end", () => {
  const rows = [...Job.range(200, 239), ...Job.range(0, 9), ...Job.range(240, 259)]

  it.effect("is read to its end, although whole pages lie beyond until", () =>
    Effect.gen(function* () {
      const { completed, ids } = yield* Loop.run({
        answer: Loop.paged(rows, 20),
        endless: "rows",
        query: { until: 10 }
      })
      assert.deepStrictEqual(ids, Job.idsOf(Job.range(0, 9)))
      assert.include(completed, { by: "end", jobs: 10 })
    })
  )

  it.effect("says that a horizon cut its rows, and not how many there may be", () =>
    Effect.gen(function* () {
      const { completed, failure, ids } = yield* Loop.run({
        answer: Loop.paged(
          rows.map((job, index) => Job.make(job.vendorId, { startTime: (index % 2) * 200 * day })),
          20
        ),
        endless: "rows"
      })
      assert.isUndefined(failure)
      assert.lengthOf(ids, 35)
      assert.include(completed, { by: "horizon" })
    }).pipe(Effect.provide(PageGuard.layer({ maxEndless: 30 })))
  )
})

describe("an endless listing", () => {
  it.effect("is read to its end where it has one and promises no order", () =>
    Effect.gen(function* () {
      const rows = [...Job.range(200, 299), ...Job.range(0, 99)]
      const { completed, ids } = yield* Loop.run({
        answer: (page) => ({ ...Loop.paged(rows, 50)(page), total: 200 }),
        order: "none",
        endless: true,
        query: { until: 10 }
      })
      assert.deepStrictEqual(ids, Job.idsOf(Job.range(0, 9)))
      assert.include(completed, { by: "until", pages: 4 })
    })
  )

  it.effect("reports a horizon that its last few rows lie beyond", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(1000 * day)
      const { completed, ids } = yield* Loop.run({
        answer: () => ({ jobs: [Job.make("a", { startTime: 1001 * day }), Job.make("b", { startTime: 1200 * day })] }),
        order: "none",
        endless: true
      })
      assert.deepStrictEqual(ids, ["a"])
      assert.include(completed, { by: "horizon" })
    })
  )

  it.effect("stalls where it never reaches its horizon", () =>
    Effect.gen(function* () {
      const { asked, failure } = yield* Loop.run({
        answer: (page) => ({ jobs: [`r${page * 2}`, `r${page * 2 + 1}`], next: page + 1, total: 2 ** 31 - 1 }),
        order: "none",
        endless: true
      })
      assert.deepInclude(failure?.reason, { _tag: "PaginationStalled", how: "cap" })
      assert.lengthOf(asked, 5)
    }).pipe(Effect.provide(PageGuard.layer({ maxEndless: 10 })))
  )

  it.effect("is cut at its horizon where its vendor promises no order", () =>
    Effect.gen(function* () {
      const { completed, failure } = yield* Loop.run({ answer: endless(day), order: "none", endless: true })
      assert.isUndefined(failure)
      assert.include(completed, { by: "horizon" })
    })
  )

  it.effect("is cut at the default horizon, 90 days from now, and reports it", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(1000 * day)
      const { completed, failure, ids } = yield* Loop.run({ answer: endless(day), order: "ascending", endless: true })
      assert.isUndefined(failure)
      assert.deepStrictEqual(ids, Job.idsOf(Job.range(0, 1089)))
      assert.include(completed, { by: "horizon", horizon: 1090 * day })
    })
  )

  it.effect("is cut 90 days after from where that is later", () =>
    Effect.gen(function* () {
      const { completed, ids } = yield* Loop.run({
        answer: endless(day),
        order: "ascending",
        endless: true,
        query: { from: 100 * day }
      })
      assert.deepStrictEqual(ids, Job.idsOf(Job.range(100, 189)))
      assert.include(completed, { by: "horizon", horizon: 190 * day })
    })
  )

  it.effect("is cut at the query's until instead, where there is one", () =>
    Effect.gen(function* () {
      const { completed, ids } = yield* Loop.run({
        answer: endless(day),
        order: "ascending",
        endless: true,
        query: { until: 200 * day }
      })
      assert.strictEqual(ids.length, 200)
      assert.include(completed, { by: "until", horizon: null })
    })
  )

  it.effect("is cut at a horizon that replaces the default", () =>
    Effect.gen(function* () {
      const { ids } = yield* Loop.run({ answer: endless(day), order: "ascending", endless: true })
      assert.strictEqual(ids.length, 7)
    }).pipe(Effect.provide(Query.layerHorizon("7 days")))
  )

  it.effect("is cut at the query's own horizon, and reports it", () =>
    Effect.gen(function* () {
      const query = { horizon: 30 * day }
      const { completed, ids } = yield* Loop.run({ answer: endless(day), order: "ascending", endless: true, query })
      assert.strictEqual(ids.length, 30)
      assert.include(completed, { by: "horizon", horizon: 30 * day })
    })
  )
})

describe("the deadline of a listing", () => {
  it.effect("counts the waits for all pages", () =>
    Effect.gen(function* () {
      const answer = (page: number) => Effect.delay(Effect.succeed({ jobs: [`r${page}`], next: page + 1 }), "9 seconds")
      const fiber = yield* Effect.forkChild(Loop.run({ answer }))
      yield* TestClock.adjust("30 seconds")
      const { failure, ids } = yield* Fiber.join(fiber)
      assert.deepInclude(failure?.reason, { _tag: "TimedOut", deadline: "listing", after: 30_000 })
      assert.deepStrictEqual(failure?.request, { page: 3 })
      assert.deepStrictEqual(ids, ["r0", "r1", "r2"])
    }).pipe(Effect.provide(Deadlines.layer({ listing: "30 seconds" })))
  )
})

describe("progress", () => {
  it.effect("reports each page and then the end, in order", () =>
    Effect.gen(function* () {
      const { events } = yield* Loop.run({
        answer: (page) =>
          page === 0
            ? {
                jobs: Job.range(1, 3),
                rejected: [{ index: 3, path: "state", issue: "Missing key", raw: "x" }],
                next: 1
              }
            : { jobs: Job.range(3, 4) },
        query: { from: 2 }
      })
      assert.deepStrictEqual(events, [
        {
          _tag: "PageRead",
          ...Loop.source,
          page: 0,
          rows: 4,
          jobs: 2,
          repeats: 0,
          rejected: [{ index: 3, path: "state", issue: "Missing key", raw: "x" }]
        },
        { _tag: "PageRead", ...Loop.source, page: 1, rows: 2, jobs: 1, repeats: 1, rejected: [] },
        { _tag: "Completed", ...Loop.source, pages: 2, jobs: 3, by: "end", horizon: null }
      ])
    })
  )

  it.effect("reports no end where the listing fails", () =>
    Effect.gen(function* () {
      const { events } = yield* Loop.run({ answer: () => ({ jobs: ["a"], next: 0 }) })
      assert.deepStrictEqual(
        events.map((event) => event._tag),
        ["PageRead"]
      )
    })
  )
})
