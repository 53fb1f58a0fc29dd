import { NodeHttpClient } from "@effect/platform-node"
import { Progress, type Provider, type Query, RetryPolicy, type ScanJob } from "@scanjobs/core"
import { InsightVM } from "@scanjobs/insightvm"
import * as InsightVMEmulator from "@scanjobs/insightvm/emulator"
import { World } from "@scanjobs/testing"
import { assert, describe, it, layer } from "@effect/vitest"
import { Effect, Layer, Result, Stream } from "effect"
import { connect, scan, schedule, site } from "./Console.ts"

const live = Layer.merge(NodeHttpClient.layerUndici, RetryPolicy.layer({ times: 0 }))

type Listing = Provider.ListingOf<typeof InsightVM>

const read = (vendor: InsightVMEmulator.InsightVMEmulator, listing: Listing, query: Query.Input = {}, pageSize = 2) =>
  Effect.gen(function* () {
    const events: Array<Progress.Event> = []
    const jobs: Array<ScanJob.ScanJob> = []
    const outcome = yield* InsightVM.jobs(connect(vendor, { pageSize }), query, { listings: [listing] }).pipe(
      Stream.runForEach((job) => Effect.sync(() => void jobs.push(job))),
      Effect.result,
      Effect.provide(Progress.layer((event) => Effect.sync(() => void events.push(event))))
    )
    return {
      jobs,
      ids: jobs.map(({ vendorId }) => vendorId),
      notes: events.flatMap((event) => (event._tag === "Noted" ? [event.message] : [])),
      completed: events.flatMap((event) => (event._tag === "Completed" ? [event] : [])),
      failure: Result.isFailure(outcome) ? outcome.failure : undefined
    }
  })

const now = Date.parse("2026-11-01T00:00:00Z")
const empty: InsightVMEmulator.Console = { active: [], past: [], sites: [] }
const day = 86_400_000

