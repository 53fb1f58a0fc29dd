/**
 * Keeps a sync from writing over a later one of the same connection.
 *
 * A process can be stopped for a while in the middle of a sync, and wake up when another process has read the vendor again. What it
 * still holds is older than what is in the store. Every sync therefore has a number, and each transaction of a sync begins here: it fails
 * where a sync with a higher number has begun. The lock lasts until the end of the transaction, so that none begins meanwhile either.
 */
import { Effect, Schema } from "effect"
import type { SqlClient } from "effect/sql"
import type { Syncing } from "./Syncing.ts"

/**
 * A later sync of the same connection has begun, so that this one has stopped. It has written nothing since, and the later one goes on
 * where it was.
 *
 * @since 0.2.0
 * @category errors
 */
export class SyncSuperseded extends Schema.TaggedError<SyncSuperseded>()("SyncSuperseded", {
  connection: Schema.String
}) {
  override get message(): string {
    return "another sync of this connection began later and goes on, so this one stopped: nothing is lost"
  }
}

/** Gives a sync its number. Transactions of earlier ones fail from now on. */
export const begin = Effect.fnUntraced(function* (sql: SqlClient.SqlClient, connectionId: number) {
  const [row] = yield* sql<{ readonly sync: number }>`
    UPDATE connection SET sync = sync + 1 WHERE id = ${connectionId} RETURNING sync`
  return row === undefined ? yield* Effect.die(new Error("a connection that was found is not there")) : row.sync
})

interface Row {
  readonly sync: number
}

const check = ({ connection, sync }: Syncing, rows: ReadonlyArray<Row>) =>
  rows[0]?.sync === sync ? Effect.void : Effect.fail(new SyncSuperseded({ connection }))

/** Locks the connection's row, and compares. SQLite has one writer at a time, and no locks of rows. */
const compare = (syncing: Syncing, lock: "FOR SHARE" | "FOR UPDATE") => {
  const { connectionId, store } = syncing
  const { sql } = store
  const words = sql.onDialectOrElse({ pg: () => sql.literal(lock), orElse: () => sql.literal("") })
  return Effect.flatMap(sql<Row>`SELECT sync FROM connection WHERE id = ${connectionId} ${words}`, (rows) =>
    check(syncing, rows)
  )
}

/** Fails where a later sync has begun. To be called in a transaction. */
export const hold = (syncing: Syncing) => compare(syncing, "FOR SHARE")

/** The same, and another process that reads the same runs waits here, and then sees what was written. */
export const holdSeries = (syncing: Syncing, seriesId: number) => {
  const { sql } = syncing.store
  return sql.onDialectOrElse({
    pg: () =>
      Effect.flatMap(
        sql<Row>`SELECT c.sync FROM series s JOIN connection c ON c.id = s.connection_id
          WHERE s.id = ${seriesId} FOR UPDATE OF s FOR SHARE OF c`,
        (rows) => check(syncing, rows)
      ),
    orElse: () => hold(syncing)
  })
}

/** The same, and another process that judges the same connection waits here, and then finds nothing new to tell. */
export const holdAlone = (syncing: Syncing) => compare(syncing, "FOR UPDATE")
