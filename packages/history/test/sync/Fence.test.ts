import { NodeServices } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import type { ScanJob } from "@scanjobs/core"
import { Store, Sync } from "@scanjobs/history"
import { Cause, Deferred, Effect, Fiber, Random, Stream } from "effect"
import { TestClock } from "effect/testing"
import type { Source } from "../../src/sync/Source.ts"
import * as SyncConnection from "../../src/sync/SyncConnection.ts"
import { databases } from "../Databases.ts"
import * as FakeSource from "../FakeSource.ts"
import { runAt } from "../Nightly.ts"

const begin = Date.UTC(2026, 0, 10)
const pages = 2
/** How often a sync stops: before it begins, and at each page between reading and writing it. */
const gates = 1 + pages

/** All orders in which so many syncs can pass their gates. */
const interleavings = (left: ReadonlyArray<number>): ReadonlyArray<ReadonlyArray<number>> =>
  left.every((count) => count === 0)
    ? [[]]
    : left.flatMap((count, sync) =>
        count === 0 ? [] : interleavings(left.with(sync, count - 1)).map((rest) => [sync].concat(rest))
      )

/** A sync that stops at each gate until it is let through. */
class Gated {
  #open = Deferred.makeUnsafe<void>()
  #arrived = Deferred.makeUnsafe<void>()
  #isEnded = false

  /** What the sync does at a gate. */
  readonly pass = Effect.suspend(() => {
    const open = this.#open
    Deferred.doneUnsafe(this.#arrived, Effect.void)
    return Deferred.await(open)
  })

  /** Lets the sync through, and waits until it stands at the next gate or has ended. */
  readonly step = Effect.suspend(() => {
    if (this.#isEnded) return Effect.void
    const opened = this.#open
    this.#open = Deferred.makeUnsafe<void>()
    this.#arrived = Deferred.makeUnsafe<void>()
    Deferred.doneUnsafe(opened, Effect.void)
    return Deferred.await(this.#arrived)
  })

  readonly end = Effect.sync(() => {
    this.#isEnded = true
    Deferred.doneUnsafe(this.#arrived, Effect.void)
  })
}

/** A vendor whose rows have another version each time that a page is read. */
const vendorOf = (gated: Gated, read: () => number): Source<FakeSource.Down, never> => {
  const rows = Array.from({ length: pages }, (_, page) => runAt(begin - page * 60_000))
  const source = FakeSource.make({ runs: { holds: { kinds: ["run"] }, jobs: () => rows } }, 1)
  return {
    ...source,
    lanes: (query, options) =>
      Stream.map(source.lanes(query, options), (lane) => ({
        ...lane,
        pages: Stream.mapEffect(lane.pages, (page) => {
          const detail = String(read())
          const jobs = page.jobs.map((job): ScanJob.ScanJob => Object.assign({}, job, { detail }))
          return Effect.as(gated.pass, { ...page, jobs })
        })
      }))
  }
}

/** What is stored of each job: the version that was read last. */
const versions = Effect.gen(function* () {
  const { attempt, sql } = yield* Store.Store
  const rows = yield* attempt(
    sql<{ readonly vendor_id: string; readonly detail: string }>`SELECT vendor_id, detail FROM job`
  )
  return new Map(rows.map(({ detail, vendor_id }) => [vendor_id, Number(detail)]))
})

/** Runs syncs of one connection in this order, and checks after each step that no row became an older one. */
const inOrder = Effect.fnUntraced(function* (order: ReadonlyArray<number>) {
  let version = 0
  const began: Array<number> = []
  const superseded = new Set<number>()
  const syncs = [...new Set(order)].toSorted((a, b) => a - b)
  const gatedBy = new Map(syncs.map((sync) => [sync, new Gated()]))
  const fibers: Array<Fiber.Fiber<void, unknown>> = []
  for (const [sync, gated] of gatedBy) {
    const run = SyncConnection.run(
      vendorOf(gated, () => ++version),
      ({ cause }) =>
        Cause.squash(cause) instanceof Sync.SyncSuperseded
          ? Effect.sync(() => void superseded.add(sync))
          : Effect.failCause(cause),
      {}
    )
    const whole = Effect.andThen(gated.pass, Stream.runDrain(run)).pipe(Effect.ensuring(gated.end))
    fibers.push(yield* Effect.forkChild(whole, { startImmediately: true }))
  }
  let before = new Map<string, number>()
  for (const sync of order) {
    if (!began.includes(sync)) began.push(sync)
    yield* gatedBy.get(sync)?.step ?? Effect.void
    const after = yield* versions
    for (const [job, last] of before) {
      assert.isAtLeast(after.get(job) ?? 0, last, `${job} became older in ${order.join("")}`)
    }
    before = after
  }
  for (const fiber of fibers) yield* Fiber.join(fiber)
  return { latest: began.at(-1), superseded, stored: yield* versions }
})

for (const { empty, name, skip } of databases) {
  const inStore = <A, E>(test: Effect.Effect<A, E, Store.Store>) =>
    Effect.gen(function* () {
      const open = yield* empty
      yield* TestClock.setTime(begin)
      yield* Effect.provide(test, open())
    }).pipe(Effect.provide(NodeServices.layer))

  /** Each order begins with an empty store. */
  const each = (orders: ReadonlyArray<ReadonlyArray<number>>) =>
    Effect.gen(function* () {
      const { attempt, sql } = yield* Store.Store
      for (const order of orders) {
        const { latest, stored, superseded } = yield* inOrder(order)
        assert.strictEqual(stored.size, pages, `rows are missing in ${order.join("")}`)
        assert.isFalse(latest !== undefined && superseded.has(latest), `the latest was superseded in ${order.join("")}`)
        for (const table of ["change", "job", "lane", "series", "listing", "definition", "connection"]) {
          yield* attempt(sql`DELETE FROM ${sql(table)}`)
        }
      }
    })

  describe.skipIf(skip !== undefined)(
    `syncs of one connection at the same time in ${name}${skip === undefined ? "" : ` (${skip})`}`,
    () => {
      it.effect("never replace a row by one that was read earlier, in whatever order two of them go on", () =>
        inStore(each(interleavings([gates, gates])))
      )

      it.effect("never do so where there are three of them, in any of many orders", () =>
        inStore(
          Effect.gen(function* () {
            const all = interleavings([gates, gates, gates])
            const some = yield* Effect.forEach(Array.from({ length: 40 }), () =>
              Effect.map(Random.nextIntBetween(0, all.length - 1), (index) => all[index] ?? [])
            )
            yield* each(some)
          })
        ).pipe(Random.withSeed("three syncs"))
      )
    }
  )
}
