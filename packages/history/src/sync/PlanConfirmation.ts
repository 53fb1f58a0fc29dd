/**
 * What two complete readings of a plan prove together: what fell due between them was still planned, unless the plan was changed.
 */
import { Duration, Effect } from "effect"
import type { SqlClient } from "effect/sql"
import * as Rowset from "../store/Rowset.ts"
import { rejudged } from "./Judge.ts"
import type { LaneRow } from "./Places.ts"
import type { Span, Syncing } from "./Syncing.ts"

/** A complete reading, and the last one before it. */
export interface Options {
  /** The lane, with its last complete reading. */
  readonly lane: LaneRow
  readonly begun: Span
  /** From which time on this reading tells. */
  readonly after: number
  /** The definitions of which planned runs were withdrawn. */
  readonly changed: ReadonlySet<number>
}

/** By how much the time between two planned runs can differ on a night on which clocks change. */
const slack = Duration.toMillis("65 minutes")

/** Confirms the planned runs that fell due since the last complete reading, or says that they may have been moved. */
export const run = Effect.fnUntraced(function* ({ settings, store: { sql } }: Syncing, options: Options) {
  const { after, begun, lane } = options
  if (lane.whole_at === null || lane.whole_after === null) return
  const near = sql`series_id = ${lane.series_id} AND kind = 'occurrence' AND gone_at IS NULL AND moved IS NULL
    AND start_time <= ${after} AND start_time > ${begun.at - rejudged}`
  yield* sql`UPDATE definition SET unjudged = 1 WHERE unjudged = 0 AND id IN (SELECT definition_id FROM job WHERE ${near})`
  // The last reading in which it was still to come, for certain.
  yield* sql`UPDATE job SET confirmed_at = ${lane.whole_at}
    WHERE ${near} AND start_time > ${lane.whole_after} AND confirmed_at IS NULL`
  const changed = new Set([...options.changed, ...(yield* changedPlans(sql, settings.skew, options))])
  if (changed.size > 0) {
    yield* sql`UPDATE job SET moved = 1 WHERE ${near} AND definition_id IN ${Rowset.integers(sql, [...changed])}`
  }
  // This reading began after it fell due, and the plan around it was the same.
  yield* sql`UPDATE job SET moved = 0 WHERE ${near} AND start_time <= ${begun.at}`
})

interface Fresh {
  readonly definition_id: number
  readonly first: number
}

/** The definitions whose plan was changed between the readings, as far as what is planned now shows it. */
const changedPlans = Effect.fnUntraced(function* (
  sql: SqlClient.SqlClient,
  skew: number,
  { after, begun, lane }: Options
) {
  const planned = sql`series_id = ${lane.series_id} AND kind = 'occurrence' AND start_time > ${after} AND gone_at IS NULL`
  // The last complete reading ended then. One that failed since then may have written what it saw.
  const ended = (lane.whole_after ?? 0) - skew
  const fresh = yield* sql<Fresh>`
    SELECT definition_id, min(start_time) AS first FROM job WHERE ${planned} AND first_seen > ${ended} GROUP BY definition_id`
  if (fresh.length === 0) return []
  const known = yield* sql<{ readonly definition_id: number; readonly last: number }>`
    SELECT definition_id, max(start_time) AS last FROM job WHERE ${planned} AND first_seen <= ${ended}
    GROUP BY definition_id`
  const lastKnown = new Map(known.map(({ definition_id, last }) => [definition_id, last]))
  const whole = lane.whole_until ?? Number.POSITIVE_INFINITY
  // The last reading should have had them, and had not.
  const inserted = fresh.filter(({ definition_id, first }) => {
    const last = lastKnown.get(definition_id)
    return last !== undefined && first < Math.min(last, whole)
  })
  const alone = fresh.filter(({ definition_id }) => !lastKnown.has(definition_id))
  return [...inserted, ...(yield* unusual(sql, { after, begun, lane }, alone))].map(
    ({ definition_id }) => definition_id
  )
})

/**
 * Where a vendor tells only the next run of a definition, two readings have nothing in common. That the plan was not changed is then taken
 * from the time between two runs, if an earlier one was the same.
 */
const unusual = Effect.fnUntraced(function* (
  sql: SqlClient.SqlClient,
  { after, begun, lane }: Pick<Options, "after" | "begun" | "lane">,
  fresh: ReadonlyArray<Fresh>
) {
  if (fresh.length === 0) return []
  const ids = Rowset.integers(
    sql,
    fresh.map(({ definition_id }) => definition_id)
  )
  const past = Map.groupBy(
    yield* sql<{
      readonly definition_id: number
      readonly start_time: number
    }>`SELECT definition_id, start_time FROM job
      WHERE series_id = ${lane.series_id} AND kind = 'occurrence' AND gone_at IS NULL AND definition_id IN ${ids}
        AND start_time <= ${after} AND start_time > ${begun.at - 2 * rejudged} ORDER BY start_time`,
    ({ definition_id }) => definition_id
  )
  return fresh.filter(({ definition_id, first }) => {
    const times = (past.get(definition_id) ?? []).map(({ start_time }) => start_time)
    const last = times.at(-1)
    const gap = first - (last ?? first)
    return (
      last !== undefined &&
      !times.some((time, index) => Math.abs(time - (times[index - 1] ?? time) - gap) <= slack && index > 0)
    )
  })
})
