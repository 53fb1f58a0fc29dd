/**
 * How a fleet is doing: its runners, how late syncs are, what waits, and which connections fail and why.
 *
 * **Example** (whether more runners are needed)
 *
 * ```ts
 * import { FleetStatus } from "@scanjobs/fleet"
 * import { Effect } from "effect"
 *
 * const isBehind = ({ lag, waiting }: FleetStatus.FleetStatus) => waiting > 0 && lag.now > 60_000
 * const names = (runners: ReadonlyArray<FleetStatus.RunnerStatus>) => runners.map(({ name }) => name)
 * export const program = Effect.map(FleetStatus.read, (status) => ({ behind: isBehind(status), runners: names(status.runners) }))
 * ```
 */
import { Store, type StoreError } from "@scanjobs/history"
import { Effect } from "effect"
import * as Clock from "../roster/DatabaseClock.ts"

/**
 * A runner, as far as the database knows.
 *
 * @since 0.2.0
 * @category models
 */
export interface RunnerStatus {
  readonly name: string
  readonly version: string
  readonly slots: number
  /** How many connections it syncs now. */
  readonly running: number
  /** How many milliseconds ago it began. */
  readonly age: number
  /** How many milliseconds ago it gave a sign of life. */
  readonly seen: number
  /** Whether it has given a sign of life within the last 20 seconds. */
  readonly isAlive: boolean
}

/**
 * How a fleet is doing. Lengths of time are milliseconds of the database's clock.
 *
 * @since 0.2.0
 * @category models
 */
export interface FleetStatus {
  readonly runners: ReadonlyArray<RunnerStatus>
  readonly connections: number
  readonly paused: number
  readonly running: number
  /** Connections that are due and that nobody syncs yet. */
  readonly waiting: number
  /** Connections that nobody syncs because their interval is not over. */
  readonly idle: number
  /** How late syncs are: what has waited longest by now, and how late the last sync of each connection began, as percentiles. */
  readonly lag: { readonly now: number; readonly p50: number; readonly p99: number }
  /** How many connections fail, by condition, most first. */
  readonly failing: ReadonlyArray<{ readonly reason: string; readonly connections: number }>
}

/** After how many milliseconds without a sign of life a runner counts as gone: four that it should have given. */
const silence = 20_000

interface Counts {
  readonly connections: number
  readonly paused: number
  readonly running: number
  readonly waiting: number
  readonly idle: number
  readonly now: number | null
  readonly p50: number | null
  readonly p99: number | null
}

/**
 * Reads it.
 *
 * @since 0.2.0
 * @category running
 */
export const read: Effect.Effect<FleetStatus, StoreError.StoreError, Store.Store> = Effect.gen(function* () {
  const { attempt, sql } = yield* Store.Store
  const now = Clock.now(sql)
  const alive = sql`SELECT name FROM fleet_runner WHERE seen_at > ${now} - ${silence}::double precision`
  const isRunning = sql`COALESCE(runner IN (${alive}), false)`
  const isWaiting = sql`paused_at IS NULL AND next_at <= ${now} AND NOT ${isRunning}`
  const [counts] = yield* attempt(sql<Counts>`
    SELECT count(*)::integer AS connections, (count(*) FILTER (WHERE paused_at IS NOT NULL))::integer AS paused,
      (count(*) FILTER (WHERE ${isRunning}))::integer AS running, (count(*) FILTER (WHERE ${isWaiting}))::integer AS waiting,
      (count(*) FILTER (WHERE paused_at IS NULL AND next_at > ${now} AND NOT ${isRunning}))::integer AS idle,
      floor(max(${now} - next_at) FILTER (WHERE ${isWaiting})) AS now,
      floor(percentile_disc(0.5) WITHIN GROUP (ORDER BY late) FILTER (WHERE paused_at IS NULL)) AS p50,
      floor(percentile_disc(0.99) WITHIN GROUP (ORDER BY late) FILTER (WHERE paused_at IS NULL)) AS p99
    FROM fleet_connection`)
  const runners = yield* attempt(sql<RunnerStatus>`
    SELECT r.name, r.version, r.slots, (SELECT count(*) FROM fleet_connection c WHERE c.runner = r.name)::integer AS running,
        floor(${now} - r.began_at) AS age, floor(${now} - r.seen_at) AS seen, r.seen_at > ${now} - ${silence}::double precision AS "isAlive"
      FROM fleet_runner r ORDER BY r.name`)
  const failing = yield* attempt(sql<{ readonly reason: string; readonly connections: number }>`
    SELECT reason, count(*)::integer AS connections FROM fleet_connection WHERE reason IS NOT NULL AND paused_at IS NULL
      GROUP BY reason ORDER BY 2 DESC, 1`)
  const { connections = 0, idle = 0, now: longest, p50, p99, paused = 0, running = 0, waiting = 0 } = counts ?? none
  return {
    runners,
    connections,
    paused,
    running,
    waiting,
    idle,
    lag: { now: longest ?? 0, p50: p50 ?? 0, p99: p99 ?? 0 },
    failing
  }
})

const none: Partial<Counts> & Pick<Counts, "now" | "p50" | "p99"> = { now: null, p50: null, p99: null }

/**
 * The same where the store is of a fleet; `undefined` where no fleet was ever made in it.
 *
 * **Example** (a status page of any store)
 *
 * ```ts
 * import { FleetStatus } from "@scanjobs/fleet"
 * import { Effect } from "effect"
 *
 * export const runners = Effect.map(FleetStatus.readIfAny, (status) => status?.runners.length ?? 0)
 * ```
 *
 * @since 0.2.0
 * @category running
 */
export const readIfAny: Effect.Effect<FleetStatus | undefined, StoreError.StoreError, Store.Store> = Effect.gen(
  function* () {
    const { attempt, sql } = yield* Store.Store
    const isThere = yield* sql.onDialectOrElse({
      pg: () =>
        Effect.map(
          attempt(sql<{ readonly there: boolean }>`SELECT to_regclass('fleet_connection') IS NOT NULL AS there`),
          ([row]) => row?.there === true
        ),
      orElse: () => Effect.succeed(false)
    })
    return isThere ? yield* read : undefined
  }
)
