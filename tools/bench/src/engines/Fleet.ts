/**
 * The fleet as it is: pg-boss with the roster beside it.
 */
import { FleetTables, Roster, Runner, SyncQueue } from "@scanjobs/fleet"
import { Store } from "@scanjobs/history"
import { Effect, Layer, Redacted } from "effect"
import type { Engine } from "./Engine.ts"

/** The engine. Its times of an interval are its own. */
export const engine: Engine = {
  seed: ({ database, every, names }, when) =>
    Effect.gen(function* () {
      yield* FleetTables.ready
      yield* Roster.put(
        names.map((name) => ({ name, provider: "bench", settings: null, every })),
        undefined
      )
      const { attempt, sql } = yield* Store.Store
      if (when === "now") {
        yield* attempt(sql`UPDATE fleet_connection SET next_at = (extract(epoch FROM now()) * 1000)::double precision`)
      }
    }).pipe(Effect.provide(Store.layerPostgres(database)), Effect.runPromise),
  run: ({ database, port, slots }, work) =>
    Effect.provide(
      Runner.run({
        name: `runner ${port}`,
        version: "0",
        slots,
        sync: ({ late, name }) =>
          Effect.as(
            Effect.promise(() => work(name, Date.now() - late)),
            { _tag: "whole" }
          ),
        onProblem: Effect.logWarning
      }),
      Layer.merge(Store.layerPostgres(database), SyncQueue.layer(Redacted.make(database)))
    ).pipe(Effect.runPromise)
}
