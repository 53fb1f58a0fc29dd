/**
 * Effect's `PersistedQueue`: an element for the next sync of each connection.
 */
import { PgClient } from "@effect/sql-pg"
import { Effect, Layer, Redacted, Schedule, Schema } from "effect"
import { PersistedQueue } from "effect/persistence"
import { dueAfter, type Engine, firstDue } from "./Engine.ts"

const Due = Schema.Struct({ name: Schema.String, at: Schema.Number })

const queue = PersistedQueue.make({
  name: "sync",
  schema: Due,
  maxAttempts: 1_000_000,
  retrySchedule: Schedule.spaced("1 second")
})

const layer = (database: string, lease: number) =>
  PersistedQueue.layer.pipe(
    Layer.provideMerge(
      PersistedQueue.layerStoreSql({ pollInterval: "1 second", lockRefreshInterval: lease / 3, lockExpiration: lease })
    ),
    Layer.provide(PgClient.layer({ url: Redacted.make(database), maxConnections: 4 }))
  )

const offer = ({ offer }: PersistedQueue.PersistedQueue<typeof Due.Type>, due: typeof Due.Type, now: number) =>
  offer(due, { id: `${due.name} ${due.at}`, delay: Math.max(0, due.at - now) })

/** The engine. */
export const engine: Engine = {
  seed: ({ database, every, lease, names }, when) =>
    Effect.flatMap(queue, (queue) =>
      Effect.forEach(names, (name) => offer(queue, { name, at: firstDue(name, every, when) }, Date.now()), {
        concurrency: 4,
        discard: true
      })
    ).pipe(Effect.provide(layer(database, lease)), Effect.runPromise),
  run: ({ database, every, lease, slots }, work) =>
    Effect.gen(function* () {
      const due = yield* queue
      const one = due.take(({ at, name }) =>
        Effect.promise(() => work(name, at)).pipe(
          Effect.andThen(Effect.suspend(() => offer(due, { name, at: dueAfter(name, every, Date.now()) }, Date.now())))
        )
      )
      yield* Effect.all(
        Array.from({ length: slots }, () => Effect.forever(one)),
        { concurrency: "unbounded", discard: true }
      )
      return yield* Effect.never
    }).pipe(Effect.provide(layer(database, lease)), Effect.runPromise)
}
