/**
 * Writes a page: the rows that are new or different, what that means, and how far the reading is. All of it is written, or nothing, so
 * that a process may end at any moment.
 */
import type { Lane, ScanJob } from "@scanjobs/core"
import { Effect } from "effect"
import * as ChangeLog from "../store/ChangeLog.ts"
import * as Rowset from "../store/Rowset.ts"
import * as Definitions from "./Definitions.ts"
import * as Fence from "./Fence.ts"
import * as JobColumns from "./JobColumns.ts"
import type { LaneRow, ListingRow } from "./Places.ts"
import type { Span, Syncing } from "./Syncing.ts"

/** The lane that a page belongs to. */
export interface Place {
  readonly lane: LaneRow
  readonly listing: ListingRow
  /** Whether a reading that was not finished goes on where it stopped. Plans are short, and are read from their beginning. */
  readonly resumes: boolean
  /** The place of each listing in its series: what a later one says of a job is more final. */
  readonly ranks: ReadonlyMap<number, number>
  readonly begun: Span
}

/** What is in the store of a job. */
interface Stored {
  readonly vendor_id: string
  readonly digest: number
  readonly state: ScanJob.State
  readonly listing_id: number
  readonly gone_at: number | null
}

/** Writes a page, and gives the ids of the changes; `null` if there are none. */
export const run = Effect.fnUntraced(function* (syncing: Syncing, place: Place, page: Lane.Page<ScanJob.ScanJob>) {
  const jobs = new Map<string, JobColumns.Digested>()
  for (const job of page.jobs) {
    const digested = JobColumns.digested(job)
    jobs.set(digested.vendorId, digested)
  }
  const { attempt, transaction } = syncing.store
  // What has not changed is not written. Whether it has is looked up without a lock first, unless all of it is new.
  if (place.lane.whole_at !== null) {
    if (yield* attempt(isStored(syncing, place, jobs))) return null
  }
  return yield* transaction(write(syncing, place, jobs, page))
})

/** Whether all these jobs are in the store as they are. What a later listing of the series has written stays. */
const isStored = (
  { store: { sql } }: Syncing,
  { lane, listing, ranks }: Place,
  jobs: ReadonlyMap<string, JobColumns.Digested>
) => {
  const rank = ranks.get(listing.id) ?? 0
  const later = [...ranks].filter(([, other]) => other > rank).map(([id]) => id)
  const listings = [listing.id, ...later]
  return Effect.map(
    sql`SELECT vendor_id, CASE WHEN listing_id = ${listing.id} THEN digest END FROM job
      WHERE series_id = ${lane.series_id} AND gone_at IS NULL AND listing_id IN ${sql.in(listings)}
        AND vendor_id IN ${Rowset.texts(sql, [...jobs.keys()])}`.values,
    (rows) =>
      rows.length === jobs.size &&
      rows.every(([vendorId, digest]) => digest === null || jobs.get(String(vendorId))?.digest === digest)
  )
}

const find = ({ store: { sql } }: Syncing, { lane }: Place, jobs: ReadonlyMap<string, JobColumns.Digested>) =>
  Effect.map(
    sql<Stored>`SELECT vendor_id, digest, state, listing_id, gone_at FROM job
      WHERE series_id = ${lane.series_id} AND vendor_id IN ${Rowset.texts(sql, [...jobs.keys()])}`,
    (rows) => new Map(rows.map((row) => [row.vendor_id, row]))
  )

/** The jobs that the store does not have, or has otherwise. */
const differing = (
  jobs: ReadonlyMap<string, JobColumns.Digested>,
  stored: ReadonlyMap<string, Stored>,
  { listing, ranks }: Place
): ReadonlyArray<JobColumns.Digested> => {
  const rankOf = (listingId: number) => ranks.get(listingId) ?? 0
  return [...jobs.values()].filter(({ digest, vendorId }) => {
    const before = stored.get(vendorId)
    if (before === undefined || before.gone_at !== null) return true
    if (before.listing_id === listing.id) return before.digest !== digest
    return rankOf(before.listing_id) < rankOf(listing.id)
  })
}

