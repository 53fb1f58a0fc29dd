import { assert, describe, it } from "@effect/vitest"
import { FleetStatus, FleetTables, Roster, Runner, SyncQueue } from "@scanjobs/fleet"
import { Store, StoreError } from "@scanjobs/history"
import { Effect, Fiber, Latch, Layer, type Redacted } from "effect"
import * as Syncs from "../../src/runner/Syncs.ts"
import { disconnect, emptyDatabase, withoutPostgres } from "../Databases.ts"

type Services = Store.Store | SyncQueue.SyncQueue

const servicesOf = (address: Redacted.Redacted) =>
  Layer.merge(Layer.fresh(Store.layerPostgres(address)), Layer.fresh(SyncQueue.layer(address)))

/** Runs a test on an empty database; it gets the services of further processes. */
const inDatabase = <A, E>(test: (address: Redacted.Redacted) => Effect.Effect<A, E, Services>) =>
  Effect.gen(function* () {
    const address = yield* emptyDatabase
    yield* Effect.provide(Effect.andThen(FleetTables.ready, test(address)), servicesOf(address))
  }).pipe(Effect.scoped)

const put = (names: ReadonlyArray<string>, more: Partial<Roster.Planned> = {}) =>
  Roster.put(
    names.map((name) => ({ name, provider: "acme", settings: null, every: "2 seconds", ...more })),
    undefined
  )

/** Waits until something holds, which is looked at again and again. */
const eventually = <E, R>(holds: Effect.Effect<boolean, E, R>): Effect.Effect<void, E, R> =>
  Effect.flatMap(holds, (is) => (is ? Effect.void : Effect.andThen(Effect.sleep("50 millis"), eventually(holds))))

const whole = { _tag: "whole" } as const