layer(live, { excludeTestServices: true })("the quirks of InsightVM", (it) => {
  it.effect("a scan without a status, which the description does not promise, is listed as unknown", () =>
    Effect.gen(function* () {
      const vendor = yield* InsightVMEmulator.serve({ console: { ...empty, past: [scan(4, now, { status: null })] } })
      const { jobs } = yield* read(vendor, "scans")
      assert.deepStrictEqual(
        jobs.map(({ state, vendorState }) => [state, vendorState]),
        [["unknown", null]]
      )
    })
  )

  it.effect(
    "R1: running scans and those that are over are one listing, and a scan that ends meanwhile comes once",
    () =>
      Effect.gen(function* () {
        const vendor = yield* InsightVMEmulator.serve({
          console: {
            ...empty,
            active: [scan(5, now, { status: "running", endTime: undefined }), scan(4, now, { status: "integrating" })],
            past: [scan(4, now), scan(3, now), scan(2, now, { status: "stopped" })]
          }
        })
        const { ids, jobs } = yield* read(vendor, "scans")
        assert.deepStrictEqual(ids, ["5", "4", "3", "2"])
        assert.deepStrictEqual(
          jobs.map(({ state }) => state),
          ["running", "running", "succeeded", "cancelled"]
        )
        assert.isNull(jobs[0]?.finishTime)
      })
  )

  it.effect("R2: no page behind the last one is asked for", () =>
    Effect.gen(function* () {
      const past = Array.from({ length: 4 }, (_, index) => scan(index + 1, now))
      const vendor = yield* InsightVMEmulator.serve({ console: { ...empty, past } })
      const { failure, ids } = yield* read(vendor, "scans")
      assert.isUndefined(failure)
      assert.lengthOf(ids, 4)
      const asked = yield* vendor.ledger.to("scans")
      assert.deepStrictEqual(
        asked.map(({ query, status }) => [query["active"], query["page"], status]),
        [
          ["true", "0", 200],
          ["false", "0", 200],
          ["false", "1", 200]
        ]
      )
    })
  )

  it.effect("R2: a list that becomes shorter while it is read fails as incomplete, because its total was more", () =>
    Effect.gen(function* () {
      const past = Array.from({ length: 3 }, (_, index) => scan(index + 1, now))
      const vendor = yield* InsightVMEmulator.serve({ console: { ...empty, past }, quirks: { removed: 1 } })
      const { failure, ids, notes } = yield* read(vendor, "scans")
      assert.deepStrictEqual(ids, ["1", "2"])
      assert.deepStrictEqual(notes, ["the list became shorter while it was read, and ended at the page before"])
      assert.strictEqual(failure?.reason._tag, "Incomplete")
    })
  )

  it.effect("R2: an empty list may be refused, too", () =>
    Effect.gen(function* () {
      const vendor = yield* InsightVMEmulator.serve({ console: empty, quirks: { refusesEmpty: true } })
      const { failure, notes } = yield* read(vendor, "scans")
      assert.isUndefined(failure)
      assert.deepStrictEqual(notes, ["the console has no such scans", "the console has no such scans"])
    })
  )

  it.effect("R4: links that name another host are not followed", () =>
    Effect.gen(function* () {
      const past = Array.from({ length: 5 }, (_, index) => scan(index + 1, now))
      const vendor = yield* InsightVMEmulator.serve({ console: { ...empty, past } })
      assert.lengthOf((yield* read(vendor, "scans")).ids, 5)
    })
  )

  it.effect("R5: the largest page is asked for, in an order that does not shift", () =>
    Effect.gen(function* () {
      const vendor = yield* InsightVMEmulator.serve({ console: empty })
      const { pageSize: _, ...connection } = connect(vendor, { pageSize: 1 })
      yield* Stream.runDrain(InsightVM.jobs(connection, {}, { listings: ["scans"] }))
      const [first] = yield* vendor.ledger.to("scans")
      assert.deepInclude(first?.query, { size: "500", sort: "id,ASC" })
    })
  )

  it.effect("R9: planned runs end with a note where the console tells no more of them", () =>
    Effect.gen(function* () {
      const vendor = yield* InsightVMEmulator.serve({
        console: {
          ...empty,
          sites: [
            site(1, [schedule(7, { next: now }), schedule(8, { next: now, enabled: false })]),
            site(2, [
              schedule(9, { next: now + day, repeat: undefined, nextRuntimes: [new Date(now + day).toISOString()] })
            ])
          ]
        }
      })
      const all = yield* read(vendor, "planned", { from: now, until: now + 100 * day })
      assert.isUndefined(all.failure)
      assert.lengthOf(all.ids, 4)
      // Both are read at the same time.
      assert.sameDeepMembers(
        all.completed.map(({ by, horizon }) => ({ by, horizon })),
        [
          { by: "known", horizon: now + 14 * day },
          { by: "end", horizon: null }
        ]
      )
      assert.deepStrictEqual(all.notes, [
        "the vendor tells planned runs until 2026-11-15T00:00:00.000Z only: later ones are missing"
      ])
      const few = yield* read(vendor, "planned", { from: now, until: now + 10 * day })
      assert.lengthOf(few.ids, 3)
      assert.deepStrictEqual(few.notes, [])
    })
  )

  it.effect("a site that is deleted meanwhile is a note", () =>
    Effect.gen(function* () {
      const sites = [site(1, [schedule(7, { next: now })]), site(2, [schedule(9, { next: now })])]
      const vendor = yield* InsightVMEmulator.serve({ console: { ...empty, sites }, quirks: { deleted: [1] } })
      const { failure, ids, jobs, notes } = yield* read(vendor, "schedules")
      assert.isUndefined(failure)
      assert.deepStrictEqual(ids, ["9"])
      assert.strictEqual(jobs[0]?.id, "insightvm/console/schedules/2/9")
      assert.deepStrictEqual(notes, ["the site was deleted meanwhile"])
    })
  )
})

describe("a living console", () => {
  it.live("shows a world in which time goes on", () =>
    Effect.gen(function* () {
      const begins = Date.now() - 3 * day
      const world = World.make({
        begins,
        scans: [
          { name: "planned", every: day / 24 },
          { name: "unplanned", every: day / 12, isPlanned: false }
        ]
      })
      const vendor = yield* InsightVMEmulator.serve({ console: InsightVMEmulator.living(world) })
      const scans = yield* read(vendor, "scans", {}, 500)
      const byName = Map.groupBy(scans.jobs, ({ name }) => name)
      assert.isAbove(byName.get("planned")?.length ?? 0, byName.get("unplanned")?.length ?? 0)
      assert.isAbove(byName.get("unplanned")?.length ?? 0, 30)
      const planned = yield* read(vendor, "planned")
      assert.lengthOf(planned.ids, 10)
      assert.deepInclude(planned.completed[0], { by: "known" })
    }).pipe(Effect.provide(live))
  )
})

describe("a connection to a console", () => {
  it("needs its address", () => {
    const decoded = InsightVM.decode({ provider: "insightvm", name: "console", username: "u", password: "p" })
    assert.deepStrictEqual(Result.isFailure(decoded) ? decoded.failure.map(({ key }) => key) : [], ["baseUrl"])
  })
})
