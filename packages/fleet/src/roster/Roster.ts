/**
 * Which connections a fleet keeps in sync, how often, and for whom.
 *
 * **Details**
 *
 * - A connection's settings are in the database, sealed with {@link SealingKeys}, or they come from a settings file that every runner has;
 *   then `settings` is `null`.
 * - Each connection is due at a time of its own within its interval, so that not all are due at once. Many new ones are first due spread
 *   over an interval, and a few at once.
 *
 * **Example** (a connection from a file, and one in the database)
 *
 * ```ts
 * import { Roster, type SealingKeys } from "@scanjobs/fleet"
 * import { Effect } from "effect"
 *
 * const inFile: Roster.Planned = { name: "own", provider: "digicert", settings: null }
 *
 * export const program = (keys: SealingKeys.SealingKeys) =>
 *   Effect.gen(function* () {
 *     const ofCustomer = { name: "customer-7", provider: "avepoint", tenant: "customer-7", every: "1 hour", settings: { clientId: "…" } } as const
 *     const { added }: Roster.Imported = yield* Roster.put([inFile, ofCustomer], keys)
 *     yield* Roster.pause(["customer-7"])
 *     yield* Roster.resume(["customer-7"])
 *     const all: ReadonlyArray<Roster.Entry> = yield* Roster.all
 *     yield* Roster.remove(["customer-7"])
 *     yield* Roster.reseal(keys)
 *     return { added, names: all.map(({ name }) => name) }
 *   })
 * ```
 */
import { Store, type StoreError } from "@scanjobs/history"
import { Array, Duration, Effect } from "effect"
import type { SqlClient, Statement } from "effect/sql"
import type { CannotUnseal, SealingKeys } from "../sealing/SealingKeys.ts"
import * as Clock from "./DatabaseClock.ts"

/**
 * A connection as it is put into the roster.
 *
 * @since 0.2.0
 * @category models
 */
export interface Planned {
  readonly name: string
  readonly provider: string
  /** Whose connection it is; tenants are served in turn. Default: the connection is a tenant of its own. */
  readonly tenant?: string | undefined
  /** How often it is synced; at least a second. Default 15 minutes. */
  readonly every?: Duration.Input | undefined
  /** Of the connections of a tenant that are due, those with a higher number are synced first. Default 0. */
  readonly priority?: number | undefined
  /** Its settings as JSON, which are sealed; `null` where runners have them from a file. */
  readonly settings: unknown
}

/**
 * A connection of the roster, without its settings. Times are epoch milliseconds of the database's clock.
 *
 * @since 0.2.0
 * @category models
 */
export interface Entry {
  readonly name: string
  readonly provider: string
  readonly tenant: string
  /** Milliseconds. */
  readonly every: number
  readonly priority: number
  /** Whether its settings are in the database. */
  readonly isSealed: boolean
  /** Which key sealed them. */
  readonly keyId: string | null
  readonly pausedAt: number | null
  readonly nextAt: number
  /** Which runner syncs it now, or did when it was killed. */
  readonly runner: string | null
  /** When its last sync ended. */
  readonly endedAt: number | null
  /** How many syncs in a row could not read all of it. */
  readonly failures: number
  readonly failingSince: number | null
  /** The condition that its last sync failed with, such as `Unauthorized`. */
  readonly reason: string | null
  /** The same in words. */
  readonly message: string | null
}

/**
 * What an import did.
 *
 * @since 0.2.0
 * @category models
 */
export interface Imported {
  /** The names of connections that were not there. */
  readonly added: ReadonlyArray<string>
  /** The names of connections that were there, and have these settings now. */
  readonly updated: ReadonlyArray<string>
}

/** How often a connection is synced where nothing else is said, in milliseconds. */
const usualInterval = Duration.toMillis("15 minutes")

const leastInterval = 1000

/** From how many new connections on they are spread over a whole interval. Fewer are spread over that part of it. */
const spreadFrom = 1000

/** When within its interval a connection is due, from 0 to below 1: the same for a name on every machine. */
const phaseOf = (name: string): number => {
  // FNV-1a, and then mixed, so that names that differ in their last letter are far from each other.
  let hash = 0x811c9dc5
  for (const letter of name) hash = Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32
}

/** How many connections one statement writes. */
const batch = 500

/**
 * Adds connections, and replaces the settings, interval, tenant and priority of those that are there. A new interval holds from the next
 * sync on. A connection that is paused stays paused.
 *
 * @since 0.2.0
 * @category running
 */
export const put = Effect.fnUntraced(function* (
  planned: ReadonlyArray<Planned>,
  keys: SealingKeys | undefined
): Effect.fn.Return<Imported, StoreError.StoreError, Store.Store> {
  const { attempt, sql, transaction } = yield* Store.Store
  const rows = yield* Effect.forEach(planned, ({ every, name, priority = 0, provider, settings, tenant = name }) =>
    Effect.gen(function* () {
      const interval = Math.max(leastInterval, Duration.toMillis(every ?? usualInterval))
      const phase = Math.floor(phaseOf(name) * interval)
      const isSealed = settings !== null && keys !== undefined
      const sealed = isSealed ? yield* keys.seal(name, JSON.stringify(settings)) : null
      const key_id = isSealed ? keys.keyId : null
      return { name, provider, tenant, sealed, key_id, every: interval, phase, priority, next_at: 0 }
    })
  )
  const known = new Set(
    (yield* attempt(sql<{ readonly name: string }>`SELECT name FROM fleet_connection`)).map(({ name }) => name)
  )
  const added = rows.filter(({ name }) => !known.has(name)).map(({ name }) => name)
  const part = Math.min(1, added.length / spreadFrom)
  yield* transaction(
    Effect.forEach(
      Array.chunksOf(rows, batch),
      (chunk) =>
        Array.isArrayNonEmpty(chunk)
          ? Effect.asVoid(sql`INSERT INTO fleet_connection ${sql.insert(chunk)}
              ON CONFLICT (name) DO UPDATE SET provider = excluded.provider, tenant = excluded.tenant, sealed = excluded.sealed,
                key_id = excluded.key_id, every = excluded.every, phase = excluded.phase, priority = excluded.priority`)
          : Effect.void,
      { discard: true }
    ).pipe(
      Effect.andThen(
        sql`UPDATE fleet_connection SET next_at = ${Clock.now(sql)} + floor(phase * ${part}::double precision) WHERE next_at = 0`
      )
    )
  )
  return { added, updated: rows.filter(({ name }) => known.has(name)).map(({ name }) => name) }
})

