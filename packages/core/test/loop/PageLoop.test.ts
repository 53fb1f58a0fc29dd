import { PageGuard, Reason } from "@scanjobs/core"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, Schema, Stream } from "effect"
import * as Job from "../Job.ts"
import * as Loop from "../Loop.ts"

const ids = (count: number) => Array.from({ length: count }, (_, index) => `r${index}`)
const Count = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 40 }))
const Size = Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 12 }))

/** The condition of a failure; for a stalled listing, how it stalled. */
const conditionOf = (failure: Loop.Failure | undefined) =>
  failure?.reason._tag === "PaginationStalled" ? failure.reason.how : failure?.reason._tag

describe("a listing that is read to its end", () => {
  it.effect("ends where only the vendor's total shows the end, also when it is resumed", () =>
    Effect.gen(function* () {
      const all = ids(6)
      const answer = (page: number) => ({ jobs: all.slice(page * 2, page * 2 + 2), next: page + 1, total: 6 })
      const whole = yield* Loop.run({ answer })
      assert.isUndefined(whole.failure)
      for (const { next, received } of whole.pages.slice(0, 3)) {
        const rest = yield* Loop.run({ answer, first: next?.page ?? 0, received })
        assert.isUndefined(rest.failure)
        assert.strictEqual(received + rest.ids.length, 6)
      }
      const short = yield* Loop.run({ answer, first: 2, received: 3 })
      assert.strictEqual(conditionOf(short.failure), "Incomplete")
    })
  )

  it.effect("emits an empty closing page where a cycle turns out to be its end", () =>
    Effect.gen(function* () {
      const answer = (page: number) => ({ jobs: ids(2), next: page === 0 ? 1 : 0, total: 2 })
      const { ids: given, pages } = yield* Loop.run({ answer })
      assert.deepStrictEqual(given, ids(2))
      assert.deepStrictEqual(
        pages.map(({ next }) => next),
        [{ page: 1 }, { page: 0 }, undefined]
      )
    })
  )

  it.effect("ends at a page that names no next one", () =>
    Effect.gen(function* () {
      const { asked, failure, ids: given } = yield* Loop.run({ answer: Loop.paged(ids(5), 2) })
      assert.isUndefined(failure)
      assert.deepStrictEqual(given, ids(5))
      assert.deepStrictEqual(asked, [0, 1, 2])
    })
  )

  it.effect("may be empty", () =>
    Effect.gen(function* () {
      const { completed, ids: given, pages } = yield* Loop.run({ answer: () => ({ jobs: [] }) })
      assert.deepStrictEqual(given, [])
      assert.strictEqual(pages.length, 1)
      assert.include(completed, { by: "end", pages: 1, jobs: 0 })
    })
  )

  it.effect("emits a row once where neighbouring pages overlap, and counts the repeats", () =>
    Effect.gen(function* () {
      const { events, ids: given } = yield* Loop.run({ answer: Loop.paged(ids(7), 3, 1) })
      assert.deepStrictEqual(given, ids(7))
      const repeats = events.map((event) => (event._tag === "PageRead" ? event.repeats : undefined))
      assert.deepStrictEqual(repeats, [0, 1, 1, undefined])
    })
  )

  it.effect("gives each page the request to resume from, and none to the last", () =>
    Effect.gen(function* () {
      const { pages } = yield* Loop.run({ answer: Loop.paged(ids(5), 2), first: 0 })
      assert.deepStrictEqual(
        pages.map(({ index, next, request }) => ({ index, next, request })),
        [
          { index: 0, request: { page: 0 }, next: { page: 1 } },
          { index: 1, request: { page: 1 }, next: { page: 2 } },
          { index: 2, request: { page: 2 }, next: undefined }
        ]
      )
    })
  )

  it.effect.prop(
    "emits exactly the rows, in order, for any page size and overlap",
    { count: Count, size: Size, shared: Count },
    ({ count, shared, size }) =>
      Effect.gen(function* () {
        const { failure, ids: given } = yield* Loop.run({ answer: Loop.paged(ids(count), size, shared % size) })
        assert.isUndefined(failure)
        assert.deepStrictEqual(given, ids(count))
      })
  )

  it.effect.prop(
    "is the same when it is resumed after any page",
    { count: Count, size: Size },
    (given) =>
      Effect.gen(function* () {
        const answer = Loop.paged(ids(given.count), given.size)
        const whole = yield* Loop.run({ answer })
        const prefix: Array<string> = []
        for (const page of whole.pages) {
          prefix.push(...Job.idsOf(page.jobs))
          const rest = page.next === undefined ? { ids: [] } : yield* Loop.run({ answer, first: page.next.page })
          assert.deepStrictEqual([...prefix, ...rest.ids], [...whole.ids])
        }
      }),
    { arbitrary: { runs: 20 } }
  )
})

