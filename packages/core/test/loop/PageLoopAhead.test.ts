import { Deadlines, type Query, type ScanJob } from "@scanjobs/core"
import { assert, describe, it } from "@effect/vitest"
import { Clock, Effect, Fiber, Schema, Stream } from "effect"
import { TestClock } from "effect/testing"
import * as Job from "../Job.ts"
import * as Loop from "../Loop.ts"

/** A vendor whose pages are requested by the number of their first row. */
interface Shelf {
  readonly rows: number
  /** How many rows the page that starts at a row has. */
  readonly size: (offset: number) => number
  readonly total?: number | undefined
  /** Whether the last page says that it is the last. Otherwise an empty page follows it. */
  readonly tells?: boolean
  /** Whether the page that starts at a row is refused. */
  readonly broken?: (offset: number) => boolean
  /** How many milliseconds the page that starts at a row takes. */
  readonly takes?: (offset: number) => number
}

/** Answers as the shelf does, and counts the requests in flight. */
const open = ({ broken, rows, size, takes, tells = false, total }: Shelf) => {
  const seen = { asked: [] as Array<number>, inFlight: 0, most: 0, released: 0 }
  const answer = (offset: number) =>
    Effect.gen(function* () {
      seen.asked.push(offset)
      seen.most = Math.max(seen.most, ++seen.inFlight)
      yield* Effect.sleep(takes?.(offset) ?? 50)
      if (broken?.(offset) === true) return yield* Loop.refusal
      const end = Math.min(rows, offset + size(offset))
      const jobs = Job.range(offset, end - 1)
      const isEnd = jobs.length === 0 || (tells && end === rows)
      return { jobs, next: isEnd ? undefined : end, linked: tells, total }
    }).pipe(
      Effect.onInterrupt(() => Effect.sync(() => void seen.released++)),
      Effect.ensuring(Effect.sync(() => void seen.inFlight--))
    )
  return { answer, seen }
}

/** Reads the listing while virtual time advances; `took` is in milliseconds. */
const read = (shelf: Shelf, options: Omit<Loop.Options, "answer"> = {}) =>
  Effect.gen(function* () {
    const { answer, seen } = open(shelf)
    const before = yield* Clock.currentTimeMillis
    const reading = yield* Effect.forkChild(
      Effect.flatMap(Loop.run({ ...options, answer }), (outcome) =>
        Effect.map(Clock.currentTimeMillis, (now) => ({ ...outcome, took: now - before }))
      )
    )
    while (reading.pollUnsafe() === undefined) yield* TestClock.adjust("5 millis")
    const { asked: _, events, ...outcome } = yield* Fiber.join(reading)
    return { ...outcome, events, seen }
  })

/** The outcome of a reading, without its cost. */
const resultOf = ({ completed, failure, ids, pages }: Effect.Success<ReturnType<typeof read>>) => ({
  ids,
  failure,
  completed,
  places: pages.map(({ index, next, received, rejected, request }) => ({ index, next, received, rejected, request })),
  byPage: pages.map(({ jobs }) => Job.idsOf(jobs))
})

const even = (size: number) => () => size

/** A pseudo-random number below `below`, the same for the same arguments. */
const scatter = (seed: number, at: number, below: number) =>
  ((Math.imul(at + 1, 2_654_435_761) ^ Math.imul(seed + 1, 40_503)) >>> 7) % below

const small = (minimum: number, maximum: number) => Schema.Int.check(Schema.isBetween({ minimum, maximum }))

const World = Schema.Struct({
  rows: small(0, 90),
  size: small(1, 9),
  isEven: Schema.Boolean,
  tells: Schema.Boolean,
  total: Schema.Literals(["none", "right", "none at all", "a page", "too small", "too large", "unknown"]),
  broken: Schema.NullOr(small(0, 90)),
  order: Schema.Literals(["none", "ascending"]),
  limit: Schema.NullOr(small(1, 60)),
  until: Schema.NullOr(small(1, 90)),
  seed: small(0, 1_000_000),
  atOnce: small(2, 8)
})

