import { NodeHttpClient } from "@effect/platform-node"
import { Breaker, Catalog, Progress, RetryPolicy } from "@scanjobs/core"
import { assert, describe, layer } from "@effect/vitest"
import { Effect, Fiber, Layer, Result, Stream } from "effect"
import * as Archive from "../Archive.ts"
import * as Job from "../Job.ts"
import * as Vendor from "../Vendor.ts"

const live = Layer.merge(NodeHttpClient.layerUndici, RetryPolicy.layer({ base: "1 millis" }))

const idsOf = (rows: ReadonlyArray<Archive.Row>) => rows.map(({ id }) => id)

const skips = ({ seen }: Vendor.Vendor) => seen.map(Archive.skipOf)

/** Refuses the eight requests after the first, all at once when all of them are there. */
const refusing = (refusal: Vendor.Answer, others: (seen: Vendor.Seen) => Vendor.Answer) => {
  const held: Array<() => void> = []
  return Vendor.serve((seen, nth) => (response) => {
    if (nth === 1 || nth > 9) return others(seen)(response)
    held.push(() => refusal(response))
    if (held.length === 8) for (const answer of held) answer()
  })
}

const stumbling = (rows: ReadonlyArray<Archive.Row>) =>
  refusing(Vendor.text("one moment", 503), (seen) => Archive.page(rows, seen))

const Archived = Archive.provider()

layer(live, { excludeTestServices: true })("requests ahead of their turn", (it) => {
  const rows = Archive.rows(60)

  it.effect("spend no retries of the run, which is read through with one in hand", () =>
    Effect.gen(function* () {
      const vendor = yield* stumbling(rows)
      const jobs = yield* Stream.runCollect(Archived.jobs(Archive.connection(vendor, "ascending")))
      assert.deepStrictEqual(Job.idsOf(jobs), idsOf(rows))
    }).pipe(Effect.provide(RetryPolicy.layer({ base: "1 millis", budget: 1 })))
  )

  it.effect("open no circuit where a vendor stumbles over many at once", () =>
    Effect.gen(function* () {
      const vendor = yield* stumbling(rows)
      const jobs = yield* Stream.runCollect(Archived.jobs(Archive.connection(vendor, "ascending")))
      assert.deepStrictEqual(Job.idsOf(jobs), idsOf(rows))
    }).pipe(Effect.provide(Breaker.layer({ failures: 3 })))
  )

  it.effect("are sent once, however often the vendor would have to be asked", () =>
    Effect.gen(function* () {
      const events: Array<string> = []
      const vendor = yield* Vendor.serve((seen) =>
        Archive.skipOf(seen) < 5 ? Archive.page(rows, seen) : Vendor.text("one moment", 503)
      )
      const failed = yield* Archived.jobs(Archive.connection(vendor)).pipe(
        Stream.runDrain,
        Effect.flip,
        Effect.provide([
          Progress.layer(({ _tag }) => Effect.sync(() => events.push(_tag))),
          RetryPolicy.layer({ base: "1 millis", times: 3 })
        ])
      )
      assert.propertyVal(failed, "_tag", "ScanError")
      const asked = Map.groupBy(skips(vendor), (skip) => skip)
      assert.deepStrictEqual(
        [5, 10, 35, 40].map((skip) => asked.get(skip)?.length),
        [4, 1, 1, 1]
      )
      assert.lengthOf(
        events.filter((event) => event === "Retrying"),
        3
      )
    })
  )

  it.effect("renew a credential together where it is refused to all of them", () =>
    Effect.gen(function* () {
      let current = "secret-1"
      let given = 0
      const provider = Archive.provider(() => {
        given++
        return current
      })
      const vendor = yield* Vendor.serve((seen, nth) => {
        if (nth === 2) current = "secret-2"
        return seen.headers.authorization === `Bearer ${current}` ? Archive.page(rows, seen) : Vendor.text("no", 401)
      })
      const jobs = yield* Stream.runCollect(provider.jobs(Archive.connection(vendor)))
      assert.deepStrictEqual(Job.idsOf(jobs), idsOf(rows))
      // The eight that were in flight when the list ended may never have arrived.
      assert.isAtMost(given, vendor.seen.length + 8)
    })
  )

  it.effect("are sent once where a credential is refused for good", () =>
    Effect.gen(function* () {
      const refusal = Vendor.text("no", 401)
      const vendor = yield* refusing(refusal, (seen) =>
        Archive.skipOf(seen) === 0 ? Archive.page(rows, seen) : refusal
      )
      const failed = yield* Effect.flip(Stream.runDrain(Archived.jobs(Archive.connection(vendor))))
      assert.include(failed.message, "Unauthorized")
      const asked = Map.groupBy(skips(vendor), (skip) => skip)
      assert.deepStrictEqual(
        [5, 10, 40].map((skip) => asked.get(skip)?.length),
        [2, 1, 1]
      )
    })
  )

  it.effect("wait as long as they are told to, also where the page before them is tried again", () =>
    Effect.gen(function* () {
      const times: Array<number> = []
      const known = new Set<number>()
      const vendor = yield* Vendor.serve((seen) => (response) => {
        const skip = Archive.skipOf(seen)
        if (skip === 10) times.push(performance.now())
        if (skip === 0 || skip > 10 || known.has(skip)) return Archive.page(rows, seen)(response)
        known.add(skip)
        if (skip === 10) return Vendor.text("slow down", 429, { "retry-after": "1" })(response)
        setTimeout(() => Vendor.text("one moment", 503)(response), 50)
      })
      const jobs = yield* Stream.runCollect(Archived.jobs(Archive.connection(vendor)))
      assert.deepStrictEqual(Job.idsOf(jobs), idsOf(rows))
      const [first = 0, second = 0] = times
      assert.isAtLeast(second - first, 990)
    })
  )

  it.effect("are sent again where the page before them had to be, so that no row slips between", () =>
    Effect.gen(function* () {
      let all = rows
      let failed = 0
      const vendor = yield* Vendor.serve((seen) => (response) => {
        if (Archive.skipOf(seen) !== 5 || failed > 0) return Archive.page(all, seen)(response)
        failed++
        // The pages behind it are answered first; then a row comes before all others.
        setTimeout(() => {
          all = [{ id: "new", at: 99 }, ...all]
          Vendor.text("one moment", 503)(response)
        }, 50)
      })
      const jobs = yield* Stream.runCollect(Archived.jobs(Archive.connection(vendor)))
      assert.deepStrictEqual(Job.idsOf(jobs), idsOf(rows))
    })
  )

  it.effect("leave no trace where they were sent in vain", () =>
    Effect.gen(function* () {
      const owned = rows.map(({ at, id }) => ({ id, at, owner: "someone" }))
      const vendor = yield* Vendor.serve((seen) => (response) => {
        const answer = () => Archive.page(owned, seen)(response)
        // The pages behind the second one are there before it.
        if (Archive.skipOf(seen) === 5) setTimeout(answer, 100)
        else answer()
      })
      const driftOf = Effect.fnUntraced(function* (pageConcurrency: number) {
        const drift: Array<unknown> = []
        const listen = (event: Progress.Event) =>
          Effect.sync(() => void (event._tag === "Drifted" && drift.push(...event.drift)))
        const connection = Archive.connection(vendor, "ascending")
        const before = vendor.seen.length
        yield* Archived.jobs(connection, { until: 12 }, { pageConcurrency }).pipe(
          Stream.runDrain,
          Effect.provide(Progress.layer(listen))
        )
        return { drift, asked: vendor.seen.length - before }
      })
      const inTurn = yield* driftOf(1)
      const atOnce = yield* driftOf(8)
      assert.isAbove(atOnce.asked, inTurn.asked)
      assert.deepStrictEqual(atOnce.drift, inTurn.drift)
    })
  )

  it.effect("are not sent again where rows are only added at the end", () =>
    Effect.gen(function* () {
      let failed = 0
      const vendor = yield* Vendor.serve((seen) =>
        Archive.skipOf(seen) === 5 && failed++ === 0 ? Vendor.text("one moment", 503) : Archive.page(rows, seen)
      )
      const jobs = yield* Stream.runCollect(Archived.jobs(Archive.connection(vendor, "ascending")))
      assert.deepStrictEqual(Job.idsOf(jobs), idsOf(rows))
      assert.lengthOf(
        skips(vendor).filter((skip) => skip === 10),
        1
      )
    })
  )

  it.effect("are let go of with their connections where the run is interrupted, which is no failure", () =>
    Effect.gen(function* () {
      const vendor = yield* Vendor.serve((seen) =>
        Archive.skipOf(seen) === 0 ? Archive.page(rows, seen) : Vendor.silence
      )
      const failures: Array<unknown> = []
      const jobs = Catalog.make(Archived).settled([Archive.connection(vendor)], (failure) =>
        Effect.sync(() => failures.push(failure))
      )
      const reading = yield* Effect.forkChild(Stream.runDrain(jobs))
      while (vendor.seen.length < 9) yield* Effect.sleep("5 millis")
      yield* Fiber.interrupt(reading)
      assert.deepStrictEqual(failures, [])
      while (vendor.seen.slice(1).some(({ isAbandoned }) => !isAbandoned)) yield* Effect.sleep("5 millis")
      assert.lengthOf(vendor.seen, 9)
    })
  )
})

