import { PageGuard } from "@scanjobs/core"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import * as ListingCount from "../../src/loop/ListingCount.ts"
import * as Job from "../Job.ts"
import * as Loop from "../Loop.ts"

/** Numbers that some vendor may state, and that count no rows. */
const noTotals = [2 ** 31 - 1, 2 ** 31, 4.5, 0.1, -1, -1e308, 1e308, Number.NaN, Infinity, -Infinity, 2 ** 53]

/** Pages that name each other in turn; the last one names none. */
const inTurn = (pages: ReadonlyArray<Loop.Answer>) => (page: number) => ({
  ...(pages[page] ?? { jobs: [] }),
  next: page + 1 < pages.length ? page + 1 : undefined
})

describe("a listing that the vendor ends below its total", () => {
  it.effect("is incomplete, after its rows", () =>
    Effect.gen(function* () {
      const { completed, failure, ids } = yield* Loop.run({ answer: Loop.paged(["a", "b", "c"], 2) })
      assert.isUndefined(failure)
      const short = yield* Loop.run({
        answer: (page) => ({ ...Loop.paged(["a", "b", "c"], 2)(page), total: 950 })
      })
      assert.deepInclude(short.failure?.reason, { _tag: "Incomplete", expected: 950, received: 3 })
      assert.deepStrictEqual(short.ids, ids)
      assert.isDefined(completed)
      assert.isUndefined(short.completed)
    })
  )

  it.effect("is resumed at its last page, which then leads to the rest", () =>
    Effect.gen(function* () {
      const all = ["a", "b", "c", "d"]
      const cut = yield* Loop.run({
        answer: (page) => ({ jobs: all.slice(page, page + 1), next: page === 0 ? 1 : undefined, total: 4 })
      })
      assert.deepStrictEqual(cut.failure?.request, { page: 1 })
      const last = cut.pages.at(-1)
      assert.deepInclude(last, { next: { page: 1 }, received: 1 })
      const rest = yield* Loop.run({
        answer: (page) => ({ ...Loop.paged(all, 1)(page), total: 4 }),
        first: last?.next?.page ?? 0,
        received: last?.received ?? 0
      })
      assert.isUndefined(rest.failure)
      assert.deepStrictEqual(rest.ids, ["b", "c", "d"])
    })
  )

  it.effect("is incomplete also where it has no rows at all", () =>
    Effect.gen(function* () {
      const { failure } = yield* Loop.run({ answer: () => ({ jobs: [], total: 1 }) })
      assert.deepInclude(failure?.reason, { _tag: "Incomplete", expected: 1, received: 0 })
    })
  )

  it.effect("is incomplete also where a horizon left out some of its rows", () =>
    Effect.gen(function* () {
      const day = 86_400_000
      const { failure } = yield* Loop.run({
        answer: () => ({ jobs: [Job.make("a", { startTime: 1 }), Job.make("b", { startTime: 200 * day })], total: 3 }),
        endless: true
      })
      assert.strictEqual(failure?.reason._tag, "Incomplete")
    })
  )

  it.effect("is complete where the provider declares that its total is approximate", () =>
    Effect.gen(function* () {
      const { completed, failure } = yield* Loop.run({
        answer: () => ({ jobs: ["a"], total: 5 }),
        approximateTotal: true
      })
      assert.isUndefined(failure)
      assert.include(completed, { by: "end" })
    })
  )

  it.effect("has stalled, rather than being incomplete, where an approximate total is followed by barren pages", () =>
    Effect.gen(function* () {
      const { failure } = yield* Loop.run({
        answer: (page) => ({ jobs: page === 0 ? ["a"] : [], next: page + 1, total: 5 }),
        approximateTotal: true
      })
      assert.deepInclude(failure?.reason, { _tag: "PaginationStalled", how: "barren" })
    })
  )

  it.effect.each([
    ["limit", { limit: 2 }],
    ["until", { until: 100 }]
  ] as const)("is no failure where the query's %s cuts it first", ([by, query]) =>
    Effect.gen(function* () {
      const { completed, failure } = yield* Loop.run({
        answer: () => ({ jobs: Job.range(95, 300), total: 950 }),
        order: "ascending",
        query
      })
      assert.isUndefined(failure)
      assert.include(completed, { by })
    })
  )

  it.effect.each(noTotals)("is complete where the total is %d", (total) =>
    Effect.gen(function* () {
      const { completed, failure } = yield* Loop.run({ answer: () => ({ jobs: ["a"], total }) })
      assert.isUndefined(failure)
      assert.include(completed, { by: "end" })
    })
  )

  it.effect("counts rejected rows among those that came", () =>
    Effect.gen(function* () {
      const { failure } = yield* Loop.run({
        answer: () => ({
          jobs: ["a"],
          rejected: [{ index: 1, path: "", issue: "Missing key", raw: { id: 1n } }],
          total: 2
        })
      })
      assert.isUndefined(failure)
    })
  )
})

