/**
 * What a complete reading proves: that what it does not have is gone, and that planned runs were still planned.
 */
import { Clock, Effect } from "effect"
import type { Statement } from "effect/sql"
import type * as Change from "../store/Change.ts"
import * as ChangeLog from "../store/ChangeLog.ts"
import { openStates } from "../store/Migrations.ts"
import * as Rowset from "../store/Rowset.ts"
import { rejudged } from "./Judge.ts"
import * as Coverage from "./Coverage.ts"
import type { LaneRow } from "./Places.ts"
import type { Span, Syncing } from "./Syncing.ts"

/** One complete reading of a lane. */
export interface Reading {
  readonly lane: LaneRow
  readonly listingId: number
  readonly isPlan: boolean
  readonly begun: Span
  /** The vendor ids of everything in it that is not over. */
  readonly seen: ReadonlySet<string>
  /** Whether this process read the lane from its beginning, and could read all rows. Only then it proves that something is not there. */
  readonly isConclusive: boolean
  /** How many rows could not be read. */
  readonly rejected: number
}

interface Open {
  readonly vendor_id: string
  readonly definition_id: number
  readonly state: string
  readonly kind: string
  readonly start_time: number | null
}

/** The last time that JavaScript can hold. */
const endOfTime = 8.64e15

/** Settles lanes of one series and scope that were read whole; `isAll` tells whether these are all lanes that could have its jobs. */
export const run = (syncing: Syncing, readings: ReadonlyArray<Reading>, isAll: boolean) =>
  syncing.store.transaction(
    Effect.gen(function* () {
      const { sql } = syncing.store
      const ended = yield* Clock.currentTimeMillis
      const [first] = readings
      if (first === undefined) return null
      yield* sql.onDialectOrElse({
        pg: () => Effect.asVoid(sql`SELECT id FROM series WHERE id = ${first.lane.series_id} FOR UPDATE`),
        orElse: () => Effect.void
      })
      const told =
        isAll && readings.every(({ isConclusive }) => isConclusive) ? yield* conclude(syncing, readings, ended) : []
      const range = yield* ChangeLog.write(sql, told)
      for (const reading of readings) yield* markWhole(syncing, reading, ended)
      return range
    })
  )

/** From when on a reading tells. A vendor whose clock differs, or that answers late, may leave out of a plan what is due just now. */
const tellsAfter = ({ begun, isPlan }: Reading, ended: number, skew: number): number =>
  isPlan ? ended + skew : begun.from

const conclude = Effect.fnUntraced(function* (syncing: Syncing, readings: ReadonlyArray<Reading>, ended: number) {
  const { sql } = syncing.store
  const begunAt = Math.min(...readings.map(({ begun }) => begun.at))
  const after = Math.max(...readings.map((reading) => tellsAfter(reading, ended, syncing.settings.skew)))
  const until = Math.min(...readings.map(({ begun }) => begun.until ?? endOfTime))
  const seriesId = readings[0]?.lane.series_id ?? 0
  // What another process wrote after this reading began is not missing from it.
  const of = (kind: string, where: Statement.Fragment) =>
    sql`SELECT vendor_id, definition_id, state, kind, start_time FROM job WHERE series_id = ${seriesId} AND gone_at IS NULL
      AND kind = ${sql.literal(`'${kind}'`)} AND changed_at < ${begunAt} AND ${where}`
  const inSpan = sql`start_time > ${after} AND start_time < ${until}`
  const known = yield* sql<Open>`${of("definition", sql`start_time IS NULL`)}
    UNION ALL ${of("run", sql`state IN ${sql.literal(openStates)} AND (start_time IS NULL OR (${inSpan}))`)}
    UNION ALL ${of("occurrence", sql`start_time IS NULL`)} UNION ALL ${of("occurrence", inSpan)}`
  const gone = known.filter(({ vendor_id }) => readings.every(({ seen }) => !seen.has(vendor_id)))
  if (gone.length > 0) {
    yield* sql`UPDATE job SET gone_at = ${begunAt}, verdict = CASE WHEN kind = 'occurrence' THEN 'withdrawn' ELSE verdict END
      WHERE series_id = ${seriesId} AND vendor_id IN ${Rowset.texts(
        sql,
        gone.map(({ vendor_id }) => vendor_id)
      )}`
  }
  for (const reading of readings) if (reading.isPlan) yield* confirm(syncing, reading, gone, after)
  return toldOf(gone, seriesId, begunAt)
})

