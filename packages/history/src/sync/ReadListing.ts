/**
 * Reads one listing, lane by lane, and writes its pages. A lane that fails does not keep the others from being written.
 */
import { Cursor, type Lane, type Provider, type ScanJob } from "@scanjobs/core"
import { Cause, Duration, Effect, Option, Predicate, Schema, Stream } from "effect"
import type * as Change from "../store/Change.ts"
import * as ChangeLog from "../store/ChangeLog.ts"
import type { StoreError } from "../store/StoreError.ts"
import * as Fence from "./Fence.ts"
import { isOpen, type ListingRole } from "./ListingRole.ts"
import { storable } from "./JobColumns.ts"
import * as Places from "./Places.ts"
import * as SavePage from "./SavePage.ts"
import type * as Settle from "./Settle.ts"
import * as Since from "./Since.ts"
import type { OnFailure, Source } from "./Source.ts"
import type { Span, Syncing } from "./Syncing.ts"

/** What became of reading a lane. */
export type Outcome =
  | { readonly _tag: "whole"; readonly scope: string; readonly reading: Settle.Reading }
  | {
      readonly _tag: "failed"
      readonly scope: string
      readonly failure: string
      /** The lane, if a page of it was ever read. */
      readonly lane: Places.LaneRow | undefined
    }

/** A listing that is about to be read. */
export interface OpenListing {
  readonly role: ListingRole
  readonly row: Places.ListingRow
  readonly lanes: ReadonlyMap<string, Places.LaneRow>
  /** What is asked for where a lane has nothing of its own. */
  readonly span: Span
  readonly since: Since.Since | undefined
  /** Filled as its lanes are read. */
  readonly outcomes: Array<Outcome>
}

type Place = Parameters<NonNullable<Provider.RunOptions["since"]>>[0]

/** For how long a reading that was not finished can go on. Later, it begins anew. */
const resumable = Duration.toMillis("7 days")

/** Looks up what was read before, and what is to be read now. */
export const open = Effect.fnUntraced(function* (syncing: Syncing, role: ListingRole) {
  const { connectionId, now, settings, store } = syncing
  const row = yield* store.attempt(Places.listing(store.sql, connectionId, role))
  const known = yield* store.attempt(Places.lanes(store.sql, row.id))
  const since = role.isPlan ? undefined : yield* store.attempt(Since.make(syncing, row, known))
  return {
    role,
    row,
    lanes: new Map(known.map((lane) => [lane.scope, lane])),
    span: { at: now, from: since?.all ?? now, until: role.isPlan || role.isEndless ? now + settings.ahead : null },
    since,
    outcomes: []
  } satisfies OpenListing
})

/** Reads a listing, and gives what changed. */
export const run = <E, R, E2, R2>(
  syncing: Syncing,
  source: Source<E, R>,
  listing: OpenListing,
  ranks: ReadonlyMap<number, number>,
  onFailure: OnFailure<E, E2, R2>
): Stream.Stream<Change.Change, E2 | StoreError | Fence.SyncSuperseded, R | R2> => {
  const { role, since, span } = listing
  const { connection, failure, settings } = syncing
  // What failed as a whole was told, and would fail again.
  if (failure !== null) return Stream.empty
  const query = { from: span.from, ...(span.until === null ? { order: "descending" as const } : { until: span.until }) }
  const options = {
    listings: [role.name] as const,
    resume: cursorsOf(syncing, listing),
    ...(since === undefined
      ? {}
      : { since: ({ scope }: Place) => begunSpan(syncing, listing, storable(scope ?? "")).from })
  }
  const lanes = source.lanes(query, options).pipe(
    Stream.map((lane) => ({ _tag: "lane", lane }) as const),
    Stream.catchCause((cause) => Stream.succeed({ _tag: "failed", cause } as const))
  )
  const failed = (cause: Cause.Cause<E>) =>
    Effect.suspend(() => {
      syncing.failure = textOf(cause)
      return onFailure({ provider: source.provider, connection, listing: null, scope: null, cause })
    })
  return lanes.pipe(
    Stream.flatMap(
      (part) =>
        part._tag === "lane"
          ? readLane(syncing, listing, ranks, part.lane, onFailure)
          : Stream.fromEffectDrain(failed(part.cause)),
      { concurrency: Math.max(1, settings.concurrency ?? source.concurrency), bufferSize: 1 }
    )
  )
}

const decodeCursor = Schema.decodeUnknownOption(Schema.fromJsonString(Cursor.Cursor))

/** Where readings that were not finished go on. */
const cursorsOf = ({ now }: Syncing, { lanes, role }: OpenListing): ReadonlyArray<Cursor.Cursor> =>
  role.isPlan
    ? []
    : [...lanes.values()].flatMap((lane) => (isResumable(lane, now) ? Option.toArray(decodeCursor(lane.cursor)) : []))

const isResumable = ({ begun_at, cursor }: Places.LaneRow, now: number): boolean =>
  cursor !== null && begun_at !== null && begun_at > now - resumable

