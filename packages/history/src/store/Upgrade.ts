/**
 * Brings a store to the schema of this version: a newer one is refused, an older one is copied and then migrated.
 */
import { Effect } from "effect"
import { Migrator, SqlClient, SqlError } from "effect/sql"
import * as Migrations from "./Migrations.ts"
import { reasonOf } from "./SqlFailure.ts"
import { type Reason, StoreFailed, StoreForeign, StoreNewer } from "./StoreError.ts"

/** How a copy of the store is made before its schema changes; it gets the schema's number. */
export type Backup = (schema: number) => Effect.Effect<void, Reason | SqlError.SqlError, SqlClient.SqlClient>

/** Checks the schema, and runs the migrations that are missing. */
export const run = (
  migrations: Migrations.Migrations,
  backup: Backup
): Effect.Effect<void, Reason, SqlClient.SqlClient> =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const found = yield* schemaOf(sql)
    const known = Migrations.newestOf(migrations)
    if (found > known) return yield* new StoreNewer({ found, known })
    if (found === known) return
    if (found > 0) yield* backup(found)
    yield* Migrations.run(migrations)
  }).pipe(Effect.mapError(named))

/** The number of the store's schema; 0 for an empty database. */
const schemaOf = Effect.fnUntraced(function* (sql: SqlClient.SqlClient) {
  const tables = (yield* tablesOf(sql)).map(({ name }) => name)
  if (!tables.includes(Migrations.table)) {
    const [table] = tables
    return table === undefined ? 0 : yield* new StoreForeign({ table })
  }
  const [newest] = yield* sql<{ readonly schema: number | null }>`
    SELECT max(migration_id) AS schema FROM ${sql(Migrations.table)}`
  return newest?.schema ?? 0
})

/** In a SQLite file, all tables must be the store's own. A PostgreSQL database may have others, as long as their names differ. */
const tablesOf = (sql: SqlClient.SqlClient) =>
  sql.onDialectOrElse({
    pg: () => sql<{ readonly name: string }>`SELECT table_name AS name FROM information_schema.tables
      WHERE table_schema = current_schema() AND table_name IN ${sql.in([Migrations.table, ...Migrations.tables])}`,
    orElse: () =>
      sql<{ readonly name: string }>`SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'`
  })

const named = (error: Reason | SqlError.SqlError | Migrator.MigrationError): Reason => {
  if (SqlError.isSqlError(error)) return reasonOf(error)
  if (!(error instanceof Migrator.MigrationError)) return error
  return SqlError.isSqlError(error.cause) ? reasonOf(error.cause) : new StoreFailed({ detail: error.message })
}
