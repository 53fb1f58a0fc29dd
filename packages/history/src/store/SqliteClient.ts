/**
 * A `SqlClient` over Node's own SQLite, because no driver package fits this version of Effect.
 */
import { Context, Effect, Layer, Predicate, Semaphore, Stream } from "effect"
import { Reactivity } from "effect/reactivity"
import { SqlClient, type SqlConnection, SqlError, Statement } from "effect/sql"
import type { DatabaseSync, SQLInputValue, StatementSync } from "node:sqlite"
import * as SqliteModule from "./SqliteModule.ts"

type Parameters = ReadonlyArray<unknown>
type Rows = ReadonlyArray<Readonly<Record<string, unknown>>>
type Transform = (<A extends object>(rows: ReadonlyArray<A>) => ReadonlyArray<A>) | undefined

/** How many prepared statements are kept. */
const maxPrepared = 256

/**
 * How long a statement waits for another connection at a time, in milliseconds, and how often. The wait blocks this process, and the other
 * connection may be one of this process, so that its fibers must come to their turn in between.
 */
const busyTimeout = 20
const busyTurns = 500

/** How long opening waits for another process that does the same, in milliseconds. */
const openTimeout = 5000

/** Opens a file, or `:memory:`. The file is closed with the scope. */
export const make = Effect.fnUntraced(function* (filename: string) {
  const sqlite = yield* SqliteModule.load
  const database = yield* Effect.acquireRelease(
    Effect.try({ try: () => open(sqlite, filename), catch: (cause) => failure(cause, "open") }),
    (opened) => Effect.sync(() => opened.close())
  )
  const connection = connectionOf(database)
  return yield* SqlClient.make({
    ...SqlClient.makeSqliteAcquirers({
      connection: Effect.succeed(connection),
      semaphore: yield* Semaphore.make(1),
      isTransaction: () => database.isTransaction
    }),
    compiler: Statement.makeCompilerSqlite(),
    driver: "node-sqlite",
    // It takes the write lock at once: SQLite refuses a reader that wants to write later, instead of letting it wait.
    beginTransaction: "BEGIN IMMEDIATE",
    releaseSavepoint: (name) => `RELEASE SAVEPOINT ${name}`,
    prepareTransactionControls: true,
    spanAttributes: [["db.system.name", "sqlite"]]
  })
})

/** The client of a file, or of `:memory:`. */
export const layer = (filename: string) =>
  Layer.effect(SqlClient.SqlClient, make(filename)).pipe(Layer.provide(Reactivity.layer))

const open = ({ DatabaseSync }: SqliteModule.SqliteModule, filename: string): DatabaseSync => {
  const database = new DatabaseSync(filename, { timeout: openTimeout, enableForeignKeyConstraints: true })
  try {
    database.exec(
      `PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -65536; PRAGMA temp_store = MEMORY;
      PRAGMA busy_timeout = ${busyTimeout}`
    )
    return database
  } catch (cause) {
    database.close()
    throw cause
  }
}

/** Prepares statements, and keeps the ones that were used last. */
const statementsOf = (database: DatabaseSync) => {
  const prepared = new Map<string, StatementSync>()
  return (sql: string): StatementSync => {
    const known = prepared.get(sql)
    if (known !== undefined) return known
    const [oldest] = prepared.keys()
    if (prepared.size >= maxPrepared && oldest !== undefined) prepared.delete(oldest)
    const statement = database.prepare(sql)
    prepared.set(sql, statement)
    return statement
  }
}

/** A database, and how statements are prepared for it. */
interface Prepared {
  readonly database: DatabaseSync
  readonly prepare: (sql: string) => StatementSync
}

const connectionOf = (database: DatabaseSync): SqlConnection.Connection => {
  const kept: Prepared = { database, prepare: statementsOf(database) }
  const anew: Prepared = { database, prepare: (sql) => database.prepare(sql) }
  return {
    execute: (sql, parameters, transform) => transformed(run(kept, sql, rowsOf(parameters)), transform),
    executeUnprepared: (sql, parameters, transform) => transformed(run(anew, sql, rowsOf(parameters)), transform),
    executeRaw: (sql, parameters) => run(kept, sql, answerOf(parameters)),
    executeValues: (sql, parameters) => run(kept, sql, valuesOf(parameters)),
    executeValuesUnprepared: (sql, parameters) => run(anew, sql, valuesOf(parameters)),
    executeStream: (sql, parameters, transform) =>
      Stream.unwrap(
        Effect.map(
          run(anew, sql, (statement) => statement.iterate(...inputs(parameters))),
          (rows) => {
            const found = Stream.fromIterable(rows, { chunkSize: 512 })
            return transform === undefined
              ? found
              : Stream.flatMap(Stream.chunks(found), (part) => Stream.fromIterable(transform(part)))
          }
        )
      )
  }
}

const run = <A>(
  { database, prepare }: Prepared,
  sql: string,
  use: (statement: StatementSync) => A,
  turns = busyTurns
): Effect.Effect<A, SqlError.SqlError> =>
  Effect.withFiber((fiber) => {
    try {
      const statement = prepare(sql)
      statement.setReadBigInts(Context.get(fiber.context, SqlClient.SafeIntegers))
      return Effect.succeed(use(statement))
    } catch (cause) {
      return turns > 1 && isBusy(cause) && !database.isTransaction
        ? Effect.flatMap(Effect.yieldNow, () => run({ database, prepare }, sql, use, turns - 1))
        : Effect.fail(failure(cause, "execute"))
    }
  })

/** Whether another connection has locked the database. */
const isBusy = (cause: unknown): boolean =>
  Predicate.hasProperty(cause, "errcode") && typeof cause.errcode === "number" && (cause.errcode & 0xff) === 5

const rowsOf =
  (parameters: Parameters) =>
  (statement: StatementSync): Rows => {
    statement.setReturnArrays(false)
    if (statement.columns().length > 0) return statement.all(...inputs(parameters))
    statement.run(...inputs(parameters))
    return []
  }

const answerOf =
  (parameters: Parameters) =>
  (statement: StatementSync): unknown => {
    statement.setReturnArrays(false)
    return statement.columns().length > 0 ? statement.all(...inputs(parameters)) : statement.run(...inputs(parameters))
  }

const valuesOf =
  (parameters: Parameters) =>
  (statement: StatementSync): ReadonlyArray<ReadonlyArray<unknown>> => {
    statement.setReturnArrays(true)
    return asArrays(statement.all(...inputs(parameters)))
  }

const transformed = (found: Effect.Effect<Rows, SqlError.SqlError>, transform: Transform) =>
  transform === undefined ? found : Effect.map(found, transform)

/** The types of `node:sqlite` do not know `setReturnArrays`. */
const asArrays = (rows: ReadonlyArray<unknown>) => rows as ReadonlyArray<ReadonlyArray<unknown>>

/** Statements are compiled for SQLite, so that their parameters are of the types that it takes. */
const inputs = (parameters: Parameters) => parameters as ReadonlyArray<SQLInputValue>

/** The driver gives SQLite's code as `errcode`, and the classification reads `errno`. */
const failure = (cause: unknown, operation: string): SqlError.SqlError => {
  const known = cause instanceof Error ? cause : new Error(String(cause))
  const errno = "errcode" in known ? known.errcode : undefined
  return new SqlError.SqlError({
    reason: SqlError.classifySqliteError(Object.assign(known, { errno }), {
      message: `SQLite: ${known.message}`,
      operation
    })
  })
}