const totalOf = ({ rows, size, total }: typeof World.Type): number | undefined =>
  ({
    none: undefined,
    right: rows,
    "none at all": 0,
    "a page": size,
    "too small": Math.floor(rows / 2),
    "too large": rows + 20,
    unknown: 2_147_483_647
  })[total]

const shelfOf = (world: typeof World.Type): Shelf => ({
  rows: world.rows,
  size: world.isEven ? even(world.size) : (offset) => 1 + scatter(world.seed, offset, world.size),
  total: totalOf(world),
  tells: world.tells,
  broken: (offset) => world.broken !== null && Math.abs(offset - world.broken) < world.size,
  takes: (offset) => 5 * scatter(world.seed, offset, 20)
})

const queryOf = ({ limit, until }: typeof World.Type): Query.Query => ({
  limit: limit ?? undefined,
  until: until ?? undefined
})

describe("pages that are read at once", () => {
  it.effect.prop(
    "give what pages read one by one give, whatever the vendor does",
    [World],
    ([world]) =>
      Effect.gen(function* () {
        const { order } = world
        const query = queryOf(world)
        const shelf = shelfOf(world)
        const inTurn = yield* read(shelf, { query, order })
        const atOnce = yield* read(shelf, { query, order, ahead: world.atOnce })
        assert.deepStrictEqual(resultOf(atOnce), resultOf(inTurn))
        assert.isAtMost(atOnce.seen.most, world.atOnce)
        assert.strictEqual(atOnce.seen.inFlight, 0)
        const wasted = atOnce.seen.asked.length - inTurn.seen.asked.length
        if (world.isEven) assert.isAtMost(wasted, world.atOnce - 1)
      }),
    { arbitrary: { runs: 300 } }
  )

  it.effect.prop(
    "can be resumed after any page",
    [World],
    ([world]) =>
      Effect.gen(function* () {
        const shelf = { ...shelfOf(world), broken: () => false }
        const whole = yield* read(shelf, { order: world.order, ahead: world.atOnce })
        const before: Array<string> = []
        for (const page of whole.pages) {
          const isAgain = page.next?.page === page.request.page
          if (!isAgain) before.push(...Job.idsOf(page.jobs))
          const from = page.next === undefined ? undefined : { first: page.next.page, received: page.received }
          const rest = from && (yield* read(shelf, { order: world.order, ahead: world.atOnce, ...from }))
          assert.deepStrictEqual([...before, ...(rest?.ids ?? [])], [...whole.ids])
        }
      }),
    { arbitrary: { runs: 15 } }
  )

  for (const { how, tells, total } of [
    { how: "by its links", tells: true, total: undefined },
    { how: "by its links, and says how many rows there are", tells: true, total: 1000 },
    { how: "by an empty page", tells: false, total: undefined },
    { how: "by an empty page, and says how many rows there are", tells: false, total: 1000 }
  ]) {
    it.effect(
      `take a seventh of the time with eight of a hundred in flight, where the vendor shows the end ${how}`,
      () =>
        Effect.gen(function* () {
          const shelf: Shelf = { rows: 1000, size: even(10), tells, total }
          const inTurn = yield* read(shelf)
          const atOnce = yield* read(shelf, { ahead: 8 })
          assert.deepStrictEqual(resultOf(atOnce), resultOf(inTurn))
          assert.strictEqual(atOnce.seen.most, 8)
          assert.isAtLeast(inTurn.took / atOnce.took, 7)
        })
    )
  }

  it.effect("start with the second page, so that a listing of one page costs one request", () =>
    Effect.gen(function* () {
      const { seen } = yield* read({ rows: 5, size: even(5), tells: true }, { ahead: 8 })
      assert.deepStrictEqual(seen.asked, [0])
    })
  )

  it.effect("are no more than a limit needs", () =>
    Effect.gen(function* () {
      const { ids, seen } = yield* read({ rows: 1000, size: even(10) }, { ahead: 8, query: { limit: 35 } })
      assert.lengthOf(ids, 35)
      assert.deepStrictEqual(seen.asked, [0, 10, 20, 30])
    })
  )

  it.effect("are no more than the vendor's total", () =>
    Effect.gen(function* () {
      const { completed, seen } = yield* read({ rows: 40, size: even(10), tells: true, total: 40 }, { ahead: 8 })
      assert.propertyVal(completed, "by", "end")
      assert.deepStrictEqual(seen.asked, [0, 10, 20, 30])
    })
  )

  it.effect("are read at once again when the total turns out to be the page's own", () =>
    Effect.gen(function* () {
      const { ids, seen } = yield* read({ rows: 400, size: even(10), tells: true, total: 10 }, { ahead: 8 })
      assert.lengthOf(ids, 400)
      assert.strictEqual(seen.most, 8)
    })
  )

  it.effect("go beyond an unknown end by at most one less than are in flight", () =>
    Effect.gen(function* () {
      const { seen } = yield* read({ rows: 400, size: even(10) }, { ahead: 8 })
      assert.isAtMost(seen.asked.length, 41 + 7)
    })
  )

  it.effect("are interrupted when the run is interrupted", () =>
    Effect.gen(function* () {
      const { answer, seen } = open({ rows: 1000, size: even(10) })
      const reading = yield* Effect.forkChild(Stream.runDrain(Loop.pages({ answer, ahead: 8 })))
      yield* TestClock.adjust("75 millis")
      assert.strictEqual(seen.inFlight, 8)
      yield* Fiber.interrupt(reading)
      assert.deepStrictEqual([seen.inFlight, seen.released], [0, 8])
    })
  )

  it.effect("are interrupted when the consumer takes no more", () =>
    Effect.gen(function* () {
      const { answer, seen } = open({ rows: 1000, size: even(10), takes: (offset) => (offset < 20 ? 50 : 1000) })
      const reading = yield* Effect.forkChild(Stream.runCollect(Stream.take(Loop.pages({ answer, ahead: 8 }), 2)))
      yield* TestClock.adjust("100 millis")
      assert.lengthOf(yield* Fiber.join(reading), 2)
      assert.deepStrictEqual([seen.inFlight, seen.released], [0, 7])
    })
  )

  it.effect("are interrupted before the last page is emitted", () =>
    Effect.gen(function* () {
      const { answer, seen } = open({ rows: 1000, size: even(10), takes: (offset) => (offset < 40 ? 50 : 60_000) })
      const counts: Array<number> = []
      const pages = Loop.pages({ answer, ahead: 8, order: "ascending", query: { until: 20 } })
      const reading = yield* Effect.forkChild(
        Stream.runForEach(pages, () =>
          Effect.andThen(
            Effect.sync(() => counts.push(seen.inFlight)),
            Effect.sleep("1 minute")
          )
        )
      )
      yield* TestClock.adjust("10 minutes")
      yield* Fiber.join(reading)
      assert.strictEqual(counts.at(-1), 0)
    })
  )

  it.effect("wait for a slow consumer", () =>
    Effect.gen(function* () {
      const { answer, seen } = open({ rows: 1000, size: even(10) })
      const given: Array<number> = []
      const reading = yield* Effect.forkChild(
        Stream.runForEach(Loop.pages({ answer, ahead: 4 }), ({ index }) =>
          Effect.andThen(
            Effect.sync(() => given.push(index)),
            Effect.sleep("1 minute")
          )
        )
      )
      yield* TestClock.adjust("150 seconds")
      assert.deepStrictEqual(given, [0, 1, 2])
      assert.isAtMost(seen.asked.length, 3 + 4)
      yield* Fiber.interrupt(reading)
    })
  )

  it.effect("give everything before one that fails, and where to resume", () =>
    Effect.gen(function* () {
      const shelf: Shelf = { rows: 400, size: even(10), broken: (offset) => offset === 60 }
      const { failure, ids, pages, seen } = yield* read(shelf, { ahead: 8 })
      assert.deepStrictEqual(ids, Job.idsOf(Job.range(0, 59)))
      assert.deepStrictEqual(failure, { reason: Loop.refusal, request: { page: 60 } })
      assert.deepStrictEqual(pages.at(-1)?.next, { page: 60 })
      assert.strictEqual(seen.inFlight, 0)
    })
  )

  it.effect("fail only where the loop asks for them", () =>
    Effect.gen(function* () {
      const { completed, failure } = yield* read(
        { rows: 40, size: even(10), broken: (offset) => offset > 40 },
        { ahead: 8 }
      )
      assert.isUndefined(failure)
      assert.propertyVal(completed, "by", "end")
    })
  )

  it.effect("count towards the listing's deadline only while they are waited for", () =>
    Effect.gen(function* () {
      const shelf: Shelf = { rows: 1000, size: even(10), tells: true }
      const { failure } = yield* read(shelf, { ahead: 8 }).pipe(
        Effect.provide(Deadlines.layer({ listing: "900 millis" }))
      )
      assert.isUndefined(failure)
      const late = yield* read(shelf, { ahead: 8 }).pipe(Effect.provide(Deadlines.layer({ listing: "400 millis" })))
      assert.deepInclude(late.failure?.reason, { _tag: "TimedOut", deadline: "listing" })
    })
  )

  it.effect("are rarely discarded where the vendor's paging cannot be predicted", () =>
    Effect.gen(function* () {
      let step = 0
      const rows = 2000
      const { ids, seen } = yield* read({ rows, size: () => 5 + (++step % 7) }, { ahead: 8 })
      assert.lengthOf(ids, rows)
      const inTurn = yield* read({ rows, size: () => 5 + (++step % 7) })
      assert.isBelow(seen.asked.length, inTurn.seen.asked.length * 1.1 + 20)
    })
  )

  it.effect("are not read far beyond the query's span", () =>
    Effect.gen(function* () {
      const { completed, seen } = yield* read(
        { rows: 100_000, size: even(10) },
        { ahead: 4, order: "ascending", query: { until: 500 } }
      )
      assert.propertyVal(completed, "by", "until")
      assert.isBelow(seen.asked.length, 50 + 10 + 4)
    })
  )
})