describe("what is not read ahead", () => {
  layer(live, { excludeTestServices: true })((it) => {
    const inTurn = Array.from({ length: 5 }, (_, index) => index * 5)

    it.effect("is a list with the newest first", () =>
      Effect.gen(function* () {
        const rows = Archive.rows(20)
        const vendor = yield* Vendor.serve((seen) => Archive.page(rows, seen))
        yield* Stream.runDrain(Archived.jobs(Archive.connection(vendor, "descending")))
        assert.deepStrictEqual(skips(vendor), inTurn)
      })
    )

    it.effect("is what a link leads to with parameters that only the vendor knows", () =>
      Effect.gen(function* () {
        const rows = Archive.rows(20)
        const vendor = yield* Vendor.serve((seen) => {
          const skip = Archive.skipOf(seen)
          return Vendor.json({
            runs: rows.slice(skip, skip + Archive.pageSize),
            next: `/runs?skip=${skip + Archive.pageSize}&token=t${skip}`
          })
        })
        yield* Stream.runDrain(Archived.jobs(Archive.connection(vendor)))
        assert.deepStrictEqual(skips(vendor), inTurn)
      })
    )

    it.effect("is anything where the caller wants one page at a time", () =>
      Effect.gen(function* () {
        const rows = Archive.rows(20)
        const vendor = yield* Vendor.serve((seen) => Archive.page(rows, seen))
        const jobs = Archived.jobs(Archive.connection(vendor), {}, { pageConcurrency: 1 })
        assert.isTrue(Result.isSuccess(yield* Effect.result(Stream.runDrain(jobs))))
        assert.deepStrictEqual(skips(vendor), inTurn)
      })
    )
  })
})
