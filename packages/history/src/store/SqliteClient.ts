/**
 * A `SqlClient` over Node's own SQLite, because no driver package fits this version of Effect.
 */
import { Context, Effect, Layer, Predicate, Semaphore, Stream } from "effect"
import { Reactivity } from "effect/reactivity"
import { SqlClient, type SqlConnection, SqlError, Statement } from "effect/sql"
import type { DatabaseSync, SQLInputValue, StatementSync } from "node:sqlite"
import * as SqliteHandle from "./SqliteHandle.ts"
import * as SqliteModule from "./SqliteModule.ts"

type Parameters = ReadonlyArray<unknown>
type Rows = ReadonlyArray<Readonly<Record<string, unknown>>>
type Transform = (<A extends object>(rows: ReadonlyArray<A>) => ReadonlyArray<A>) | undefined

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
  const handle = yield* Effect.acquireRelease(
    Effect.try({
      try: () =>
        SqliteHandle.make(filename, {
          open: () => open(sqlite, filename),
          peek: () => new sqlite.DatabaseSync(filename, { timeout: openTimeout, readOnly: true })
        }),
      catch: (cause) => failure(cause, "open")
    }),
    (opened) => Effect.sync(() => opened.close())
  )
  const connection = connectionOf(handle)
  return yield* SqlClient.make({
    ...SqlClient.makeSqliteAcquirers({
      connection: Effect.succeed(connection),
      semaphore: yield* Semaphore.make(1),
      isTransaction: handle.isTransaction
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

/** How a statement is prepared for a database. */
type Prepare = (held: SqliteHandle.Held, sql: string) => StatementSync

const kept: Prepare = ({ prepare }, sql) => prepare(sql)
const anew: Prepare = ({ database }, sql) => database.prepare(sql)

const connectionOf = (handle: SqliteHandle.Handle): SqlConnection.Connection => {
  const run = runner(handle)
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

const runner = (handle: SqliteHandle.Handle) => {
  const run = <A>(
    prepare: Prepare,
    sql: string,
    use: (statement: StatementSync) => A,
    turns = busyTurns
  ): Effect.Effect<A, SqlError.SqlError> =>
    Effect.withFiber((fiber) => {
      try {
        const statement = prepare(handle.held(), sql)
        statement.setReadBigInts(Context.get(fiber.context, SqlClient.SafeIntegers))
        return Effect.succeed(use(statement))
      } catch (cause) {
        return turns > 1 && isBusy(cause) && !handle.isTransaction()
          ? Effect.flatMap(Effect.yieldNow, () => run(prepare, sql, use, turns - 1))
          : Effect.fail(failure(cause, "execute"))
      }
    })
  return run
}

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