describe("a listing that goes round in a circle", () => {
  it.effect("stalls at a page that names itself as the next one", () =>
    Effect.gen(function* () {
      const { asked, failure, ids: given } = yield* Loop.run({ answer: () => ({ jobs: ["a"], next: 0 }) })
      assert.deepInclude(failure?.reason, { _tag: "PaginationStalled", how: "repeated", pages: 1 })
      assert.deepStrictEqual(failure?.request, { page: 0 })
      assert.deepStrictEqual(given, ["a"])
      assert.deepStrictEqual(asked, [0])
    })
  )

  it.effect("stalls at two pages that name each other", () =>
    Effect.gen(function* () {
      const {
        asked,
        failure,
        ids: given
      } = yield* Loop.run({
        answer: (page) => ({ jobs: [`r${page}`], next: 1 - page })
      })
      assert.deepInclude(failure?.reason, { _tag: "PaginationStalled", how: "cycle", pages: 2 })
      assert.deepStrictEqual(failure?.request, { page: 0 })
      assert.deepStrictEqual(given, ["r0", "r1"])
      assert.deepStrictEqual(asked, [0, 1])
    })
  )

  it.effect("stalls where the vendor's total is not reached", () =>
    Effect.gen(function* () {
      const { failure } = yield* Loop.run({ answer: () => ({ jobs: ["a"], next: 0, total: 2 }) })
      assert.strictEqual(conditionOf(failure), "repeated")
    })
  )

  it.effect("ends after a page without new rows where the vendor's total is reached", () =>
    Effect.gen(function* () {
      const {
        completed,
        failure,
        ids: given
      } = yield* Loop.run({
        answer: (page) => (page === 0 ? { jobs: ["a", "b"], next: 1, total: 2 } : { jobs: [], next: 1, total: 2 })
      })
      assert.isUndefined(failure)
      assert.deepStrictEqual(given, ["a", "b"])
      assert.include(completed, { by: "end", pages: 2, jobs: 2 })
    })
  )
})