describe("a listing whose rows become several jobs each", () => {
  /** A schedule with its next runs, all made of one row. */
  const schedule = (name: string, runs: ReadonlyArray<number> = [1, 2, 3]) => {
    const raw = { name }
    return [name, ...runs.map((run) => `${name}@${run}`)].map((id) => Job.make(id, { raw }))
  }
  const read = (pages: ReadonlyArray<ReadonlyArray<ReturnType<typeof schedule>>>, total: number) =>
    Loop.run({
      answer: (page) => ({
        jobs: (pages[page] ?? []).flat(),
        rows: pages[page]?.length ?? 0,
        next: page + 1 < pages.length ? page + 1 : undefined,
        total
      })
    })

  it.effect("counts rows, and not jobs, where pages repeat a row", () =>
    Effect.gen(function* () {
      const [a, b, c, d] = [schedule("a"), schedule("b"), schedule("c"), schedule("d", [1])]
      const { failure } = yield* read(
        [
          [a, b],
          [b, c],
          [c, d]
        ],
        4
      )
      assert.isUndefined(failure)
      const short = yield* read(
        [
          [a, b],
          [b, c],
          [c, d]
        ],
        5
      )
      assert.deepInclude(short.failure?.reason, { _tag: "Incomplete", expected: 5, received: 4 })
    })
  )

  it.effect("takes a row that repeats with a further run for one that repeats", () =>
    Effect.gen(function* () {
      const [a, b] = [schedule("a"), schedule("b")]
      const { failure } = yield* read(
        [
          [a, b],
          [schedule("b", [2, 3, 4]), schedule("c")]
        ],
        4
      )
      assert.deepInclude(failure?.reason, { _tag: "Incomplete", expected: 4, received: 3 })
    })
  )
})

describe("a listing that changes while it is read", () => {
  it.effect("is complete where rows were removed, by its latest total", () =>
    Effect.gen(function* () {
      const { failure } = yield* Loop.run({
        answer: inTurn([
          { jobs: ["a", "b"], total: 6 },
          { jobs: ["c"], total: 3 }
        ])
      })
      assert.isUndefined(failure)
    })
  )

  it.effect("is incomplete where rows were added behind those that came", () =>
    Effect.gen(function* () {
      const { failure } = yield* Loop.run({
        answer: inTurn([
          { jobs: ["a", "b"], total: 3 },
          { jobs: ["c"], total: 4 }
        ])
      })
      assert.deepInclude(failure?.reason, { _tag: "Incomplete", expected: 4, received: 3 })
    })
  )

  /** Two rows to a page, newest first; a row is added at the front before the second page is made. */
  const shifted = inTurn([
    { jobs: ["d", "c"], total: 4 },
    { jobs: ["c", "b"], total: 5 },
    { jobs: ["a"], total: 5 }
  ])

  it.effect("is complete where as many rows come again as were added before those that came", () =>
    Effect.gen(function* () {
      const { failure, ids } = yield* Loop.run({ answer: shifted, order: "descending" })
      assert.isUndefined(failure)
      assert.deepStrictEqual(ids, ["d", "c", "b", "a"])
    })
  )

  it.effect("is incomplete in ascending order, where new rows come last", () =>
    Effect.gen(function* () {
      const { failure } = yield* Loop.run({ answer: shifted, order: "ascending" })
      assert.strictEqual(failure?.reason._tag, "Incomplete")
    })
  )

  it.effect("is incomplete where repeats alone fill up the total", () =>
    Effect.gen(function* () {
      const { failure } = yield* Loop.run({
        answer: inTurn([
          { jobs: ["a", "b"], total: 4 },
          { jobs: ["a", "b"], total: 4 }
        ])
      })
      assert.deepInclude(failure?.reason, { _tag: "Incomplete", expected: 4, received: 2 })
    })
  )
})

describe("a total", () => {
  it.prop("is a whole number from 0 to 2147483646, and nothing else", [Schema.Number], ([number]) => {
    const isCount = Number.isInteger(number) && number >= 0 && number <= 2_147_483_646
    assert.strictEqual(ListingCount.isTotal(number), isCount)
  })

  it("is none of the numbers that vendors send instead", () => {
    for (const number of noTotals) assert.isFalse(ListingCount.isTotal(number), `${number}`)
  })
})

const small = (minimum: number, maximum: number) => Schema.Int.check(Schema.isBetween({ minimum, maximum }))

/** Any vendor: pages of any rows, which name any next page and state any total. */
const Vendor = Schema.Struct({
  pages: Schema.Array(
    Schema.Struct({
      rows: Schema.Array(small(0, 12)),
      next: Schema.NullOr(small(0, 7)),
      total: Schema.NullOr(
        Schema.Union([small(0, 14), Schema.Literals([0.5, -1, 1e308, 2_147_483_647]), Schema.Number])
      )
    })
  ).check(Schema.isMinLength(1), Schema.isMaxLength(7)),
  order: Schema.Literals(["none", "ascending", "descending"]),
  endless: Schema.Boolean,
  ahead: small(1, 4)
})

describe("any sequence of pages and totals", () => {
  it.effect.prop(
    "ends, gives no row twice, and is complete only where no row of its total is missing",
    [Vendor],
    ([{ ahead, endless, order, pages }]) =>
      Effect.gen(function* () {
        const stated: Array<number> = []
        const answer = (page: number): Loop.Answer => {
          const { next = null, rows = [], total = null } = pages[page] ?? {}
          return { jobs: rows.map(String), next: next ?? undefined, total: total ?? undefined }
        }
        const outcome = yield* Loop.run({ answer, order, endless, ahead })
        // A request that comes again ends the listing without being asked again.
        for (const page of new Set(outcome.pages.map(({ request }) => request.page))) {
          const { total } = answer(page)
          if (ListingCount.isTotal(total)) stated.push(total)
        }
        const { completed, failure, ids } = outcome
        assert.strictEqual(new Set(ids).size, ids.length)
        assert.notStrictEqual(completed === undefined, failure === undefined, "it is complete, or it has failed")
        const first = stated.at(0) ?? 0
        const latest = stated.at(-1) ?? 0
        const least = order === "ascending" ? latest : Math.min(first, latest)
        if (completed !== undefined) assert.isAtLeast(ids.length, least)
        if (failure?.reason._tag === "Incomplete") assert.isBelow(ids.length, latest)
      }).pipe(Effect.provide(PageGuard.layer({ maxPages: 50 }))),
    { arbitrary: { runs: 500 } }
  )
})