// They mostly wait, each in a database of its own.
describe.skipIf(withoutPostgres !== undefined)(
  `a runner of a fleet${withoutPostgres === undefined ? "" : ` (${withoutPostgres})`}`,
  { concurrent: true },
  () => {
    it.live("syncs each connection on its own interval, one at a time", () =>
      inDatabase(() =>
        Effect.gen(function* () {
          const synced: Array<string> = []
          const underWay = new Set<string>()
          let overlaps = 0
          const sync = ({ name }: Runner.Taken) =>
            Effect.gen(function* () {
              if (underWay.has(name)) overlaps++
              underWay.add(name)
              yield* Effect.sleep("300 millis")
              underWay.delete(name)
              synced.push(name)
              return whole
            })
          yield* put(["one", "two", "three"])
          const runner = yield* Effect.forkChild(
            Runner.run({ name: "first", version: "1", slots: 4, sync, onProblem: Effect.logWarning })
          )
          const countOf = (name: string) => synced.filter((one) => one === name).length
          yield* eventually(Effect.sync(() => ["one", "two", "three"].every((name) => countOf(name) >= 3)))
          assert.strictEqual(overlaps, 0)
          const { connections, failing, runners } = yield* FleetStatus.read
          assert.deepStrictEqual({ connections, failing }, { connections: 3, failing: [] })
          assert.deepStrictEqual(
            runners.map(({ isAlive, name, slots }) => ({ isAlive, name, slots })),
            [{ isAlive: true, name: "first", slots: 4 }]
          )
          yield* Fiber.interrupt(runner)
          assert.deepStrictEqual((yield* FleetStatus.read).runners, [])
        })
      )
    )

    it.live("goes on where the queue has one element too many", () =>
      inDatabase(() =>
        Effect.gen(function* () {
          let syncs = 0
          const begun = Date.now()
          const queue = yield* SyncQueue.SyncQueue
          const sync = () =>
            Effect.gen(function* () {
              // As if somebody had missed it while it is synced.
              if (syncs === 0) {
                yield* Effect.orDie(
                  queue.offer([{ connection: "one", tenant: "one", priority: 0, at: Date.now() - 60_000 }])
                )
              }
              syncs++
              return whole
            })
          yield* put(["one"])
          yield* Effect.forkChild(Runner.run({ name: "first", version: "1", sync, onProblem: Effect.logWarning }))
          yield* eventually(Effect.sync(() => syncs >= 6))
          // Once in each interval of two seconds, and once more for the element; two elements would double it.
          assert.isAtMost(syncs, (Date.now() - begun) / 2000 + 2)
        })
      )
    )

    it.live("goes on where a sync beside the fleet has begun later than its own", () =>
      inDatabase(() =>
        Effect.gen(function* () {
          let syncs = 0
          const sync = () => Effect.sync((): Runner.Outcome => (syncs++ === 0 ? { _tag: "superseded" } : whole))
          yield* put(["one"])
          yield* Effect.forkChild(Runner.run({ name: "first", version: "1", sync, onProblem: Effect.logWarning }))
          yield* eventually(Effect.sync(() => syncs >= 2))
          const [entry] = yield* Roster.all
          assert.strictEqual(entry?.failures, 0)
        })
      )
    )

    it.live("writes nothing about a connection that another runner has by now", () =>
      inDatabase(() =>
        Effect.gen(function* () {
          yield* put(["one"])
          yield* Effect.sleep("50 millis")
          const [first, second] = [yield* Syncs.begin("first", "one"), yield* Syncs.begin("second", "one")]
          assert.deepStrictEqual([first._tag, second._tag], ["taken", "taken"])
          const broken = { _tag: "failing", reason: "Unauthorized", message: "refused" } as const
          assert.isUndefined(yield* Syncs.end("first", "one", broken))
          const [entry] = yield* Roster.all
          assert.deepStrictEqual([entry?.runner, entry?.failures], ["second", 0])
          assert.strictEqual((yield* Syncs.end("second", "one", whole))?.connection, "one")
        })
      )
    )

    it.live("syncs no connection that is paused or was removed, and again one that is resumed", () =>
      inDatabase(() =>
        Effect.gen(function* () {
          const synced: Array<string> = []
          const sync = ({ name }: Runner.Taken) =>
            Effect.as(
              Effect.sync(() => synced.push(name)),
              whole
            )
          yield* put(["one", "two", "three"])
          yield* Effect.forkChild(Runner.run({ name: "first", version: "1", sync, onProblem: Effect.logWarning }))
          yield* eventually(Effect.sync(() => new Set(synced).size === 3))
          yield* Roster.pause(["one"])
          yield* Roster.remove(["two"])
          // What was under way then ends; after that, all three would come in each interval.
          yield* eventually(Effect.sync(() => synced.slice(-3).every((name) => name === "three")))
          yield* Roster.resume(["one"])
          yield* eventually(Effect.sync(() => synced.includes("one")))
        })
      )
    )

    it.live("syncs a connection that fails less and less often, and says why", () =>
      inDatabase(() =>
        Effect.gen(function* () {
          const times: Array<number> = []
          const sync = () =>
            Effect.sync((): Runner.Outcome => {
              times.push(Date.now())
              return { _tag: "failing", reason: "Unauthorized", message: "the token was refused" }
            })
          yield* put(["one"])
          yield* Effect.forkChild(Runner.run({ name: "first", version: "1", sync, onProblem: Effect.logWarning }))
          yield* eventually(Effect.sync(() => times.length >= 3))
          const gaps = times.slice(1).map((time, index) => time - (times[index] ?? 0))
          // An interval of two seconds, and then of four. A second is for looking.
          assert.isAbove(gaps[1] ?? 0, 2500)
          const [entry] = yield* Roster.all
          assert.isAtLeast(entry?.failures ?? 0, 2)
          assert.strictEqual(entry?.message, "the token was refused")
          assert.deepStrictEqual((yield* FleetStatus.read).failing, [{ reason: "Unauthorized", connections: 1 }])
        })
      )
    )

    it.live("counts a mistake of the program as a failure of the connection, and goes on", () =>
      inDatabase(() =>
        Effect.gen(function* () {
          const problems: Array<string> = []
          const synced: Array<string> = []
          const sync = ({ name }: Runner.Taken) =>
            name === "broken"
              ? Effect.die(new TypeError("oops"))
              : Effect.as(
                  Effect.sync(() => synced.push(name)),
                  whole
                )
          yield* put(["broken", "one"])
          const onProblem = (message: string) => Effect.sync(() => void problems.push(message))
          yield* Effect.forkChild(Runner.run({ name: "first", version: "1", slots: 1, sync, onProblem }))
          yield* eventually(Effect.sync(() => synced.length >= 2))
          assert.strictEqual(problems[0], "broken: TypeError: oops")
          const [broken] = yield* Roster.all
          assert.strictEqual(broken?.reason, "InternalError")
        })
      )
    )

    it.live("leaves slots for other tenants where one has many connections that are due", () =>
      inDatabase(() =>
        Effect.gen(function* () {
          const begun: Array<string> = []
          const open = yield* Latch.make(false)
          const sync = ({ name }: Runner.Taken) =>
            Effect.gen(function* () {
              begun.push(name)
              yield* open.await
              return whole
            })
          yield* put(
            Array.from({ length: 50 }, (_, index) => `large ${index}`),
            { tenant: "large", priority: 9, every: "1 hour" }
          )
          yield* Effect.forkChild(
            Runner.run({ name: "first", version: "1", slots: 4, sync, onProblem: Effect.logWarning })
          )
          yield* eventually(Effect.sync(() => begun.length === 2))
          yield* put(["small"], { every: "1 hour" })
          yield* eventually(Effect.sync(() => begun.includes("small")))
          assert.strictEqual(begun.length, 3)
          yield* open.open
        })
      )
    )

    it.live("syncs what is urgent before what is as long due", () =>
      inDatabase(() =>
        Effect.gen(function* () {
          const begun: Array<string> = []
          const sync = ({ name }: Runner.Taken) => Effect.sync(() => (begun.push(name), whole))
          yield* put(["b", "c", "d", "e"], { every: "1 hour" })
          yield* put(["urgent"], { every: "1 hour", priority: 5 })
          yield* Effect.sleep("100 millis")
          yield* Effect.forkChild(
            Runner.run({ name: "first", version: "1", slots: 1, sync, onProblem: Effect.logWarning })
          )
          yield* eventually(Effect.sync(() => begun.length === 5))
          assert.strictEqual(begun[0], "urgent")
        })
      )
    )

    it.live("goes on when the database was away, and syncs again what could not be written", () =>
      inDatabase((address) =>
        Effect.gen(function* () {
          let away = true
          const synced: Array<string> = []
          const problems: Array<string> = []
          const sync = ({ name }: Runner.Taken) =>
            Effect.suspend(() => {
              synced.push(name)
              const reason = new StoreError.StoreUnreachable({ detail: "for this test" })
              return away ? Effect.fail(new StoreError.StoreError({ store: "test", reason })) : Effect.succeed(whole)
            })
          yield* put(["one"])
          const onProblem = (message: string) => Effect.sync(() => void problems.push(message))
          yield* Effect.forkChild(Runner.run({ name: "first", version: "1", sync, onProblem }))
          yield* eventually(Effect.sync(() => synced.length >= 2))
          const [entry] = yield* Roster.all
          assert.strictEqual(entry?.failures, 0)
          away = false
          yield* disconnect(address)
          yield* eventually(
            Effect.map(
              Effect.orElseSucceed(Roster.all, () => []),
              ([one]) => one !== undefined && one.endedAt !== null
            )
          )
        })
      )
    )

    it.live("gives back what it has not finished when it ends, to another one", () =>
      inDatabase((address) =>
        Effect.gen(function* () {
          const begun: Array<string> = []
          const slow = (runner: string) => () =>
            Effect.andThen(
              Effect.sync(() => void begun.push(runner)),
              runner === "first" ? Effect.never : Effect.succeed(whole)
            )
          yield* put(["one"], { every: "1 hour" })
          const first = yield* Effect.forkChild(
            Effect.provide(
              Runner.run({ name: "first", version: "1", sync: slow("first"), onProblem: Effect.logWarning }),
              servicesOf(address)
            )
          )
          yield* eventually(Effect.sync(() => begun.includes("first")))
          yield* Effect.forkChild(
            Runner.run({ name: "second", version: "1", sync: slow("second"), onProblem: Effect.logWarning })
          )
          yield* Fiber.interrupt(first)
          yield* eventually(Effect.sync(() => begun.includes("second")))
        })
      )
    )
  }
)