describe("pages that are read at once where new rows may come first", () => {
  /** A list that grows at its front when the `when`th page is made; the total counts its rows. */
  const growing = (count: number, when: number) => {
    let rows: ReadonlyArray<ScanJob.ScanJob> = Job.range(1, count)
    let nth = 0
    return (offset: number) =>
      Effect.gen(function* () {
        // Later pages are made sooner, as by a vendor that handles requests out of order.
        yield* Effect.sleep(100 - offset)
        if (++nth === when) rows = [Job.make("new"), ...rows]
        const seen = rows
        return {
          jobs: seen.slice(offset, offset + 5),
          next: offset + 5 < seen.length ? offset + 5 : undefined,
          total: seen.length
        }
      })
  }

  it.effect("are read again where their totals show that the list changed", () =>
    Effect.gen(function* () {
      // Of the four pages after the first, the last two are made before the list grows.
      const answer = growing(60, 4)
      const reading = yield* Effect.forkChild(Loop.run({ answer, ahead: 4, order: "none" }))
      while (reading.pollUnsafe() === undefined) yield* TestClock.adjust("5 millis")
      const { failure, ids } = yield* Fiber.join(reading)
      assert.isUndefined(failure)
      for (const id of Job.idsOf(Job.range(1, 60))) assert.include(ids, id)
      assert.strictEqual(new Set(ids).size, ids.length)
    })
  )
})
