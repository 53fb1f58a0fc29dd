import { PageGuard, Reason } from "@scanjobs/core"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, Schema, Stream } from "effect"
import * as Job from "../Job.ts"
import * as Loop from "../Loop.ts"

const ids = (count: number) => Array.from({ length: count }, (_, index) => `r${index}`)
const Count = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 40 }))
const Size = Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 12 }))

/** The condition of a failure, with how a listing stalled. */
const conditionOf = (failure: Loop.Failure | undefined) =>
  failure?.reason._tag === "PaginationStalled" ? failure.reason.how : failure?.reason._tag

describe("a listing that is read to its end", () => {
  it.effect("has ended where only the vendor's total shows the end, also when it is gone on with", () =>
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

  it.effect("says with a last page that there is no next one, where it came round to its end", () =>
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

  it.effect("ends where a page names no next one", () =>
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

  it.effect("gives a row once where neighbouring pages overlap, and counts the repeats", () =>
    Effect.gen(function* () {
      const { events, ids: given } = yield* Loop.run({ answer: Loop.paged(ids(7), 3, 1) })
      assert.deepStrictEqual(given, ids(7))
      const repeats = events.map((event) => (event._tag === "PageRead" ? event.repeats : undefined))
      assert.deepStrictEqual(repeats, [0, 1, 1, undefined])
    })
  )

  it.effect("gives each page the request to go on from, and none to the last", () =>
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
    "gives exactly the rows, in their order, whatever the page size and the overlap",
    { count: Count, size: Size, shared: Count },
    ({ count, shared, size }) =>
      Effect.gen(function* () {
        const { failure, ids: given } = yield* Loop.run({ answer: Loop.paged(ids(count), size, shared % size) })
        assert.isUndefined(failure)
        assert.deepStrictEqual(given, ids(count))
      })
  )

  it.effect.prop(
    "is the same when it is left after any page and gone on with",
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

describe("a listing that goes round", () => {
  it.effect("has stalled where a page names itself as the next one", () =>
    Effect.gen(function* () {
      const { asked, failure, ids: given } = yield* Loop.run({ answer: () => ({ jobs: ["a"], next: 0 }) })
      assert.deepInclude(failure?.reason, { _tag: "PaginationStalled", how: "repeated", pages: 1 })
      assert.deepStrictEqual(failure?.request, { page: 0 })
      assert.deepStrictEqual(given, ["a"])
      assert.deepStrictEqual(asked, [0])
    })
  )

  it.effect("has stalled where two pages name each other", () =>
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

  it.effect("has stalled on a circle although the vendor's total is not reached", () =>
    Effect.gen(function* () {
      const { failure } = yield* Loop.run({ answer: () => ({ jobs: ["a"], next: 0, total: 2 }) })
      assert.strictEqual(conditionOf(failure), "repeated")
    })
  )

  it.effect("has ended where it comes round after a page without new rows, with the vendor's total reached", () =>
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

describe("a listing with pages that bring nothing new", () => {
  /** Rows on page 0 and again after `barren` pages without any; `more` pages in all. */
  const gap =
    (barren: number, total?: number) =>
    (page: number): Loop.Answer => ({
      jobs: page === 0 || page === barren + 1 ? [`r${page}`] : [],
      next: page === barren + 1 ? undefined : page + 1,
      total
    })

  it.effect("goes on over two of them", () =>
    Effect.gen(function* () {
      const { failure, ids: given } = yield* Loop.run({ answer: gap(2) })
      assert.isUndefined(failure)
      assert.deepStrictEqual(given, ["r0", "r3"])
    })
  )

  it.effect("may be three in a row before more rows come", () =>
    Effect.gen(function* () {
      const { failure, ids: given } = yield* Loop.run({
        answer: (page) => ({ jobs: page % 4 === 0 ? [`r${page}`] : [], next: page === 4 ? undefined : page + 1 })
      })
      assert.isUndefined(failure)
      assert.deepStrictEqual(given, ["r0", "r4"])
    })
  )

  it.effect("starts the count anew at each new row", () =>
    Effect.gen(function* () {
      const { failure, ids: given } = yield* Loop.run({
        answer: (page) => ({ jobs: page % 3 === 0 ? [`r${page}`] : [], next: page === 9 ? undefined : page + 1 })
      })
      assert.isUndefined(failure)
      assert.deepStrictEqual(given, ["r0", "r3", "r6", "r9"])
    })
  )

  it.effect("counts pages of repeats as such", () =>
    Effect.gen(function* () {
      const { asked, failure } = yield* Loop.run({ answer: (page) => ({ jobs: ["same"], next: page + 1 }) })
      assert.strictEqual(conditionOf(failure), "barren")
      assert.deepStrictEqual(asked, [0, 1, 2, 3, 4])
    })
  )

  it.effect("has stalled after as many as are borne, where nothing tells of an end", () =>
    Effect.gen(function* () {
      const { failure, ids: given } = yield* Loop.run({ answer: gap(9) })
      assert.deepInclude(failure?.reason, { _tag: "PaginationStalled", how: "barren", pages: 5 })
      assert.deepStrictEqual(failure?.request, { page: 5 })
      assert.deepStrictEqual(given, ["r0"])
    })
  )

  it.effect("is incomplete where the vendor says that there is more", () =>
    Effect.gen(function* () {
      const { failure } = yield* Loop.run({ answer: gap(9, 5) })
      assert.deepInclude(failure?.reason, { _tag: "Incomplete", expected: 5, received: 1 })
      assert.deepStrictEqual(failure?.request, { page: 5 })
    })
  )

  it.effect("has ended where the vendor's total is reached", () =>
    Effect.gen(function* () {
      const { completed, failure } = yield* Loop.run({ answer: gap(9, 1) })
      assert.isUndefined(failure)
      assert.include(completed, { by: "end", pages: 5 })
    })
  )

  it.effect("takes a total of 2147483647 for unknown", () =>
    Effect.gen(function* () {
      const { failure } = yield* Loop.run({ answer: gap(9, 2 ** 31 - 1) })
      assert.strictEqual(conditionOf(failure), "barren")
    })
  )

  it.effect("fails where more rows are rejected than are allowed, after the good rows of the page", () =>
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

  it.effect("counts a rejected row as new, once", () =>
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

  it.effect("never ends by its total alone while a next page is named", () =>
    Effect.gen(function* () {
      const { ids: given } = yield* Loop.run({
        answer: (page) => ({ ...Loop.paged(ids(6), 2)(page), total: 2 })
      })
      assert.deepStrictEqual(given, ids(6))
    })
  )
})

describe("a listing that is too long", () => {
  it.effect("has stalled at the page cap, with the request that comes next", () =>
    Effect.gen(function* () {
      const { asked, failure } = yield* Loop.run({ answer: (page) => ({ jobs: [`r${page}`], next: page + 1 }) })
      assert.deepInclude(failure?.reason, { _tag: "PaginationStalled", how: "cap", pages: 5 })
      assert.deepStrictEqual(failure?.request, { page: 5 })
      assert.deepStrictEqual(asked, [0, 1, 2, 3, 4])
    }).pipe(Effect.provide(PageGuard.layer({ maxPages: 5 })))
  )

  it.effect("has ended where its last page is the last that is allowed", () =>
    Effect.gen(function* () {
      const { failure } = yield* Loop.run({ answer: Loop.paged(ids(10), 2) })
      assert.isUndefined(failure)
    }).pipe(Effect.provide(PageGuard.layer({ maxPages: 5 })))
  )
})

describe("a page that fails", () => {
  it.effect("fails the listing at its request, after the rows before it", () =>
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

  it.effect("fails only after its own rows where it is the link to the next page that cannot be followed", () =>
    Effect.gen(function* () {
      const foreign = new Reason.ForeignLink({ origin: "https://elsewhere.example", expected: "https://acme.example" })
      const { failure, ids: given, pages } = yield* Loop.run({ answer: () => ({ jobs: ["a", "b"], next: foreign }) })
      assert.deepStrictEqual(failure?.reason, foreign)
      assert.deepStrictEqual(given, ["a", "b"])
      assert.deepStrictEqual(pages[0]?.next, { page: 0 }, "the page to go on from is the one whose link was no good")
    })
  )

  it.effect("does not fail where the caller's limit is reached before the link is needed", () =>
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
  it.effect("stops at once and interrupts the read under way", () =>
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
