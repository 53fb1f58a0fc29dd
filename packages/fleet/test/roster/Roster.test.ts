import { assert, describe, it } from "@effect/vitest"
import { FleetStatus, FleetTables, Roster, SealingKeys } from "@scanjobs/fleet"
import { Store } from "@scanjobs/history"
import { Effect, Layer, Redacted } from "effect"
import { emptyDatabase, withoutPostgres } from "../Databases.ts"

const keyOf = (letter: string) => Redacted.make(Buffer.from(letter.repeat(32)).toString("base64"))

/** Runs a test on the roster of an empty database. */
const inDatabase = <A, E>(test: Effect.Effect<A, E, Store.Store>) =>
  Effect.gen(function* () {
    const address = yield* emptyDatabase
    yield* Effect.provide(Effect.andThen(FleetTables.ready, test), Layer.fresh(Store.layerPostgres(address)))
  }).pipe(Effect.scoped)

const named = (...names: ReadonlyArray<string>) =>
  names.map((name) => ({ name, provider: "acme", settings: { token: `secret of ${name}` } }))

describe.skipIf(withoutPostgres !== undefined)(
  `the roster of a fleet${withoutPostgres === undefined ? "" : ` (${withoutPostgres})`}`,
  () => {
    it.live("keeps settings sealed, and never in plain text", () =>
      inDatabase(
        Effect.gen(function* () {
          const keys = yield* SealingKeys.make([keyOf("a")])
          assert.deepStrictEqual(yield* Roster.put(named("one"), keys), { added: ["one"], updated: [] })
          const { attempt, sql } = yield* Store.Store
          const rows = yield* attempt(sql<{ readonly sealed: string }>`SELECT * FROM fleet_connection`)
          assert.notInclude(JSON.stringify(rows), "secret")
          assert.deepStrictEqual(JSON.parse(yield* keys.open("one", rows[0]?.sealed ?? "")), { token: "secret of one" })
        })
      )
    )

    it.live("adds connections once, and replaces their settings when they come again", () =>
      inDatabase(
        Effect.gen(function* () {
          const keys = yield* SealingKeys.make([keyOf("a")])
          yield* Roster.put(named("one", "two"), keys)
          const again = [
            { name: "two", provider: "acme", settings: {}, every: "1 hour" as const, tenant: "acme ltd", priority: 5 },
            ...named("three")
          ]
          assert.deepStrictEqual(yield* Roster.put(again, keys), { added: ["three"], updated: ["two"] })
          const all = yield* Roster.all
          assert.deepStrictEqual(
            all.map(({ every, name, priority, tenant }) => ({ every, name, priority, tenant })),
            [
              { every: 900_000, name: "one", priority: 0, tenant: "one" },
              { every: 900_000, name: "three", priority: 0, tenant: "three" },
              { every: 3_600_000, name: "two", priority: 5, tenant: "acme ltd" }
            ]
          )
        })
      )
    )

    it.live("pauses, resumes and removes connections by name, and tells which", () =>
      inDatabase(
        Effect.gen(function* () {
          yield* Roster.put(named("one", "two", "three"), undefined)
          assert.deepStrictEqual(yield* Roster.pause(["two", "one", "none"]), ["one", "two"])
          assert.deepStrictEqual(yield* Roster.pause(["two"]), [])
          assert.strictEqual((yield* FleetStatus.read).paused, 2)
          yield* Roster.put(named("two"), undefined)
          assert.deepStrictEqual(yield* Roster.resume(["three", "two"]), ["two"])
          assert.deepStrictEqual(yield* Roster.remove(["one", "none"]), ["one"])
          assert.deepStrictEqual(
            (yield* Roster.all).map(({ name }) => name),
            ["three", "two"]
          )
        })
      )
    )

    it.live("seals everything again with a new key, after which the old one opens nothing", () =>
      inDatabase(
        Effect.gen(function* () {
          const old = yield* SealingKeys.make([keyOf("a")])
          yield* Roster.put(named("one", "two"), old)
          const both = yield* SealingKeys.make([keyOf("b"), keyOf("a")])
          assert.strictEqual(yield* Roster.reseal(both), 2)
          assert.strictEqual(yield* Roster.reseal(both), 0)
          const { attempt, sql } = yield* Store.Store
          const rows = yield* attempt(
            sql<{ readonly name: string; readonly sealed: string }>`SELECT * FROM fleet_connection`
          )
          for (const { name, sealed } of rows) {
            assert.include((yield* Effect.flip(old.open(name, sealed))).message, both.keyId)
            assert.include(yield* (yield* SealingKeys.make([keyOf("b")])).open(name, sealed), `secret of ${name}`)
          }
        })
      )
    )

    it.live("spreads many new connections over an interval, and begins a few at once", () =>
      inDatabase(
        Effect.gen(function* () {
          const spread = Effect.map(Roster.all, (all) => {
            const times = all.map(({ nextAt }) => nextAt)
            return (Math.max(...times) - Math.min(...times)) / 900_000
          })
          yield* Roster.put(named("one", "two", "three"), undefined)
          assert.isBelow(yield* spread, 0.01)
          const many = Array.from({ length: 2000 }, (_, index) => `customer ${index}`)
          yield* Roster.put(named(...many), undefined)
          assert.isAbove(yield* spread, 0.95)
          // No minute of an interval has much more than its share of a fifteenth.
          const minutes = Map.groupBy(yield* Roster.all, ({ nextAt }) => Math.floor(nextAt / 60_000))
          const most = Math.max(...[...minutes.values()].map(({ length }) => length))
          assert.isBelow(most, (2000 / 15) * 1.5)
        })
      )
    )

    it.live("is for PostgreSQL alone", () =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(FleetTables.ready)
        assert.include(error.message, "needs PostgreSQL")
      }).pipe(Effect.provide(Store.layerSqlite(":memory:")))
    )

    it.live("makes its tables once, when several processes begin at the same time", () =>
      Effect.gen(function* () {
        const address = yield* emptyDatabase
        const begin = Effect.provide(FleetTables.ready, Layer.fresh(Store.layerPostgres(address)))
        yield* Effect.all([begin, begin, begin, begin], { concurrency: 4 })
      }).pipe(Effect.scoped)
    )
  }
)
