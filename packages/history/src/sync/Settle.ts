/**
 * What a complete reading proves: that what it does not have is gone, and that planned runs were still planned.
 */
import { Clock, Effect } from "effect"
import type { Statement } from "effect/sql"
import type * as Change from "../store/Change.ts"
import * as ChangeLog from "../store/ChangeLog.ts"
import { openStates } from "../store/Migrations.ts"
import * as Rowset from "../store/Rowset.ts"
import * as Coverage from "./Coverage.ts"
import * as Fence from "./Fence.ts"
import type { LaneRow } from "./Places.ts"
import * as PlanConfirmation from "./PlanConfirmation.ts"
import type { Span, Syncing } from "./Syncing.ts"

/** One complete reading of a lane. */
export interface Reading {
  readonly lane: LaneRow
  readonly listingId: number
  /** Whether it can have planned runs. */
  readonly hasPlan: boolean
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
      yield* Fence.holdSeries(syncing, first.lane.series_id)
      const told =
        isAll && readings.every(({ isConclusive }) => isConclusive) ? yield* conclude(syncing, readings, ended) : []
      const range = yield* ChangeLog.write(sql, told)
      for (const reading of readings) yield* markWhole(syncing, reading, ended)
      return range
    })
  )

const conclude = Effect.fnUntraced(function* (syncing: Syncing, readings: ReadonlyArray<Reading>, ended: number) {
  const { sql } = syncing.store
  const begunAt = Math.min(...readings.map(({ begun }) => begun.at))
  const from = Math.max(...readings.map(({ begun }) => begun.from))
  // A vendor whose clock differs, or that answers late, may leave out of a plan what is due just now.
  const after = Math.max(from, ended + syncing.settings.skew)
  const until = Math.min(...readings.map(({ begun }) => begun.until ?? endOfTime))
  const seriesId = readings[0]?.lane.series_id ?? 0
  // What another process wrote after this reading began is not missing from it.
  const of = (kind: string, where: Statement.Fragment) =>
    sql`SELECT vendor_id, definition_id, state, kind, start_time FROM job WHERE series_id = ${seriesId} AND gone_at IS NULL
      AND kind = ${sql.literal(`'${kind}'`)} AND changed_at < ${begunAt} AND ${where}`
  const inSpan = (first: number) => sql`start_time > ${first} AND start_time < ${until}`
  const known = yield* sql<Open>`${of("definition", sql`start_time IS NULL`)}
    UNION ALL ${of("run", sql`state IN ${sql.literal(openStates)} AND (start_time IS NULL OR (${inSpan(from)}))`)}
    UNION ALL ${of("occurrence", sql`start_time IS NULL`)} UNION ALL ${of("occurrence", inSpan(after))}`
  const gone = known.filter(({ vendor_id }) => readings.every(({ seen }) => !seen.has(vendor_id)))
  if (gone.length > 0) {
    yield* sql`UPDATE job SET gone_at = ${begunAt}, verdict = CASE WHEN kind = 'occurrence' THEN 'withdrawn' ELSE verdict END
      WHERE series_id = ${seriesId} AND vendor_id IN ${Rowset.texts(
        sql,
        gone.map(({ vendor_id }) => vendor_id)
      )}`
  }
  const changed = new Set(gone.map(({ definition_id }) => definition_id))
  for (const { begun, hasPlan, lane } of readings)
    if (hasPlan) yield* PlanConfirmation.run(syncing, { begun, lane, after, changed })
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

/**
 * Records that the lane was read whole. Where rows could not be read, a run may be among them: nothing before is known for certain. A
 * reading that proves no absence does not confirm a plan either.
 */
const markWhole = (
  { settings, store: { sql } }: Syncing,
  { begun, isConclusive, lane, rejected }: Reading,
  ended: number
) => {
  const from = rejected === 0 ? Coverage.from(sql, begun.from) : sql`${begun.at}`
  return sql`UPDATE lane SET whole_from = ${from}, whole_at = ${begun.at}, whole_until = ${begun.until},
    whole_after = ${isConclusive ? ended + settings.skew : null}, cursor = NULL, begun_at = NULL, begun_from = NULL, begun_until = NULL,
    failing_since = NULL, failure = ${unreadable(rejected)}
    WHERE id = ${lane.id}`
}

const unreadable = (rows: number): string | null =>
  rows === 0 ? null : `${rows} ${rows === 1 ? "row" : "rows"} could not be read`
