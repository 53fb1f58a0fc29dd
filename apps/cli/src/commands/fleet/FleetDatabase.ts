/**
 * Opens the database of a fleet: its store, with the tables of the fleet.
 */
import { FleetTables, SealingKeys } from "@scanjobs/fleet"
import { type Store, StoreError } from "@scanjobs/history"
import { Effect, Layer } from "effect"
import { SettingsProblem } from "../../Problem.ts"
import * as KnownSecrets from "../../report/KnownSecrets.ts"
import * as HistoryStore from "../../services/HistoryStore.ts"
import * as FleetSection from "../../settings/FleetSection.ts"

/** Opens it until the scope ends, and gives what runs effects on it. */
export const open = Effect.fnUntraced(function* (place: HistoryStore.Place) {
  const context = yield* Layer.build(HistoryStore.layer(place))
  yield* Effect.provideContext(ready, context)
  return <A, E>(effect: Effect.Effect<A, E | StoreError.StoreError, Store.Store>) =>
    Effect.provideContext(effect, context).pipe(
      Effect.catchIf(
        (error): error is StoreError.StoreError => error instanceof StoreError.StoreError,
        (error) => Effect.fail(HistoryStore.failed(error))
      )
    )
})

/** Makes the fleet's tables. A store that is not for a fleet is a mistake in the settings. */
export const ready = FleetTables.ready.pipe(
  Effect.catchTags({
    FleetNeedsPostgres: ({ message }) => Effect.fail(new SettingsProblem({ problems: [message] })),
    StoreError: (error) => Effect.fail(HistoryStore.failed(error))
  })
)

/** The keys that the settings give; `undefined` where they give none. */
export const keysOf = Effect.fnUntraced(function* (fleet: FleetSection.FleetSection | undefined) {
  yield* KnownSecrets.add(FleetSection.secretsOf(fleet))
  const [first, ...others] = fleet?.keys ?? []
  return first === undefined
    ? undefined
    : yield* Effect.mapError(
        SealingKeys.make([first, ...others]),
        ({ message }) => new SettingsProblem({ problems: [`fleet.keys: ${message}`] })
      )
})

/** The keys, without which nothing can be sealed or opened. */
export const neededKeys = (fleet: FleetSection.FleetSection | undefined) =>
  Effect.flatMap(keysOf(fleet), (keys) =>
    keys === undefined
      ? Effect.fail(
          new SettingsProblem({
            problems: [
              'fleet.keys: missing; the secrets of connections in the database are sealed with it. Make one with "openssl rand -base64 32", and name it, such as "fleet": { "keys": ["${SCANJOBS_FLEET_KEY}"] }'
            ]
          })
        )
      : Effect.succeed(keys)
  )
