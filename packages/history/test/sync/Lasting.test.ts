import { NodeServices } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { type Store, Views } from "@scanjobs/history"
import { Effect, Stream } from "effect"
import { TestClock } from "effect/testing"
import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"
import * as SyncConnection from "../../src/sync/SyncConnection.ts"
import { databases } from "../Databases.ts"
import * as FakeSource from "../FakeSource.ts"
import { plannedAt, runAt } from "../Nightly.ts"

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour
const begin = Date.UTC(2026, 0, 10)

/** Whether somebody asks for the figures. */
const isLong = process.env["SCANJOBS_LASTING"] !== undefined

/** How many days are synced each minute; `SCANJOBS_LASTING=30` takes a month. */
const days = Number(process.env["SCANJOBS_LASTING"] ?? 0.05)

setFlagsFromString("--expose-gc")
const collect: () => void = runInNewContext("gc")

/** What is in use after all garbage is gone, in MB. */
const heap = Effect.sync(() => {
  collect()
  return process.memoryUsage().heapUsed / 1e6
})

/** A scan every hour, of which every tenth never comes; a vendor lists two days of them, and plans for one. */
const listings = {
  runs: {
    holds: { kinds: ["run"] },
    jobs: ({ now }: FakeSource.Asked) =>
      hours(now - 2 * day, now).flatMap((at) =>
        (at / hour) % 10 === 0
          ? []
          : [at + 10 * minute > now ? runAt(at, { state: "running" }) : runAt(at, { finishTime: at + 10 * minute })]
      )
  },
  plan: {
    isPlan: true,
    holds: { kinds: ["occurrence"] },
    jobs: ({ now }: FakeSource.Asked) => hours(now, now + day).map(plannedAt)
  }
} as const satisfies Record<string, FakeSource.FakeListing>

const hours = (from: number, until: number): ReadonlyArray<number> => {
  const first = Math.ceil(from / hour) * hour
  return Array.from({ length: Math.max(0, Math.ceil((until - first) / hour)) }, (_, index) => first + index * hour)
}

describe(`${days} days of a sync each minute, in compressed time`, () => {
  const [{ empty } = { empty: Effect.die(new Error("no database")) }] = databases
  it.effect(
    "take no more memory at the end than in the middle, and find what was missed once",
    () =>
      Effect.gen(function* () {
        const open = yield* empty
        yield* TestClock.setTime(begin)
        const program: Effect.Effect<void, unknown, Store.Store> = Effect.gen(function* () {
          const source = FakeSource.make(listings, 100)
          const told = new Map<string, number>()
          const sync = SyncConnection.run(source, () => Effect.void, {}).pipe(
            Stream.runForEach(({ now, what }) =>
              Effect.sync(() => told.set(`${what} ${now}`, (told.get(`${what} ${now}`) ?? 0) + 1))
            ),
            Effect.andThen(TestClock.adjust("1 minute"))
          )
          const half = Math.round((days * 1440) / 2)
          const started = performance.now()
          yield* Effect.repeat(sync, { times: 59 })
          const first = yield* heap
          yield* Effect.repeat(sync, { times: half - 1 })
          const middle = yield* heap
          yield* Effect.repeat(sync, { times: half - 1 })
          const last = yield* heap
          const syncs = 60 + 2 * half
          const seconds = Math.round((performance.now() - started) / 1000)
          const figures = `${syncs} syncs in ${seconds} s; heap ${[first, middle, last].map((mb) => mb.toFixed(1)).join(", ")} MB`
          if (isLong) yield* Effect.sync(() => process.stdout.write(`${figures}\n`))
          assert.isBelow(last - middle, 5)
          const missed = yield* Stream.runCollect(Views.verdicts({ verdicts: ["missed"] }))
          const passed = hours(begin + hour, begin + syncs * minute - 2 * hour).filter((at) => (at / hour) % 10 === 0)
          assert.isAtLeast(missed.length, passed.length)
          assert.strictEqual(told.get("verdict missed") ?? 0, missed.length)
        })
        yield* Effect.provide(program, open({ retention: "400 days" }))
      }).pipe(Effect.provide(NodeServices.layer)),
    3_600_000
  )
})