const readLane = <E, E2, R2>(
  syncing: Syncing,
  listing: OpenListing,
  ranks: ReadonlyMap<number, number>,
  { pages, source: place }: Lane.Lane<ScanJob.ScanJob, E>,
  onFailure: OnFailure<E, E2, R2>
) =>
  Stream.suspend(() => {
    const { store } = syncing
    const { role, row } = listing
    const scope = storable(place.scope ?? "")
    let lane = listing.lanes.get(scope)
    const isResumed = resumedLane(syncing, listing, scope) !== undefined
    const begun = begunSpan(syncing, listing, scope)
    const seen = new Set<string>()
    let pagesRead = 0
    let rejected = 0
    const found = Effect.suspend(() =>
      lane === undefined
        ? Effect.tap(
            store.transaction(
              Places.lane(store.sql, {
                connectionId: syncing.connectionId,
                listingId: row.id,
                series: role.series,
                scope
              })
            ),
            (made) => Effect.sync(() => (lane = made))
          )
        : Effect.succeed(lane)
    )
    const save = Effect.fnUntraced(function* (page: Lane.Page<ScanJob.ScanJob>) {
      const known = yield* found
      for (const { kind, state, vendorId } of page.jobs) {
        if (kind !== "run" || isOpen(state)) seen.add(storable(vendorId))
      }
      pagesRead++
      rejected += page.rejected.length
      const written = { lane: known, listing: row, resumes: !role.isPlan, ranks, begun }
      return yield* changesIn(syncing, yield* SavePage.run(syncing, written, page))
    })
    const whole = Effect.map(found, (known) => {
      const isConclusive = !isResumed && rejected === 0
      listing.outcomes.push({
        _tag: "whole",
        scope,
        reading: { lane: known, listingId: row.id, hasPlan: role.hasPlan, begun, seen, isConclusive, rejected }
      })
      return []
    })
    const failed = Effect.fnUntraced(function* (cause: Cause.Cause<unknown>) {
      const failure = textOf(cause)
      listing.outcomes.push({ _tag: "failed", scope, failure, lane })
      if (lane === undefined) return
      // A place that the vendor does not accept any more would fail for ever.
      const startsAnew = isResumed && pagesRead === 0 && !isRetryable(Cause.squash(cause))
      const noted = store.sql`UPDATE lane SET failing_since = COALESCE(failing_since, ${syncing.now}), failure = ${failure}
        ${startsAnew ? store.sql`, cursor = NULL, begun_at = NULL` : store.sql``} WHERE id = ${lane.id}`
      yield* store.transaction(Effect.andThen(Fence.hold(syncing), noted))
    })
    return pages.pipe(
      Stream.map((page) => ({ _tag: "page", page }) as const),
      Stream.concat(Stream.succeed({ _tag: "whole" } as const)),
      Stream.catchCause((cause) => Stream.succeed({ _tag: "failed", cause } as const)),
      Stream.mapEffect(
        (part): Effect.Effect<ReadonlyArray<Change.Change>, StoreError | Fence.SyncSuperseded | E2, R2> => {
          if (part._tag === "page") return save(part.page)
          if (part._tag === "whole") return whole
          return Effect.as(Effect.andThen(failed(part.cause), onFailure({ ...place, cause: part.cause })), [])
        }
      ),
      Stream.flattenIterable
    )
  })

/** The lane of a scope, where its reading goes on. */
const resumedLane = ({ now }: Syncing, { lanes, role }: OpenListing, scope: string): Places.LaneRow | undefined => {
  const lane = lanes.get(scope)
  return !role.isPlan && lane !== undefined && isResumable(lane, now) ? lane : undefined
}

/** What the reading of a scope covers. One that goes on is about the time at which it began, and asks for the same start times. */
const begunSpan = (syncing: Syncing, listing: OpenListing, scope: string): Span => {
  const { since, span } = listing
  const lane = resumedLane(syncing, listing, scope)
  if (lane === undefined) return since === undefined ? span : { ...span, from: since.lane(scope) }
  return { at: lane.begun_at ?? span.at, from: lane.begun_from ?? span.from, until: lane.begun_until }
}

/** The changes that were written together. */
export const changesIn = ({ store: { attempt, sql } }: Syncing, range: ChangeLog.Range | null) =>
  range === null
    ? Effect.succeed([])
    : attempt(ChangeLog.read(sql, sql`h.id >= ${range.first} AND h.id <= ${range.last}`, range.last - range.first + 1))

/** What went wrong, in one line. Errors of core hold no secrets. */
export const textOf = (cause: Cause.Cause<unknown>): string => {
  const error = Cause.squash(cause)
  const text = error instanceof Error ? error.message : String(error)
  return storable(text.slice(0, 1000))
}

const isRetryable = (error: unknown): boolean => Predicate.hasProperty(error, "retryable") && error.retryable === true
