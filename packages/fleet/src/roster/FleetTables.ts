/**
 * The tables of a fleet, beside those of the history in the same database. A released migration never changes; a new version adds one.
 *
 * **Example** (made before anything else)
 *
 * ```ts
 * import { FleetTables, Roster } from "@scanjobs/fleet"
 * import { Store } from "@scanjobs/history"
 * import { Effect } from "effect"
 *
 * export const program = Effect.andThen(FleetTables.ready, Roster.all).pipe(
 *   Effect.catchTag("FleetNeedsPostgres", ({ message }: FleetTables.FleetNeedsPostgres) => Effect.fail(message)),
 *   Effect.provide(Store.layerPostgres("postgres://scanjobs@db.example/history"))
 * )
 * ```
 */
import { Store, StoreError } from "@scanjobs/history"
import { Effect, Schema } from "effect"
import { Migrator, SqlClient } from "effect/sql"

/**
 * The store is no PostgreSQL database, which several machines need to share it.
 *
 * @since 0.2.0
 * @category errors
 */
export class FleetNeedsPostgres extends Schema.TaggedError<FleetNeedsPostgres>()("FleetNeedsPostgres", {
  /** The store that was given. */
  store: Schema.String
}) {
  override get message(): string {
    return `a fleet shares its store over the network, so that it needs PostgreSQL, and the store is ${this.store}; set store to postgres://…`
  }
}

const initial = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  // What is synced how often, and how it went. `queued_at` is when the queue got an element for its next sync.
  // `phase` is when it is due within its interval; `sealed` is NULL where the settings come from a file of each runner. Times are epoch
  // milliseconds of the database's clock.
  yield* sql`CREATE TABLE fleet_connection (
    name text PRIMARY KEY, provider text NOT NULL, tenant text NOT NULL, sealed text, key_id text,
    every double precision NOT NULL, phase double precision NOT NULL, priority integer NOT NULL, paused_at double precision,
    next_at double precision NOT NULL, queued_at double precision,
    runner text, began_at double precision, late double precision, ended_at double precision,
    failures integer NOT NULL DEFAULT 0, failing_since double precision, reason text, message text
  )`
  yield* sql`CREATE INDEX fleet_connection_due ON fleet_connection (next_at) WHERE paused_at IS NULL`
  yield* sql`CREATE INDEX fleet_connection_not_queued ON fleet_connection (next_at) WHERE queued_at IS NULL AND paused_at IS NULL`
  yield* sql`CREATE TABLE fleet_runner (
    name text PRIMARY KEY, version text NOT NULL, slots integer NOT NULL, began_at double precision NOT NULL,
    seen_at double precision NOT NULL
  )`
})

/**
 * Makes the tables where they are missing. Runners that start at the same time wait for each other.
 *
 * @since 0.2.0
 * @category constructors
 */
export const ready: Effect.Effect<void, FleetNeedsPostgres | StoreError.StoreError, Store.Store> = Effect.gen(
  function* () {
    const store = yield* Store.Store
    const { name, sql } = store
    const migrate = Migrator.make({})({
      table: "scanjobs_fleet_migration",
      loader: Migrator.fromRecord({ "0001_initial": initial })
    }).pipe(Effect.provideService(SqlClient.SqlClient, sql))
    yield* sql.onDialectOrElse({
      pg: () =>
        store.attempt(
          Effect.catchTag(migrate, "MigrationError", (error) =>
            Effect.fail(
              new StoreError.StoreError({ store: name, reason: new StoreError.StoreFailed({ detail: error.message }) })
            )
          )
        ),
      orElse: () => Effect.fail(new FleetNeedsPostgres({ store: name }))
    })
  }
)
