/**
 * What the roster says of one sync of one connection: that it begins, and how it ended.
 */
import { Store, type StoreError } from "@scanjobs/history"
import { Effect } from "effect"
import type { Due } from "../queue/SyncQueue.ts"
import * as Clock from "../roster/DatabaseClock.ts"

/** A connection that is to be synced now. */
export interface Taken {
  readonly name: string
  readonly provider: string
  readonly tenant: string
  /** Its settings; `null` where they come from a file of each runner. See `SealingKeys`. */
  readonly sealed: string | null
  /** How many milliseconds after it was due its sync begins. */
  readonly late: number
}

/** How a sync ended. */
export type Outcome =
  | { readonly _tag: "whole" }
  /** Another sync of the connection began later, in the fleet or beside it. */
  | { readonly _tag: "superseded" }
  | {
      /** Something of the connection could not be read. */
      readonly _tag: "failing"
      /** The condition, such as `Unauthorized`. */
      readonly reason: string
      readonly message: string
    }

/** The longest time between two syncs of a connection that fails, unless its interval is longer; in milliseconds. */
export const longestBackoff = 6 * 3_600_000

/** By how much an element may come early, in milliseconds: its time was rounded. */
const slack = 1000

type FromStore<A> = Effect.Effect<A, StoreError.StoreError, Store.Store>

/** What becomes of an element of the queue. */
export type Begun =
  | { readonly _tag: "taken"; readonly taken: Taken }
  /** The connection is due later, so that the element was one too many; `next` is to be in the queue. */
  | { readonly _tag: "early"; readonly next: Due }
  /** The connection was taken out or paused. */
  | { readonly _tag: "none" }

/** Begins the sync of a connection that is due. */
export const begin = (runner: string, connection: string): FromStore<Begun> =>
  Effect.gen(function* () {
    const { attempt, sql } = yield* Store.Store
    const now = Clock.now(sql)
    const [taken] = yield* attempt(
      sql<Taken>`UPDATE fleet_connection SET runner = ${runner}, began_at = ${now}, late = greatest(0, ${now} - next_at)
        WHERE name = ${connection} AND paused_at IS NULL AND next_at <= ${now} + ${slack}::double precision
        RETURNING name, provider, tenant, sealed, late`
    )
    if (taken !== undefined) return { _tag: "taken", taken }
    const [next] = yield* attempt(
      sql<Due>`UPDATE fleet_connection SET queued_at = ${now} WHERE name = ${connection} AND paused_at IS NULL
        RETURNING name AS connection, tenant, priority, next_at AS at`
    )
    return next === undefined ? { _tag: "none" } : { _tag: "early", next }
  })

/**
 * Writes how a sync ended, and gives the next one, at the connection's own time in its next interval. Where it fails again and again, the
 * interval doubles each time, up to {@link longestBackoff}. Nothing is written, and it gives `undefined`, where another runner has begun a
 * sync of the connection meanwhile; and there is no next one where the connection was taken out or paused.
 */
export const end = (runner: string, connection: string, outcome: Outcome): FromStore<Due | undefined> =>
  Effect.flatMap(Store.Store, ({ attempt, sql }) => {
    const now = Clock.now(sql)
    // From `now + 1`, so that a sync that ends at its own time is not due again at once.
    const onGrid = sql`ceil((${now} + 1 - phase) / every) * every + phase`
    const longer = sql`least(every * power(2, least(failures, 30)), greatest(every, ${longestBackoff}::double precision))`
    const told = () => {
      switch (outcome._tag) {
        case "whole":
          return sql`next_at = ${onGrid}, failures = 0, failing_since = NULL, reason = NULL, message = NULL`
        case "superseded":
          return sql`next_at = ${onGrid}`
        case "failing":
          return sql`next_at = ${onGrid} + ${longer} - every, failures = failures + 1, failing_since = COALESCE(failing_since, ${now}),
            reason = ${outcome.reason}, message = ${outcome.message.slice(0, 1000)}`
      }
    }
    const rows = attempt(sql<
      Due & { readonly paused: boolean }
    >`UPDATE fleet_connection SET runner = NULL, ended_at = ${now},
        queued_at = CASE WHEN paused_at IS NULL THEN ${now} END, ${told()} WHERE name = ${connection} AND runner = ${runner}
        RETURNING name AS connection, tenant, priority, next_at AS at, paused_at IS NOT NULL AS paused`)
    return Effect.map(rows, ([row]) => (row === undefined || row.paused ? undefined : row))
  })

/** How many connections are put into the queue at once. */
const batch = 1000

/** After how long without a sync a connection that is due is put into the queue once more; in milliseconds. */
const stuck = 120_000

/**
 * The connections that need an element in the queue: those that are new or were resumed, and those that are overdue although nobody that
 * is alive syncs them. One that has an element already gets no second one.
 */
export const missing: FromStore<ReadonlyArray<Due>> = Effect.flatMap(Store.Store, ({ attempt, sql }) => {
  const now = Clock.now(sql)
  return attempt(sql<Due>`UPDATE fleet_connection t SET queued_at = ${now} FROM (
      SELECT c.name FROM fleet_connection c WHERE c.paused_at IS NULL AND (c.queued_at IS NULL OR (greatest(c.next_at, c.queued_at) < ${now} - ${stuck}::double precision
        AND NOT EXISTS (SELECT 1 FROM fleet_runner r WHERE r.name = c.runner AND r.seen_at > ${now} - ${stuck}::double precision)))
      ORDER BY c.next_at LIMIT ${batch} FOR UPDATE SKIP LOCKED
    ) found WHERE t.name = found.name RETURNING t.name AS connection, t.tenant, t.priority, t.next_at AS at`)
})

/** Says of connections that they have no element in the queue, because it could not be added. */
export const notQueued = (dues: ReadonlyArray<Due>): FromStore<void> =>
  dues.length === 0
    ? Effect.void
    : Effect.flatMap(Store.Store, ({ attempt, sql }) =>
        Effect.asVoid(
          attempt(
            sql`UPDATE fleet_connection SET queued_at = NULL WHERE name IN ${sql.in(dues.map(({ connection }) => connection))}`
          )
        )
      )
