/**
 * Effect Cluster: an entity for each connection, whose next sync is a stored message.
 */
import { NodeClusterSocket } from "@effect/platform-node"
import { PgClient } from "@effect/sql-pg"
import { DateTime, Duration, Effect, Layer, Option, PrimaryKey, Redacted, Schema, Semaphore } from "effect"
import { ClusterSchema, DeliverAt, Entity, RunnerAddress, Singleton } from "effect/cluster"
import { Rpc } from "effect/rpc"
import { SqlClient } from "effect/sql"
import { dueAfter, type Engine, firstDue, type Place, type Work } from "./Engine.ts"

/** A sync that is due at a time; one of a time is sent once. */
class Due extends Schema.Class<Due>("Due")({ at: Schema.DateTimeUtc }) {
  [PrimaryKey.symbol]() {
    return DateTime.formatIso(this.at)
  }
  [DeliverAt.symbol]() {
    return this.at
  }
}

const dueAt = (millis: number) => new Due({ at: DateTime.makeUnsafe(millis) })

const Connection = Entity.make("Connection", [
  Rpc.make("Sync", { payload: Due }).annotate(ClusterSchema.Persisted, true)
])

const sqlOf = (database: string) => PgClient.layer({ url: Redacted.make(database), maxConnections: 6 })

const connections = (place: Place, work: Work, slots: Semaphore.Semaphore) =>
  Connection.toLayer(
    Effect.gen(function* () {
      const { entityId: name } = yield* Entity.CurrentAddress
      const clientOf = yield* Connection.client
      return Connection.of({
        Sync: ({ payload: { at } }) =>
          Effect.promise(() => work(name, DateTime.toEpochMillis(at))).pipe(
            slots.withPermits(1),
            Effect.andThen(
              Effect.suspend(() =>
                clientOf(name).Sync(dueAt(dueAfter(name, place.every, Date.now())), { discard: true })
              )
            ),
            Effect.orDie
          )
      })
    }),
    { maxIdleTime: "5 seconds", mailboxCapacity: 16 }
  )

/** Whoever holds it sees to it that every connection has a next sync, once a program has said when. */
const seeder = ({ every, names }: Place) =>
  Singleton.make(
    "Seeder",
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      const clientOf = yield* Connection.client
      const asked = sql<{ readonly wanted: "now" | "spread" }>`DELETE FROM seed RETURNING wanted`
      while (true) {
        const [found] = yield* asked
        if (found !== undefined) {
          yield* Effect.forEach(
            names,
            (name) => clientOf(name).Sync(dueAt(firstDue(name, every, found.wanted)), { discard: true }),
            { concurrency: 16, discard: true }
          )
        }
        yield* Effect.sleep("200 millis")
      }
    }).pipe(Effect.orDie)
  )

/** The engine. */
export const engine: Engine = {
  seed: ({ database }, when) =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      yield* sql`CREATE TABLE IF NOT EXISTS seed (wanted text)`
      yield* sql`INSERT INTO seed (wanted) VALUES (${when})`
    }).pipe(Effect.provide(sqlOf(database)), Effect.runPromise),
  run: (place, work) =>
    Effect.gen(function* () {
      const slots = yield* Semaphore.make(place.slots)
      const cluster = NodeClusterSocket.layer({
        shardingConfig: {
          runnerAddress: Option.some(RunnerAddress.make("127.0.0.1", place.port)),
          shardsPerGroup: 300,
          entityMessagePollInterval: Duration.seconds(1),
          simulateRemoteSerialization: false,
          runnerHealthCheckInterval: Duration.seconds(5),
          shardLockRefreshInterval: Duration.millis(place.lease / 3),
          shardLockExpiration: Duration.millis(place.lease),
          refreshAssignmentsInterval: Duration.seconds(1)
        }
      })
      const main = Layer.mergeAll(connections(place, work, slots), seeder(place)).pipe(
        Layer.provide(cluster),
        Layer.provide(sqlOf(place.database))
      )
      return yield* Layer.launch(main)
    }).pipe(Effect.runPromise)
}
