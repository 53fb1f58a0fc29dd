import type { Query, ScanJob } from "@scanjobs/core"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema, Stream } from "effect"
import * as SortedMerge from "../../src/catalog/SortedMerge.ts"
import * as Job from "../Job.ts"

const Times = Schema.Array(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 50 })))

/** A stream of jobs with these start times, `size` to a page, which counts the pages that were asked for. */
const lane = (name: string, times: ReadonlyArray<number | null>, order: Query.Order = "ascending", size = 3) => {
  const rows = times.map((startTime, index) => Job.make(`${name}${index}`, { startTime }))
  const pulled = { pages: 0 }
  const page = (start: number) =>
    Effect.sync(() => {
      pulled.pages++
      const next: number | undefined = start + size < rows.length ? start + size : undefined
      return [rows.slice(start, start + size), next] as const
    })
  const jobs: Stream.Stream<ScanJob.ScanJob> = Stream.unfold<
    number | undefined,
    ReadonlyArray<ScanJob.ScanJob>,
    never,
    never
  >(0, (start) => (start === undefined ? Effect.succeed(undefined) : page(start))).pipe(Stream.flattenIterable)
  return { order, jobs, pulled }
}

const timesOf = (jobs: ReadonlyArray<ScanJob.ScanJob>) => jobs.map((job) => job.startTime)
const ascending = (times: ReadonlyArray<number>) => times.toSorted((a, b) => a - b)

describe("SortedMerge.make", () => {
  it.effect.prop("is sorted and holds exactly what its inputs hold", [Schema.Array(Times)], ([all]) =>
    Effect.gen(function* () {
      const lanes = all.map((times, index) => lane(`${index}-`, ascending(times)))
      const merged = yield* Stream.runCollect(SortedMerge.make(lanes))
      assert.deepStrictEqual(timesOf(merged), ascending(all.flat()))
      assert.strictEqual(new Set(Job.idsOf(merged)).size, all.flat().length)
    })
  )

  it.effect.prop("sorts inputs that promise no order, or the other one", [Times, Times, Times], ([one, two, three]) =>
    Effect.gen(function* () {
      const lanes = [
        lane("a", ascending(one)),
        lane("b", two, "none"),
        lane("c", ascending(three).toReversed(), "descending")
      ]
      const merged = yield* Stream.runCollect(SortedMerge.make(lanes))
      assert.deepStrictEqual(timesOf(merged), ascending([...one, ...two, ...three]))
    })
  )

  it.effect("takes turns among jobs of the same time", () =>
    Effect.gen(function* () {
      const merged = yield* Stream.runCollect(SortedMerge.make([lane("a", [1, 1, 1]), lane("b", [1, 1, 1])]))
      assert.deepStrictEqual(Job.idsOf(merged), ["a0", "b0", "a1", "b1", "a2", "b2"])
    })
  )

  it.effect("gives a job without a time as soon as it is read", () =>
    Effect.gen(function* () {
      const merged = yield* Stream.runCollect(SortedMerge.make([lane("a", [1, null, 9]), lane("b", [2, 3])]))
      assert.deepStrictEqual(timesOf(merged), [1, null, 2, 3, 9])
    })
  )

  it.effect("holds one page of each ascending input, and asks for no more than is consumed", () =>
    Effect.gen(function* () {
      const early = lane(
        "a",
        Array.from({ length: 300 }, (_, index) => index)
      )
      const late = lane(
        "b",
        Array.from({ length: 300 }, (_, index) => 1000 + index)
      )
      const merged = SortedMerge.make([early, late])
      yield* Stream.runDrain(Stream.take(merged, 4))
      assert.isAtMost(early.pulled.pages, 3)
      assert.strictEqual(late.pulled.pages, 1)
    })
  )

  it.effect("fails with the failure of an input, after the jobs before it", () =>
    Effect.gen(function* () {
      const broken = { order: "ascending" as const, jobs: Stream.concat(lane("b", [1, 2]).jobs, Stream.fail("broken")) }
      const seen: Array<number | null> = []
      const failure = yield* SortedMerge.make([lane("a", [1, 5, 9]), broken]).pipe(
        Stream.runForEach((job) => Effect.sync(() => seen.push(job.startTime))),
        Effect.flip
      )
      assert.strictEqual(failure, "broken")
      assert.deepStrictEqual(seen, [1, 1, 2])
    })
  )

  it.effect("is empty without inputs", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* Stream.runCollect(SortedMerge.make<ScanJob.ScanJob, never, never>([])), [])
    })
  )
})
