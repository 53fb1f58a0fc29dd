/**
 * From which start time on a lane must be read again: what came since its last whole reading, runs that are not over, and planned runs
 * that wait for their run.
 */
import { Duration, Effect } from "effect"
import { isUndecided, openStates } from "../store/Migrations.ts"
import * as Rowset from "../store/Rowset.ts"
import type { LaneRow, ListingRow } from "./Places.ts"
import type { Syncing } from "./Syncing.ts"

/** A run may start this long before its planned time. */
const early = Duration.toMillis("65 minutes")
const day = Duration.toMillis("1 day")

/** Since when the lanes of a listing are to be read. */
export interface Since {
  /** For the listing as a whole, such as for finding the scopes in which something happened. */
  readonly all: number
  /** For one lane; of a scope that was never read, everything. */
  readonly lane: (scope: string) => number
}

/** Works out since when a listing of runs, with these lanes, is to be read. */
export const make = Effect.fnUntraced(function* (syncing: Syncing, listing: ListingRow, lanes: ReadonlyArray<LaneRow>) {
  const { now, settings } = syncing
  const earliest = now - settings.back
  const oldestOpen = yield* openRuns(syncing, listing, lanes)
  const waiting = yield* waitingPlans(syncing)
  const listingWaits = waiting.map(({ first }) => first - early)
  const sinceOf = (lane: LaneRow): number => {
    if (lane.whole_at === null) return earliest
    const waits = waiting.filter(
      ({ name_key, scope }) => lane.scope === "" || lane.scope === name_key || lane.scope === scope
    )
    return Math.max(
      earliest,
      Math.min(
        lane.whole_at - settings.overlap,
        oldestOpen.get(lane.series_id) ?? Number.POSITIVE_INFINITY,
        ...waits.map(({ first }) => first - early)
      )
    )
  }
  const byScope = new Map(lanes.map((lane) => [lane.scope, sinceOf(lane)]))
  const all =
    listing.whole_at === null
      ? earliest
      : Math.max(earliest, Math.min(listing.whole_at - settings.overlap, ...listingWaits, ...byScope.values()))
  return { all, lane: (scope) => byScope.get(scope) ?? earliest } satisfies Since
})

/** When the oldest run that is not over started, by series. Those that take very long are read again once a day. */
const openRuns = Effect.fnUntraced(function* (
  { now, settings, store: { sql } }: Syncing,
  listing: ListingRow,
  lanes: ReadonlyArray<LaneRow>
) {
  const isFirstOfDay = listing.whole_at === null || Math.floor(now / day) !== Math.floor(listing.whole_at / day)
  const after = isFirstOfDay ? now - settings.back : now - settings.openFor
  const rows = yield* sql<{ readonly series_id: number; readonly first: number }>`
    SELECT series_id, min(start_time) AS first FROM job
    WHERE kind = 'run' AND gone_at IS NULL AND state IN ${sql.literal(openStates)} AND start_time > ${after}
      AND series_id IN ${Rowset.integers(
        sql,
        lanes.map(({ series_id }) => series_id)
      )}
    GROUP BY series_id`
  return new Map(rows.map(({ first, series_id }) => [series_id, first]))
})

interface Waiting {
  readonly name_key: string
  readonly scope: string
  readonly first: number
}

/**
 * The definitions with a planned run that fell due and that reading runs can decide, and when the first of these was due. With the plus,
 * SQLite begins with these few, and not with all definitions.
 */
const waitingPlans = ({ connectionId, now, settings, store: { sql } }: Syncing) =>
  sql<Waiting>`SELECT d.name_key, d.scope, min(j.start_time) AS first FROM job j JOIN definition d ON d.id = j.definition_id
    WHERE +d.connection_id = ${connectionId} AND j.kind = 'occurrence' AND j.gone_at IS NULL
      AND j.start_time > ${now - settings.openFor} AND j.start_time <= ${now}
      AND ${sql.literal(isUndecided)} AND (j.verdict IS NULL OR j.verdict IN ('due', 'overdue') OR j.why LIKE 'runs not read%')
    GROUP BY d.name_key, d.scope`