/** Of the planned runs of a definition that were withdrawn together, the first is told. */
const toldOf = (gone: ReadonlyArray<Open>, seriesId: number, at: number): ReadonlyArray<ChangeLog.Told> => {
  const planned = new Map<number, Open>()
  for (const one of gone) {
    const first = planned.get(one.definition_id)
    if (one.kind !== "occurrence") continue
    if (first === undefined || (one.start_time ?? 0) < (first.start_time ?? 0)) planned.set(one.definition_id, one)
  }
  const told = (one: Open, what: Change.What, was: string, now: string | null): ChangeLog.Told => ({
    at,
    what,
    series_id: seriesId,
    vendor_id: one.vendor_id,
    was,
    now
  })
  return [
    ...gone.filter(({ kind }) => kind !== "occurrence").map((one) => told(one, "gone", one.state, null)),
    ...[...planned.values()].map((one) => told(one, "verdict", "planned", "withdrawn"))
  ]
}

/** What fell due since the last whole reading was planned until then, unless the plan was changed around that time. */
const confirm = Effect.fnUntraced(function* (
  { store: { sql } }: Syncing,
  { begun, lane }: Reading,
  gone: ReadonlyArray<Open>,
  after: number
) {
  if (lane.whole_at === null || lane.whole_after === null) return
  const near = sql`series_id = ${lane.series_id} AND kind = 'occurrence' AND gone_at IS NULL AND moved IS NULL
    AND start_time <= ${after} AND start_time > ${begun.at - rejudged}`
  yield* sql`UPDATE definition SET unjudged = 1 WHERE unjudged = 0 AND id IN (SELECT definition_id FROM job WHERE ${near})`
  // The last reading in which it was still to come, for certain.
  yield* sql`UPDATE job SET confirmed_at = ${lane.whole_at}
    WHERE ${near} AND start_time > ${lane.whole_after} AND confirmed_at IS NULL`
  const changed = yield* changedPlans({ sql, lane, begun, after })
  for (const { definition_id } of gone) changed.add(definition_id)
  if (changed.size > 0) {
    yield* sql`UPDATE job SET moved = 1 WHERE ${near} AND definition_id IN ${Rowset.integers(sql, [...changed])}`
  }
  // This reading began after it fell due, and the plan around it was the same.
  yield* sql`UPDATE job SET moved = 0 WHERE ${near} AND start_time <= ${begun.at}`
})

/** The definitions with a planned run that the last reading should have had, and did not: their plan was changed in between. */
const changedPlans = Effect.fnUntraced(function* ({
  after,
  begun,
  lane,
  sql
}: {
  readonly sql: Syncing["store"]["sql"]
  readonly lane: LaneRow
  readonly begun: Span
  readonly after: number
}) {
  const planned = sql`series_id = ${lane.series_id} AND kind = 'occurrence' AND start_time > ${after}`
  const fresh = yield* sql<{ readonly definition_id: number; readonly first: number }>`
    SELECT definition_id, min(start_time) AS first FROM job WHERE ${planned} AND first_seen >= ${begun.at} GROUP BY definition_id`
  if (fresh.length === 0) return new Set<number>()
  const known = yield* sql<{ readonly definition_id: number; readonly last: number }>`
    SELECT definition_id, max(start_time) AS last FROM job WHERE ${planned} AND first_seen < ${begun.at} GROUP BY definition_id`
  const lastKnown = new Map(known.map(({ definition_id, last }) => [definition_id, last]))
  return new Set(
    fresh
      .filter(({ definition_id, first }) => first < Math.min(lastKnown.get(definition_id) ?? 0, lane.whole_until ?? 0))
      .map(({ definition_id }) => definition_id)
  )
})

/** Records that the lane was read whole. Where rows could not be read, a run may be among them: nothing before is known for certain. */
const markWhole = ({ settings, store: { sql } }: Syncing, reading: Reading, ended: number) => {
  const { begun, lane, rejected } = reading
  const from = rejected === 0 ? Coverage.from(sql, begun.from) : sql`${begun.at}`
  return sql`UPDATE lane SET whole_from = ${from}, whole_at = ${begun.at}, whole_until = ${begun.until},
    whole_after = ${tellsAfter(reading, ended, settings.skew)}, cursor = NULL, begun_at = NULL, begun_from = NULL, begun_until = NULL,
    failing_since = NULL, failure = ${rejected === 0 ? null : `${rejected} rows could not be read`}
    WHERE id = ${lane.id}`
}
