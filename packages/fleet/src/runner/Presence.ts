/**
 * Says in the database that a runner is there, so that operators see which ones are.
 */
import { Store, type StoreError } from "@scanjobs/history"
import { Duration, Effect } from "effect"
import * as Clock from "../roster/DatabaseClock.ts"

/** A runner as it presents itself. */
export interface Presented {
  readonly name: string
  readonly version: string
  readonly slots: number
}

/** For how long a runner that is gone is remembered. */
const remembered = Duration.toMillis("1 day")

type Presence = Effect.Effect<void, StoreError.StoreError, Store.Store>

/** The runner is there, and those that have been gone for a day are forgotten. */
export const show = ({ name, slots, version }: Presented): Presence =>
  Effect.flatMap(Store.Store, ({ attempt, sql }) => {
    const now = Clock.now(sql)
    return Effect.asVoid(
      attempt(
        Effect.andThen(
          sql`INSERT INTO fleet_runner (name, version, slots, began_at, seen_at) VALUES (${name}, ${version}, ${slots}, ${now}, ${now})
            ON CONFLICT (name) DO UPDATE SET seen_at = ${now}`,
          sql`DELETE FROM fleet_runner WHERE seen_at < ${now} - ${remembered}::double precision`
        )
      )
    )
  })

/** The runner has ended. */
export const end = (name: string): Presence =>
  Effect.flatMap(Store.Store, ({ attempt, sql }) =>
    Effect.asVoid(attempt(sql`DELETE FROM fleet_runner WHERE name = ${name}`))
  )