const write = Effect.fnUntraced(function* (
  syncing: Syncing,
  place: Place,
  jobs: ReadonlyMap<string, JobColumns.Digested>,
  page: Lane.Page<ScanJob.ScanJob>
) {
  const { keepsRaw, sql } = syncing.store
  const { begun, lane, listing, resumes } = place
  yield* Fence.holdSeries(syncing, lane.series_id)
  const stored = yield* find(syncing, place, jobs)
  const different = differing(jobs, stored, place)
  const now = yield* Effect.clockWith((clock) => clock.currentTimeMillis)
  const [first] = different
  let range: ChangeLog.Range | null = null
  if (first !== undefined) {
    yield* sql`UPDATE series SET id_scope = ${idScopeOf(first.job)} WHERE id = ${lane.series_id} AND id_scope IS NULL`
    yield* Definitions.write(
      syncing,
      different.map(({ job }) => job)
    )
    const definitionOf = (job: ScanJob.ScanJob) => syncing.definitions.get(Definitions.keyOf(job))?.id ?? 0
    yield* upsert(
      syncing,
      different.map((one) =>
        JobColumns.rowOf(
          one,
          { seriesId: lane.series_id, listingId: listing.id, definitionId: definitionOf(one.job) },
          now,
          keepsRaw
        )
      )
    )
    const definitionsOf = (kind: ScanJob.Kind) =>
      Rowset.integers(sql, [
        ...new Set(different.filter(({ job }) => job.kind === kind).map(({ job }) => definitionOf(job)))
      ])
    yield* sql`UPDATE definition SET unjudged = 1 WHERE unjudged = 0 AND id IN ${definitionsOf("run")}`
    yield* sql`UPDATE definition SET has_plan = 1 WHERE has_plan = 0 AND id IN ${definitionsOf("occurrence")}`
    range = yield* ChangeLog.write(sql, told(different, stored, place, now))
  }
  const cursor = page.next.request === null || !resumes ? null : JSON.stringify(page.next)
  yield* sql`UPDATE lane SET cursor = ${cursor}, begun_at = ${begun.at}, begun_from = ${begun.from}, begun_until = ${begun.until}
    WHERE id = ${lane.id}`
  return range
})

/** The part of a job's id between its listing and its vendor id. */
const idScopeOf = ({ id, vendorId }: ScanJob.ScanJob): string =>
  id
    .slice(0, id.length - vendorId.length)
    .split("/")
    .slice(3)
    .join("/")

/** A planned run that was withdrawn and is planned again begins anew. A run that vanished and is back is the same run. */
const upsert = ({ store: { sql } }: Syncing, rows: ReadonlyArray<JobColumns.JobRow>) => {
  const rowset = Rowset.make(sql, JobColumns.columns)
  const isAnew = "job.gone_at IS NOT NULL AND job.kind = 'occurrence'"
  const kept = ["confirmed_at", "moved", "verdict", "why", "met_series", "met_vendor_id", "delay"].map(
    (column) => `${column} = CASE WHEN ${isAnew} THEN NULL ELSE job.${column} END`
  )
  return rowset.insert(
    "job",
    rows,
    `ON CONFLICT (series_id, vendor_id) DO UPDATE SET ${rowset.excludedBut("series_id", "vendor_id", "first_seen")}, gone_at = NULL,
      first_seen = CASE WHEN ${isAnew} THEN excluded.first_seen ELSE job.first_seen END, ${kept.join(", ")}`
  )
}

/**
 * The changes that are worth telling. The first whole reading of a listing tells what there is. A lane that comes later, such as that of
 * a new schedule, tells what started since then.
 */
const told = (
  different: ReadonlyArray<JobColumns.Digested>,
  stored: ReadonlyMap<string, Stored>,
  { lane, listing }: Place,
  now: number
): ReadonlyArray<ChangeLog.Told> => {
  const since = lane.whole_at === null ? listing.whole_at : Number.NEGATIVE_INFINITY
  return different.flatMap(({ job, vendorId }): ReadonlyArray<ChangeLog.Told> => {
    const before = stored.get(vendorId)
    const place = { at: now, series_id: lane.series_id, vendor_id: vendorId, now: job.state }
    if (before !== undefined && before.gone_at === null) {
      // The state of a definition is that of its last run, which is told itself.
      const isTold = before.state !== job.state && job.kind !== "definition"
      return isTold ? [{ ...place, what: "state", was: before.state }] : []
    }
    const isNews = job.kind !== "occurrence" && since !== null && (job.startTime ?? now) >= since
    return isNews ? [{ ...place, what: "new", was: null }] : []
  })
}
