/**
 * What was read of a definition's runs: of each listing that brings runs, the lane of its scope, or else the listing as a whole.
 */
import { Effect } from "effect"
import type { Reading } from "../judgement/Judgement.ts"
import type { SqlClient } from "effect/sql"
import * as Rowset from "../store/Rowset.ts"

interface Row {
  readonly connection_id: number
  readonly listing_id: number
  readonly listing_at: number | null
  readonly listing_from: number | null
  readonly scope: string | null
  readonly series: string | null
  readonly whole_at: number | null
  readonly whole_from: number | null
}

/** What was read of one listing. */
interface ListingReadings {
  readonly id: number
  /** The name that it shares with other listings of the same runs; `null` where nothing of it was read. */
  readonly series: string | null
  readonly whole: Reading
  readonly byScope: ReadonlyMap<string, Reading>
}

/** What was read of each listing of a connection that brings runs. */
export type RunReadings = ReadonlyArray<ListingReadings>

/** Loads what was read of a connection. */
export const load = (sql: SqlClient.SqlClient, connectionId: number) =>
  Effect.map(loadMany(sql, [connectionId]), (found) => found.get(connectionId) ?? [])

/** Loads what was read of several connections. */
export const loadMany = (sql: SqlClient.SqlClient, connectionIds: ReadonlyArray<number>) =>
  Effect.map(
    sql<Row>`SELECT t.connection_id, t.id AS listing_id, t.whole_at AS listing_at, t.whole_from AS listing_from, l.scope,
        s.name AS series, l.whole_at, l.whole_from
      FROM listing t LEFT JOIN lane l ON l.listing_id = t.id LEFT JOIN series s ON s.id = l.series_id
      WHERE t.connection_id IN ${Rowset.integers(sql, connectionIds)} AND t.has_runs = 1`,
    (rows): ReadonlyMap<number, RunReadings> =>
      new Map(
        [...Map.groupBy(rows, ({ connection_id }) => connection_id)].map(([id, listings]) => [id, ofListings(listings)])
      )
  )

const ofListings = (rows: ReadonlyArray<Row>): RunReadings =>
  [...Map.groupBy(rows, ({ listing_id }) => listing_id)].map(([id, lanes]) => ({
    id,
    series: lanes[0]?.series ?? null,
    whole: readingOf(lanes[0]?.listing_at ?? null, lanes[0]?.listing_from ?? null),
    byScope: new Map(
      lanes.flatMap(({ scope, whole_at, whole_from }) =>
        scope === null ? [] : [[scope, readingOf(whole_at, whole_from)] as const]
      )
    )
  }))

/** What was read of the runs of a definition without a gap. */
export const of = (readings: RunReadings, key: string, scope: string): Reading => {
  const each = readings.map(({ byScope, whole }) => byScope.get(scope) ?? byScope.get(key) ?? byScope.get("") ?? whole)
  const times = each.map(({ beganAt }) => beganAt)
  return {
    beganAt: times.length === 0 || times.includes(null) ? null : Math.min(...times.map(Number)),
    from: Math.max(...each.map(({ from }) => from))
  }
}

/** Those of the listings that bring the runs of these listings, too. */
export const among = (readings: RunReadings, listings: ReadonlySet<number>): RunReadings => {
  const series = new Set(readings.filter(({ id }) => listings.has(id)).map((listing) => listing.series))
  return series.size === 0 ? readings : readings.filter((listing) => series.has(listing.series))
}

const readingOf = (beganAt: number | null, from: number | null): Reading => ({
  beganAt,
  from: from ?? Number.NEGATIVE_INFINITY
})
