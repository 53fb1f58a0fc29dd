/**
 * A PostgreSQL server for tests, where one is there.
 */
import { PgClient } from "@effect/sql-pg"
import { Effect, Exit, Redacted, type Scope } from "effect"
import { SqlClient } from "effect/sql"
import { randomUUID } from "node:crypto"

/** A server whose user may create databases. By default the one of this machine. */
export const server = process.env["SCANJOBS_TEST_POSTGRES"] ?? "postgres://postgres@127.0.0.1:5432/postgres"

const admin = PgClient.layer({ url: Redacted.make(server), connectTimeout: "2 seconds", maxConnections: 1 })

const run = (words: string) =>
  Effect.scoped(
    Effect.provide(
      Effect.flatMap(SqlClient.SqlClient, (sql) => sql`${sql.literal(words)}`),
      admin
    )
  )

/** Why the tests on PostgreSQL are left out; `undefined` where they are not. */
export const withoutPostgres: string | undefined = Exit.isSuccess(await Effect.runPromiseExit(run("SELECT 1")))
  ? undefined
  : "no PostgreSQL answers on 127.0.0.1:5432 as user postgres; SCANJOBS_TEST_POSTGRES can name another one"

/** The address of an empty database, which is dropped with the scope. */
export const emptyDatabase: Effect.Effect<string, never, Scope.Scope> = Effect.gen(function* () {
  const name = `scanjobs_page_${randomUUID().replaceAll("-", "")}`
  yield* Effect.acquireRelease(Effect.orDie(run(`CREATE DATABASE ${name}`)), () =>
    Effect.orDie(run(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`))
  )
  const url = new URL(server)
  url.pathname = `/${name}`
  return url.href
})

/** Ends all connections of clients to a database, as a restart of the server does. */
export const disconnect = (database: string) =>
  Effect.orDie(
    run(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${new URL(database).pathname.slice(1)}'`
    )
  )
