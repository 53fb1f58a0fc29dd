import type { Query, ScanJob } from "@scanjobs/core"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import * as Job from "../Job.ts"
import * as Loop from "../Loop.ts"

const times = (...starts: ReadonlyArray<number | null>) =>
  starts.map((startTime, index) => Job.make(`${index} at ${startTime}`, { startTime }))

/** The warnings about a listing with these pages. */
const notesOf = (pages: ReadonlyArray<ReadonlyArray<ScanJob.ScanJob>>, order: Query.Order = "none", query = {}) =>
  Effect.map(
    Loop.run({
      order,
      query,
      answer: (page) => ({ jobs: pages[page] ?? [], next: page + 1 < pages.length ? page + 1 : undefined })
    }),
    ({ events }) => events.flatMap((event) => (event._tag === "Noted" ? [event.message] : []))
  )

describe("a listing whose order is promised", () => {
  it.effect.each([
    ["ascending", [5, null, 4, 3]],
    ["descending", [null, 1, 2, 3]]
  ] as const)("is reported once where its pages are not %s", ([order, starts]) =>
    Effect.gen(function* () {
      const later = starts.map((start) => (start === null ? null : start + 10))
      const notes = yield* notesOf([times(...starts), times(...later)], order)
      assert.strictEqual(notes.length, 1)
      assert.include(notes[0], `in ${order} order`)
    })
  )

  it.effect("is reported where the query cuts it after the first page", () =>
    Effect.gen(function* () {
      const late = times(...Array.from({ length: 20 }, (_, index) => 100 - index))
      const notes = yield* notesOf([late, times(1)], "ascending", { until: 10 })
      assert.strictEqual(notes.length, 1)
    })
  )

  it.effect.each([
    ["the promise is kept", "ascending", [1, 2, 2, 3]],
    ["one row is out of place", "ascending", [1, 2, 3, 0]],
    ["no order is promised", "none", [3, 2, 1]],
    ["all rows are of one time", "descending", [1, 1, 1]],
    ["no row has a time", "descending", [null, null]]
  ] as const)("is not reported where %s", ([_what, order, starts]) =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* notesOf([times(...starts)], order), [])
    })
  )
})

describe("a listing with one id for different jobs", () => {
  it.effect("is reported once where they are on one page", () =>
    Effect.gen(function* () {
      const [same, again] = ["same", "again"].map((vendorId) =>
        Job.range(1, 3, (id) => ({ vendorId, name: String(id) }))
      )
      const notes = yield* notesOf([same ?? [], again ?? []])
      assert.strictEqual(notes.length, 1)
      assert.include(notes[0], "the same `vendorId`")
    })
  )

  it.effect("is not reported where its rows are nested too deeply to be compared", () =>
    Effect.gen(function* () {
      const deep = () => {
        let raw: unknown = []
        for (let depth = 0; depth < 100_000; depth++) raw = [raw]
        return Job.make("same", { raw })
      }
      assert.deepStrictEqual(yield* notesOf([[deep(), deep()]]), [])
    })
  )

  it.effect("is not reported for rows that two pages share, or that the vendor gives twice", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* notesOf([Job.range(1, 3), Job.range(2, 4)]), [])
      assert.deepStrictEqual(yield* notesOf([[...Job.range(1, 3), ...Job.range(1, 3)]]), [])
    })
  )
})
