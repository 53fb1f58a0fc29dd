/**
 * A store that is open: its client, and what it does with errors. Opening brings the schema up to date.
 */
import { Context, Duration, Effect, Layer } from "effect"
import { SqlClient, SqlError } from "effect/sql"
import * as Migrations from "./Migrations.ts"
import { reasonOf } from "./SqlFailure.ts"
import { type DriverMissing, type Reason, StoreError } from "./StoreError.ts"
import * as Upgrade from "./Upgrade.ts"

/**
 * What a store keeps.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options {
  /** Whether vendors' rows are kept, which are about half of the store. Without them, `raw` of a stored job is `null`. Default true. */
  readonly raw?: boolean | undefined
  /** How long jobs and changes are kept after they started or came. A sync deletes what is older. Default: for ever. */
  readonly retention?: Duration.Input | undefined
}

/**
 * An open store.
 *
 * @since 0.1.0
 * @category models
 */
export interface Service {
  /** The file or the address, without a password. */
  readonly name: string
  /** Whether vendors' rows are kept. */
  readonly keepsRaw: boolean
  /** How long jobs are kept, in milliseconds; `null` for ever. */
  readonly retention: number | null
  /** The client of the database, for statements of your own. */
  readonly sql: SqlClient.SqlClient
  /** Names the condition behind an error of the database. */
  readonly attempt: <A, E, R>(
    effect: Effect.Effect<A, E | SqlError.SqlError, R>
  ) => Effect.Effect<A, Exclude<E, SqlError.SqlError> | StoreError, R>
  /** Runs statements of which all or none take effect. The effect runs again where another process's transaction was in the way. */
  readonly transaction: <A, E, R>(
    effect: Effect.Effect<A, E | SqlError.SqlError, R>
  ) => Effect.Effect<A, Exclude<E, SqlError.SqlError> | StoreError, R>
}

/**
 * The store.
 *
 * @since 0.1.0
 * @category models
 */
export class Store extends Context.Service<Store, Service>()("@scanjobs/history/Store") {}

/** How often a transaction is tried again that another process's transaction was in the way of. */
const conflictRetries = 5

const make = (sql: SqlClient.SqlClient, name: string, { raw = true, retention }: Options): Service => {
  const attempt: Service["attempt"] = (effect) =>
    effect.pipe(
      Effect.mapError((error) =>
        SqlError.isSqlError(error) ? new StoreError({ store: name, reason: reasonOf(error) }) : other(error)
      )
    )
  return {
    name,
    keepsRaw: raw,
    retention: retention === undefined ? null : Duration.toMillis(retention),
    sql,
    attempt,
    transaction: (effect) =>
      attempt(Effect.retry(sql.withTransaction(effect), { while: isConflict, times: conflictRetries }))
  }
}

/** What is no error of the database; the compiler does not narrow a type parameter. */
const other = <E>(error: E) => error as Exclude<E, SqlError.SqlError>

const isConflict = (error: unknown): boolean =>
  SqlError.isSqlError(error) && (error.reason._tag === "DeadlockError" || error.reason._tag === "SerializationError")

/** Brings the schema of the client's database up to date. */
export const opened = (name: string, options: Options, backup: Upgrade.Backup, migrations = Migrations.all) =>
  Effect.gen(function* () {
    yield* Upgrade.run(migrations, backup)
    return make(yield* SqlClient.SqlClient, name, options)
  }).pipe(Effect.mapError((reason) => new StoreError({ store: name, reason })))

/** A database has backups of its own. */
export const withoutBackup: Upgrade.Backup = () => Effect.void

/** The store in a SQLite file, with these migrations. */
export const sqliteWith = (migrations: Migrations.Migrations, path: string, options: Options) =>
  Layer.unwrap(
    Effect.gen(function* () {
      const [SqliteClient, SqliteFile] = yield* Effect.promise(() =>
        Promise.all([import("./SqliteClient.ts"), import("./SqliteFile.ts")])
      )
      const failed = (reason: Reason) => new StoreError({ store: path, reason })
      if (path !== ":memory:") yield* Effect.mapError(SqliteFile.prepare(path), failed)
      const backup: Upgrade.Backup = Effect.fnUntraced(function* (schema) {
        if (path === ":memory:") return
        const sql = yield* SqlClient.SqlClient
        yield* sql`VACUUM INTO ${yield* SqliteFile.prepareBackup(path, schema)}`
      })
      const client = SqliteClient.layer(path).pipe(
        Layer.catch((error) => Layer.effect(SqlClient.SqlClient, Effect.fail(failed(named(error)))))
      )
      return Layer.effect(Store, opened(path, options, backup, migrations)).pipe(Layer.provide(client))
    })
  )

const named = (error: SqlError.SqlError | DriverMissing): Reason =>
  SqlError.isSqlError(error) ? reasonOf(error) : error
