/**
 * A row for each connection, which is the schedule and the lease.
 */
import { PgClient } from "@effect/sql-pg"
import { Array, Effect, type Fiber, Queue, Redacted, Schedule } from "effect"
import { SqlClient } from "effect/sql"
import { type Engine, firstDue, offsetOf } from "./Engine.ts"

const sqlOf = (database: string) => PgClient.layer({ url: Redacted.make(database), maxConnections: 4 })

const now = "(extract(epoch FROM clock_timestamp()) * 1000)::double precision"

/** The engine. */
export const engine: Engine = {
  seed: ({ database, every, names }, when) =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      yield* sql`CREATE TABLE IF NOT EXISTS lease (name text PRIMARY KEY, next_at double precision NOT NULL, phase double precision NOT NULL,
        leased_by text, leased_until double precision)`
      yield* sql`CREATE INDEX IF NOT EXISTS lease_next ON lease (next_at)`
      const rows = names.map((name) => ({
        name,
        next_at: firstDue(name, every, when),
        phase: offsetOf(name, every)
      }))
      if (Array.isArrayNonEmpty(rows)) yield* sql`INSERT INTO lease ${sql.insert(rows)}`
    }).pipe(Effect.provide(sqlOf(database)), Effect.runPromise),
  run: ({ database, every, lease, port, slots }, work) =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      const time = sql.literal(now)
      const runner = `runner ${port}`
      const mine = new Map<string, Fiber.Fiber<void, unknown>>()
      const freed = yield* Queue.unbounded<void>()
      const claim = (limit: number) => sql<{ readonly name: string; readonly due: number }>`
        UPDATE lease SET leased_by = ${runner}, leased_until = ${time} + ${lease}
        WHERE name IN (SELECT name FROM lease WHERE next_at <= ${time} AND (leased_until IS NULL OR leased_until < ${time})
          ORDER BY next_at LIMIT ${limit} FOR UPDATE SKIP LOCKED)
        RETURNING name, next_at AS due`
      const keep = Effect.suspend(() =>
        mine.size === 0
          ? Effect.void
          : Effect.asVoid(
              sql`UPDATE lease SET leased_until = ${time} + ${lease} WHERE leased_by = ${runner} AND name IN ${sql.in([...mine.keys()])}`
            )
      ).pipe(Effect.ignore, Effect.repeat(Schedule.spaced(lease / 3)))
      const release = (name: string) => sql`UPDATE lease SET leased_by = NULL, leased_until = NULL,
        next_at = ceil((${time} + 1 - phase) / ${every}) * ${every} + phase WHERE name = ${name} AND leased_by = ${runner}`
      yield* Effect.forkScoped(keep)
      while (true) {
        const found = mine.size >= slots ? [] : yield* claim(slots - mine.size)
        for (const { due, name } of found) {
          const fiber = yield* Effect.promise(() => work(name, due)).pipe(
            Effect.andThen(release(name)),
            Effect.asVoid,
            Effect.ensuring(
              Effect.sync(() => {
                mine.delete(name)
                Queue.offerUnsafe(freed, undefined)
              })
            ),
            Effect.forkScoped
          )
          mine.set(name, fiber)
        }
        if (found.length === 0) yield* Effect.race(Queue.take(freed), Effect.sleep("1 second"))
      }
    }).pipe(Effect.scoped, Effect.provide(sqlOf(database)), Effect.runPromise)
}