interface Row {
  readonly name: string
  readonly provider: string
  readonly tenant: string
  readonly every: number
  readonly priority: number
  readonly is_sealed: boolean
  readonly key_id: string | null
  readonly paused_at: number | null
  readonly next_at: number
  readonly runner: string | null
  readonly ended_at: number | null
  readonly failures: number
  readonly failing_since: number | null
  readonly reason: string | null
  readonly message: string | null
}

/**
 * All connections, by name.
 *
 * @since 0.2.0
 * @category running
 */
export const all: Effect.Effect<ReadonlyArray<Entry>, StoreError.StoreError, Store.Store> = Effect.gen(function* () {
  const { attempt, sql } = yield* Store.Store
  const rows = yield* attempt(
    sql<Row>`SELECT name, provider, tenant, every, priority, sealed IS NOT NULL AS is_sealed, key_id, paused_at, next_at,
        runner, ended_at, failures, failing_since, reason, message
      FROM fleet_connection ORDER BY name`
  )
  return rows.map((row) => ({
    name: row.name,
    provider: row.provider,
    tenant: row.tenant,
    every: row.every,
    priority: row.priority,
    isSealed: row.is_sealed,
    keyId: row.key_id,
    pausedAt: row.paused_at,
    nextAt: row.next_at,
    runner: row.runner,
    endedAt: row.ended_at,
    failures: row.failures,
    failingSince: row.failing_since,
    reason: row.reason,
    message: row.message
  }))
})

/** The names of those that a statement changed. */
type Changed = Effect.Effect<ReadonlyArray<string>, StoreError.StoreError, Store.Store>

const change = (
  names: ReadonlyArray<string>,
  statement: (sql: SqlClient.SqlClient) => Statement.Statement<{ readonly name: string }>
): Changed =>
  names.length === 0
    ? Effect.succeed([])
    : Effect.flatMap(Store.Store, ({ attempt, sql }) =>
        Effect.map(attempt(statement(sql)), (rows) => rows.map(({ name }) => name).toSorted())
      )

/**
 * Syncs these connections no more, until they are resumed. A sync that is under way comes to its end. Gives the names of those that were
 * not paused before.
 *
 * @since 0.2.0
 * @category running
 */
export const pause = (names: ReadonlyArray<string>): Changed =>
  change(
    names,
    (sql) =>
      sql<{
        readonly name: string
      }>`UPDATE fleet_connection SET paused_at = ${Clock.now(sql)} WHERE paused_at IS NULL AND name IN ${sql.in(names)} RETURNING name`
  )

/**
 * Syncs these connections again, at once. Gives the names of those that were paused.
 *
 * @since 0.2.0
 * @category running
 */
export const resume = (names: ReadonlyArray<string>): Changed =>
  change(
    names,
    (sql) => sql<{
      readonly name: string
    }>`UPDATE fleet_connection SET paused_at = NULL, queued_at = NULL, next_at = least(next_at, ${Clock.now(sql)})
      WHERE paused_at IS NOT NULL AND name IN ${sql.in(names)} RETURNING name`
  )

/**
 * Takes these connections out, with their settings. Their history stays. Gives the names of those that were there.
 *
 * @since 0.2.0
 * @category running
 */
export const remove = (names: ReadonlyArray<string>): Changed =>
  change(
    names,
    (sql) => sql<{ readonly name: string }>`DELETE FROM fleet_connection WHERE name IN ${sql.in(names)} RETURNING name`
  )

/**
 * Seals the settings of all connections with the first key, those that another one sealed. Afterwards that other key is needed no more.
 * Gives how many were sealed again. It fails where one cannot be opened; the others are then sealed all the same.
 *
 * @since 0.2.0
 * @category running
 */
export const reseal = Effect.fnUntraced(function* (
  keys: SealingKeys
): Effect.fn.Return<number, CannotUnseal | StoreError.StoreError, Store.Store> {
  const { attempt, sql } = yield* Store.Store
  const rows = yield* attempt(
    sql<{ readonly name: string; readonly sealed: string }>`
      SELECT name, sealed FROM fleet_connection WHERE sealed IS NOT NULL AND key_id <> ${keys.keyId} ORDER BY name`
  )
  let failure: CannotUnseal | undefined
  let count = 0
  for (const { name, sealed } of rows) {
    const opened = yield* Effect.result(keys.open(name, sealed))
    if (opened._tag === "Failure") {
      failure ??= opened.failure
      continue
    }
    const again = yield* keys.seal(name, opened.success)
    // Where somebody has imported it meanwhile, that stays.
    yield* attempt(
      sql`UPDATE fleet_connection SET sealed = ${again}, key_id = ${keys.keyId} WHERE name = ${name} AND sealed = ${sealed}`
    )
    count++
  }
  return failure === undefined ? count : yield* failure
})