describe("a listing with barren pages", () => {
  /** A row on page 0, then `barren` pages without rows, then a last page with a row. */
  const gap =
    (barren: number, total?: number) =>
    (page: number): Loop.Answer => ({
      jobs: page === 0 || page === barren + 1 ? [`r${page}`] : [],
      next: page === barren + 1 ? undefined : page + 1,
      total
    })

  it.effect("continues after two of them", () =>
    Effect.gen(function* () {
      const { failure, ids: given } = yield* Loop.run({ answer: gap(2) })
      assert.isUndefined(failure)
      assert.deepStrictEqual(given, ["r0", "r3"])
    })
  )

  it.effect("continues after three of them in a row", () =>
    Effect.gen(function* () {
      const { failure, ids: given } = yield* Loop.run({
        answer: (page) => ({ jobs: page % 4 === 0 ? [`r${page}`] : [], next: page === 4 ? undefined : page + 1 })
      })
      assert.isUndefined(failure)
      assert.deepStrictEqual(given, ["r0", "r4"])
    })
  )

  it.effect("counts them again from each new row", () =>
    Effect.gen(function* () {
      const { failure, ids: given } = yield* Loop.run({
        answer: (page) => ({ jobs: page % 3 === 0 ? [`r${page}`] : [], next: page === 9 ? undefined : page + 1 })
      })
      assert.isUndefined(failure)
      assert.deepStrictEqual(given, ["r0", "r3", "r6", "r9"])
    })
  )

  it.effect("counts pages that only repeat rows as barren", () =>
    Effect.gen(function* () {
      const { asked, failure } = yield* Loop.run({ answer: (page) => ({ jobs: ["same"], next: page + 1 }) })
      assert.strictEqual(conditionOf(failure), "barren")
      assert.deepStrictEqual(asked, [0, 1, 2, 3, 4])
    })
  )

  it.effect("stalls after the most that are allowed, where nothing tells that it has ended", () =>
    Effect.gen(function* () {
      const { failure, ids: given } = yield* Loop.run({ answer: gap(9) })
      assert.deepInclude(failure?.reason, { _tag: "PaginationStalled", how: "barren", pages: 5 })
      assert.deepStrictEqual(failure?.request, { page: 5 })
      assert.deepStrictEqual(given, ["r0"])
    })
  )

  it.effect("is incomplete where the vendor's total is not reached", () =>
    Effect.gen(function* () {
      const { failure } = yield* Loop.run({ answer: gap(9, 5) })
      assert.deepInclude(failure?.reason, { _tag: "Incomplete", expected: 5, received: 1 })
      assert.deepStrictEqual(failure?.request, { page: 5 })
    })
  )

  it.effect("ends where the vendor's total is reached", () =>
    Effect.gen(function* () {
      const { completed, failure } = yield* Loop.run({ answer: gap(9, 1) })
      assert.isUndefined(failure)
      assert.include(completed, { by: "end", pages: 5 })
    })
  )

  it.effect("treats a total of 2147483647 as unknown", () =>
    Effect.gen(function* () {
      const { failure } = yield* Loop.run({ answer: gap(9, 2 ** 31 - 1) })
      assert.strictEqual(conditionOf(failure), "barren")
    })
  )

  it.effect("fails where more rows are rejected than allowed, after the page's good rows", () =>
    Effect.gen(function* () {
      const { failure, ids: given } = yield* Loop.run({
        answer: (page) => ({
          jobs: [`job ${page}`],
          rejected: [{ index: 1, path: "state", issue: "Missing key", raw: page }],
          next: page + 1
        })
      })
      assert.deepStrictEqual(failure?.reason, new Reason.TooManyRejected({ rejected: 3, allowed: 2 }))
      assert.deepStrictEqual(given, ["job 0", "job 1", "job 2"])
    }).pipe(Effect.provide(PageGuard.layer({ maxRejected: 2 })))
  )

  it.effect("counts a rejected row as new the first time only", () =>
    Effect.gen(function* () {
      const rejected = (raw: string) => [{ index: 0, path: "state", issue: "Missing key", raw }]
      const { asked, failure, pages } = yield* Loop.run({
        answer: (page) => ({
          jobs: [],
          rejected: rejected(page < 3 ? `rejected ${page}` : "rejected 2"),
          next: page + 1
        })
      })
      assert.strictEqual(conditionOf(failure), "barren")
      assert.deepStrictEqual(asked, [0, 1, 2, 3, 4, 5, 6])
      assert.deepStrictEqual(
        pages.map((page) => page.rejected.length),
        [1, 1, 1, 0, 0, 0, 0]
      )
    })
  )

  it.effect("takes a rejected row that is nested too deeply to be compared for a new one", () =>
    Effect.gen(function* () {
      let raw: unknown = []
      for (let depth = 0; depth < 100_000; depth++) raw = [raw]
      const { failure, pages } = yield* Loop.run({
        answer: (page) => ({
          jobs: [],
          rejected: [{ index: 0, path: "", issue: "Expected an object", raw }],
          next: page === 0 ? 1 : undefined,
          total: 2
        })
      })
      assert.isUndefined(failure)
      assert.deepStrictEqual(
        pages.map(({ rejected }) => rejected.length),
        [1, 1]
      )
    })
  )

  it.effect("does not end at its total while a next page is named", () =>
    Effect.gen(function* () {
      const { ids: given } = yield* Loop.run({
        answer: (page) => ({ ...Loop.paged(ids(6), 2)(page), total: 2 })
      })
      assert.deepStrictEqual(given, ids(6))
    })
  )
})

