import { NodeHttpClient, NodeServices } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import type { ScanJob } from "@scanjobs/core"
import { type Notice, Notices, type Store, type Target } from "@scanjobs/history"
import type { Redacted } from "effect"
import { Effect, Stream } from "effect"
import { TestClock } from "effect/testing"
import * as SyncConnection from "../../src/sync/SyncConnection.ts"
import { databases } from "../Databases.ts"
import * as FakeSource from "../FakeSource.ts"
import { plannedAt, runAt } from "../Nightly.ts"
import { receiver, settled } from "./Receiver.ts"

const minute = 60_000
const hour = 60 * minute
const begin = Date.UTC(2026, 0, 10)

/** A vendor whose lists a test changes. */
const vendor = () => {
  const lists = { plan: [] as ReadonlyArray<ScanJob.Fields>, runs: [] as ReadonlyArray<ScanJob.Fields>, isDown: false }
  const source = FakeSource.make({
    plan: { isPlan: true, holds: { kinds: ["occurrence"] }, jobs: ({ from }) => lists.plan.filter(isAfter(from)) },
    runs: { holds: { kinds: ["run"] }, jobs: () => lists.runs, failsAfter: () => (lists.isDown ? 0 : undefined) }
  })
  return { lists, sync: Stream.runDrain(SyncConnection.run(source, () => Effect.void, {})) }
}
const isAfter =
  (from: number) =>
  ({ startTime = 0 }: ScanJob.Fields) =>
    (startTime ?? 0) >= from

const all: Target.Target["when"] = ["missed", "overdue", "failed", "silent", "running_too_long", "connection_failing"]

/** Tells the target, and gives what could not be delivered. */
const tell = (to: Redacted.Redacted, when = all) =>
  Effect.provide(
    settled(Notices.tell([{ when, to, format: "json" }], { scrub: (text) => text.replaceAll("hunter22", "…") })),
    NodeHttpClient.layerUndici
  )

const told = (received: ReadonlyArray<{ readonly body: string }>): ReadonlyArray<string> =>
  received.flatMap(({ body }) => {
    const { data } = JSON.parse(body)
    return data.notices.map(
      ({ cause, isOver, name }: Notice.Notice) => `${isOver ? "over: " : ""}${cause}: ${name ?? "the connection"}`
    )
  })

for (const { empty, name, skip } of databases) {
  const inStore = <A, E, R>(test: Effect.Effect<A, E, R | Store.Store>) =>
    Effect.gen(function* () {
      const open = yield* empty
      yield* TestClock.setTime(begin)
      yield* Effect.provide(test, open())
    }).pipe(Effect.provide(NodeServices.layer))

  describe.skipIf(skip !== undefined)(`Notices.tell from ${name}${skip === undefined ? "" : ` (${skip})`}`, () => {
    it.effect("tells of a failed run once, and again when the next one succeeds", () =>
      inStore(
        Effect.gen(function* () {
          const { lists, sync } = vendor()
          const { received, to } = yield* receiver(200)
          yield* sync
          yield* tell(to)
          lists.runs = [runAt(begin + hour, { state: "failed", detail: "key hunter22 is wrong" })]
          yield* TestClock.adjust("2 hours")
          yield* sync
          yield* tell(to)
          yield* tell(to)
          assert.deepStrictEqual(told(received), ["failed: Nightly"])
          assert.notInclude(received[0]?.body, "hunter22")
          lists.runs = [...lists.runs, runAt(begin + 3 * hour)]
          yield* TestClock.adjust("2 hours")
          yield* sync
          yield* tell(to)
          yield* tell(to)
          assert.deepStrictEqual(told(received), ["failed: Nightly", "over: failed: Nightly"])
        })
      )
    )

    it.effect("tells of a planned run that is overdue, then missed, and that it came late", () =>
      inStore(
        Effect.gen(function* () {
          const { lists, sync } = vendor()
          const { received, to } = yield* receiver(200)
          lists.plan = [1, 25, 49].map((hours) => plannedAt(begin + hours * hour))
          yield* sync
          yield* tell(to)
          yield* TestClock.setTime(begin + 2 * hour + 10 * minute)
          yield* sync
          yield* tell(to)
          assert.deepStrictEqual(told(received), ["overdue: Nightly"])
          yield* TestClock.setTime(begin + 25 * hour)
          yield* sync
          yield* tell(to)
          assert.deepStrictEqual(told(received), ["overdue: Nightly", "missed: Nightly"])
          lists.runs = [runAt(begin + 6 * hour)]
          yield* TestClock.setTime(begin + 26 * hour)
          yield* sync
          yield* tell(to)
          assert.deepStrictEqual(told(received).slice(2), ["over: missed: Nightly"])
        })
      )
    )

    it.effect("tells of a connection that fails for half an hour, and that it can be read again", () =>
      inStore(
        Effect.gen(function* () {
          const { lists, sync } = vendor()
          const { received, to } = yield* receiver(200)
          yield* sync
          yield* tell(to)
          lists.isDown = true
          for (let step = 0; step < 3; step++) {
            yield* TestClock.adjust("16 minutes")
            yield* sync
            yield* tell(to)
          }
          assert.deepStrictEqual(told(received), ["connection_failing: the connection"])
          lists.isDown = false
          yield* TestClock.adjust("16 minutes")
          yield* sync
          yield* tell(to)
          assert.deepStrictEqual(told(received).slice(1), ["over: connection_failing: the connection"])
        })
      )
    )

    it.effect("keeps what a target did not take, and tells no target of what it does not want, or of the past", () =>
      inStore(
        Effect.gen(function* () {
          const { lists, sync } = vendor()
          const down = yield* receiver(404, 404, 200)
          const picky = yield* receiver(200)
          lists.runs = [runAt(begin - hour, { state: "failed" })]
          yield* sync
          assert.deepStrictEqual(yield* tell(down.to), [])
          yield* tell(picky.to, ["missed"])
          assert.lengthOf(down.received, 0)
          lists.runs = [...lists.runs, runAt(begin + hour, { state: "failed" })]
          yield* TestClock.adjust("2 hours")
          yield* sync
          const [undelivered] = yield* tell(down.to)
          assert.strictEqual(undelivered?.notices, 1)
          assert.strictEqual(undelivered?.error.status, 404)
          yield* tell(down.to)
          assert.deepStrictEqual(yield* tell(down.to), [])
          assert.deepStrictEqual(told(down.received), ["failed: Nightly", "failed: Nightly", "failed: Nightly"])
          const ids = down.received.map(({ headers }) => headers["webhook-id"])
          assert.match(ids[0]?.toString() ?? "", /-\d+-\d+$/)
          assert.deepStrictEqual(new Set(ids).size, 1)
          yield* tell(down.to)
          assert.lengthOf(down.received, 3)
          yield* tell(picky.to, ["missed"])
          assert.lengthOf(picky.received, 0)
        })
      )
    )
  })
}
