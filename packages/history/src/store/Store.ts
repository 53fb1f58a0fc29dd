/**
 * The memory of a history: a SQLite file, or a PostgreSQL database for a team.
 *
 * **Details**
 *
 * - `layerSqlite` needs nothing but Node. Several processes may use one file at the same time. Only its owner can read it.
 * - `layerPostgres` needs the package `@effect/sql-pg`.
 * - A store of an older version is migrated when it is opened; a file is first copied to one beside it. A store of a
 *   newer version is refused.
 *
 * **Example** (what is in a store)
 *
 * ```ts run
 * import { Store } from "@scanjobs/history"
 * import { Effect } from "effect"
 *
 * const count = Effect.gen(function* () {
 *   const { attempt, sql } = yield* Store.Store
 *   return yield* attempt(sql`SELECT count(*) AS jobs FROM job`)
 * })
 * const program = count.pipe(Effect.provide(Store.layerSqlite(":memory:")))
 * console.log((await Effect.runPromise(program)).length) // 1
 * ```
 *
 * **Example** (where the store is)
 *
 * ```ts
 * import { Store } from "@scanjobs/history"
 *
 * const options: Store.Options = { raw: false, retention: "730 days" }
 * export const embedded = Store.layerSqlite("scanjobs.db", options)
 * export const ofTeam = Store.layerPostgres("postgres://scanjobs@db.example/history", options)
 * export const named = (place: string) => Store.layer(place, options)
 * // With a `SqlClient` that the program has for other things, too.
 * export const shared = Store.layerClient(options)
 * export const prune = Store.prune("-730 days")
 * export const placeOf = ({ name }: Store.Service) => name
 * ```
 */
import { Query } from "@scanjobs/core"
import { Effect, Layer, Redacted } from "effect"
import { SqlClient } from "effect/sql"
import * as Forget from "./Forget.ts"
import * as Migrations from "./Migrations.ts"
import { opened, type Options, sqliteWith, Store, withoutBackup } from "./OpenStore.ts"
import { reasonOf } from "./SqlFailure.ts"
import { DriverMissing, type Reason, StoreError, StoreFailed } from "./StoreError.ts"

export { type Options, type Service, Store } from "./OpenStore.ts"

/**
 * The store in a SQLite file, which is created where it is missing; `:memory:` is a store that ends with its layer.
 *
 * @since 0.1.0
 * @category layers
 */
export const layerSqlite = (path: string, options: Options = {}): Layer.Layer<Store, StoreError> =>
  sqliteWith(Migrations.all, path, options)

/**
 * The store in a PostgreSQL database, by its address `postgres://user:password@host:port/database`.
 *
 * @since 0.1.0
 * @category layers
 */
export const layerPostgres = (
  address: string | Redacted.Redacted,
  options: Options = {}
): Layer.Layer<Store, StoreError> => {
  const url = Redacted.isRedacted(address) ? address : Redacted.make(address)
  const name = withoutPassword(Redacted.value(url))
  const failed = (reason: Reason) => new StoreError({ store: name, reason })
  return Layer.unwrap(
    Effect.gen(function* () {
      const PgClient = yield* Effect.tryPromise({
        try: () => import("@effect/sql-pg/PgClient"),
        catch: () => failed(new DriverMissing({ module: "@effect/sql-pg" }))
      })
      const client = PgClient.layer({ url, applicationName: "scanjobs", startupParameters }).pipe(
        Layer.catch((error) => Layer.effectContext(Effect.fail(failed(reasonOf(error)))))
      )
      return Layer.effect(Store, opened(name, options, withoutBackup)).pipe(Layer.provide(client))
    })
  )
}

/**
 * The store in the database of a `SqlClient` that you already have: PostgreSQL, or SQLite by another driver.
 *
 * @since 0.1.0
 * @category layers
 */
export const layerClient = (options: Options = {}): Layer.Layer<Store, StoreError, SqlClient.SqlClient> =>
  Layer.effect(
    Store,
    Effect.flatMap(SqlClient.SqlClient, (sql) =>
      sql.onDialectOrElse({
        pg: () => opened(sql.driver, options, withoutBackup),
        sqlite: () => opened(sql.driver, options, withoutBackup),
        orElse: () =>
          Effect.fail(
            new StoreError({
              store: sql.driver,
              reason: new StoreFailed({ detail: "the store is made for PostgreSQL and SQLite" })
            })
          )
      })
    )
  )

/**
 * The store that a text names: `postgres://…` is a database; `sqlite:PATH`, or just a path, is a file.
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = (place: string, options: Options = {}): Layer.Layer<Store, StoreError> =>
  /^postgres(?:ql)?:\/\//i.test(place)
    ? layerPostgres(place, options)
    : layerSqlite(place.replace(/^sqlite:/i, ""), options)

/**
 * Deletes jobs that started, or without a start were first seen, before a time, and the changes from before it. Runs that are not over
 * and definitions stay. Gives how many jobs were deleted. To do so with each sync, give the store a `retention`.
 *
 * @since 0.1.0
 * @category running
 */
export const prune = (before: Query.Time): Effect.Effect<number, StoreError, Store> =>
  Effect.gen(function* () {
    const { from = Number.NEGATIVE_INFINITY } = yield* Query.resolve({ from: before })
    return yield* Forget.before(yield* Store, from)
  })

/** A process that is stopped in the middle of a transaction keeps others waiting no longer than this. */
const startupParameters = { idle_in_transaction_session_timeout: "60s" }

const withoutPassword = (address: string): string => {
  if (!URL.canParse(address)) return "PostgreSQL"
  const url = new URL(address)
  return `${url.protocol}//${url.username === "" ? "" : `${url.username}@`}${url.host}${url.pathname}`
}
