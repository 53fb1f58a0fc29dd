/**
 * The databases that tests run on: SQLite always, and PostgreSQL where a server is there.
 */
import { PgClient } from "@effect/sql-pg"
import { Store, type StoreError } from "@scanjobs/history"
import { Effect, Exit, FileSystem, Layer, type PlatformError, Redacted, type Scope } from "effect"
import { SqlClient } from "effect/sql"
import { randomUUID } from "node:crypto"

/** A server whose user may create databases. By default the one of this machine. */
const server = process.env["SCANJOBS_TEST_POSTGRES"] ?? "postgres://postgres@127.0.0.1:5432/postgres"

const admin = PgClient.layer({ url: Redacted.make(server), connectTimeout: "2 seconds", maxConnections: 1 })

const ping = Effect.flatMap(SqlClient.SqlClient, (sql) => sql`SELECT 1`)

/** Why the tests on PostgreSQL are left out; `undefined` where they are not. */
export const withoutPostgres: string | undefined = Exit.isSuccess(
  await Effect.runPromiseExit(Effect.scoped(Effect.provide(ping, admin)))
)
  ? undefined
  : "no PostgreSQL answers on 127.0.0.1:5432 as user postgres; SCANJOBS_TEST_POSTGRES can name another one"

/** The address of an empty database, which is dropped with the scope. */
export const emptyDatabase: Effect.Effect<string, never, Scope.Scope> = Effect.gen(function* () {
  const name = `scanjobs_test_${randomUUID().replaceAll("-", "")}`
  const run = (words: string) =>
    Effect.scoped(
      Effect.provide(
        Effect.flatMap(SqlClient.SqlClient, (sql) => sql`${sql.literal(words)} ${sql.literal(name)}`),
        admin
      )
    ).pipe(Effect.orDie)
  yield* Effect.acquireRelease(run("CREATE DATABASE"), () => run("DROP DATABASE IF EXISTS"))
  const url = new URL(server)
  url.pathname = `/${name}`
  return url.href
})

/** An empty database of each kind: what opens it, any number of times. */
export interface Database {
  readonly name: string
  readonly skip: string | undefined
  readonly empty: Effect.Effect<
    (options?: Store.Options) => Layer.Layer<Store.Store, StoreError.StoreError>,
    PlatformError.PlatformError,
    Scope.Scope | FileSystem.FileSystem
  >
}

export const databases: ReadonlyArray<Database> = [
  {
    name: "SQLite",
    skip: undefined,
    empty: Effect.map(
      Effect.flatMap(FileSystem.FileSystem, (files) => files.makeTempDirectoryScoped()),
      (folder) => (options) => Layer.fresh(Store.layerSqlite(`${folder}/scanjobs.db`, options))
    )
  },
  {
    name: "PostgreSQL",
    skip: withoutPostgres,
    empty: Effect.map(emptyDatabase, (url) => (options) => Layer.fresh(Store.layerPostgres(url, options)))
  }
]
