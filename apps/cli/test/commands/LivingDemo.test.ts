import { assert, describe, it } from "@effect/vitest"
import { Store, Views } from "@scanjobs/history"
import { Clock, Effect, Stream } from "effect"
import { join } from "node:path"
import { DemoVendors } from "../../src/commands/DemoVendors.ts"
import * as LivingDemo from "../../src/commands/LivingDemo.ts"
import { folder, runHere } from "../Program.ts"

const hour = 3_600_000

describe("the vendors of --demo, for a command that stays", () => {
  it.live("are the same in each round, which first reads three days that have passed", () =>
    Effect.gen(function* () {
      const now = yield* Clock.currentTimeMillis
      const seen: Array<{ readonly ago: number; readonly connections: unknown }> = []
      const round = Effect.gen(function* () {
        const time = yield* Clock.currentTimeMillis
        seen.push({ ago: Math.round((now - time) / hour), connections: (yield* DemoVendors)?.connections })
      })
      const where = yield* LivingDemo.prepare({ demo: true, isNew: true }, round)
      yield* where(round)
      const times = seen.map(({ ago }) => ago)
      assert.strictEqual(times[0], 72)
      assert.strictEqual(times.at(-1), 0)
      assert.deepStrictEqual(
        times,
        times.toSorted((a, b) => b - a)
      )
      assert.isDefined(seen[0]?.connections)
      for (const { connections } of seen) assert.strictEqual(connections, seen[0]?.connections)
    }).pipe(Effect.scoped)
  )

  it.live("have no past where the store knows one, and are not started without --demo", () =>
    Effect.gen(function* () {
      let count = 0
      const round = Effect.map(DemoVendors, (vendors) => {
        count += 1
        return vendors
      })
      const known = yield* LivingDemo.prepare({ demo: true, isNew: false }, round)
      assert.isDefined(yield* known(round))
      const none = yield* LivingDemo.prepare({ demo: false, isNew: true }, round)
      assert.isUndefined(yield* none(round))
      assert.strictEqual(count, 2)
    }).pipe(Effect.scoped)
  )

  it.live("show something of everything at once, judged as any other reading", () =>
    Effect.gen(function* () {
      const cwd = yield* folder({})
      const store = ["--store", join(cwd, "demo.db")]
      const synced = yield* runHere(["sync", "--demo", ...store, "--fail-on", "silent"], { cwd })
      // One vendor refuses, so that something is missing.
      assert.strictEqual(synced.code, 3, synced.stderr)
      assert.include(synced.stderr, "digicert-lab")
      const now = yield* Clock.currentTimeMillis
      const span = { from: now - 72 * hour, until: now + 24 * hour }
      const jobs = yield* Stream.runCollect(Views.jobs(span)).pipe(
        Effect.provide(Store.layerSqlite(join(cwd, "demo.db")))
      )
      assert.containsAllKeys(
        Object.groupBy(jobs, ({ verdict }) => String(verdict)),
        ["ran", "late", "missed", "overdue", "unknown", "planned"]
      )
      assert.containsAllKeys(
        Object.groupBy(jobs, ({ state }) => state),
        ["succeeded", "failed", "partially_succeeded", "running"]
      )
    }).pipe(Effect.scoped)
  )
})