describe("a listing that is too long", () => {
  it.effect("stalls at the page cap, with the next request to resume from", () =>
    Effect.gen(function* () {
      const { asked, failure } = yield* Loop.run({ answer: (page) => ({ jobs: [`r${page}`], next: page + 1 }) })
      assert.deepInclude(failure?.reason, { _tag: "PaginationStalled", how: "cap", pages: 5 })
      assert.deepStrictEqual(failure?.request, { page: 5 })
      assert.deepStrictEqual(asked, [0, 1, 2, 3, 4])
    }).pipe(Effect.provide(PageGuard.layer({ maxPages: 5 })))
  )

  it.effect("ends normally where its last page is the last one allowed", () =>
    Effect.gen(function* () {
      const { failure } = yield* Loop.run({ answer: Loop.paged(ids(10), 2) })
      assert.isUndefined(failure)
    }).pipe(Effect.provide(PageGuard.layer({ maxPages: 5 })))
  )
})

describe("a page that fails", () => {
  it.effect("fails the listing at its request, after all earlier rows", () =>
    Effect.gen(function* () {
      const {
        completed,
        failure,
        ids: given
      } = yield* Loop.run({
        answer: (page) => (page === 2 ? Effect.fail(Loop.refusal) : { jobs: [`r${page}`], next: page + 1 })
      })
      assert.deepStrictEqual(failure, { reason: Loop.refusal, request: { page: 2 } })
      assert.deepStrictEqual(given, ["r0", "r1"])
      assert.isUndefined(completed)
    })
  )

  it.effect("fails after its own rows where its link cannot be followed", () =>
    Effect.gen(function* () {
      const foreign = new Reason.ForeignLink({ origin: "https://elsewhere.example", expected: "https://acme.example" })
      const { failure, ids: given, pages } = yield* Loop.run({ answer: () => ({ jobs: ["a", "b"], next: foreign }) })
      assert.deepStrictEqual(failure?.reason, foreign)
      assert.deepStrictEqual(given, ["a", "b"])
      assert.deepStrictEqual(
        pages[0]?.next,
        { page: 0 },
        "the page to resume from is the one whose link cannot be followed"
      )
    })
  )

  it.effect("does not fail where the limit is reached before the link is needed", () =>
    Effect.gen(function* () {
      const { failure, ids: given } = yield* Loop.run({
        answer: () => ({ jobs: ["a", "b"], next: Loop.refusal }),
        query: { limit: 2 }
      })
      assert.isUndefined(failure)
      assert.deepStrictEqual(given, ["a", "b"])
    })
  )
})

describe("a listing that is interrupted", () => {
  it.effect("stops at once and interrupts the page being read", () =>
    Effect.gen(function* () {
      const seen: Array<string> = []
      const answer = (page: number) =>
        page === 0
          ? { jobs: ["a"], next: 1 }
          : Effect.onInterrupt(Effect.never, () => Effect.sync(() => seen.push(`page ${page} interrupted`)))
      const fiber = yield* Effect.forkChild(
        Stream.runForEach(Loop.pages({ answer }), (page) => Effect.sync(() => seen.push(...Job.idsOf(page.jobs))))
      )
      yield* Effect.yieldNow
      yield* Fiber.interrupt(fiber)
      assert.deepStrictEqual(seen, ["a", "page 1 interrupted"])
    })
  )
})
