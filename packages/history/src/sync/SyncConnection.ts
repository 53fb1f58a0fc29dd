/**
 * One sync of one connection: its listings are read series by series, settled, and then its plan is judged.
 */
import { Cause, Clock, Effect, Stream } from "effect"
import type { Change } from "../store/Change.ts"
import type { Range } from "../store/ChangeLog.ts"
import * as Digest from "../store/Digest.ts"
import { Store } from "../store/OpenStore.ts"
import * as Rowset from "../store/Rowset.ts"
import type { StoreError } from "../store/StoreError.ts"
import * as Coverage from "./Coverage.ts"
import * as Fence from "./Fence.ts"
import * as Forget from "../store/Forget.ts"
import * as Judge from "./Judge.ts"
import * as ListingRole from "./ListingRole.ts"
import * as Places from "./Places.ts"
import * as ReadListing from "./ReadListing.ts"
import * as Settings from "./Settings.ts"
import * as Settle from "./Settle.ts"
import type { OnFailure, Source } from "./Source.ts"
import type { Syncing } from "./Syncing.ts"

/** Reads what can have changed, writes it, and gives what is different. */
export const run = <E, R, E2, R2>(
  source: Source<E, R>,
  onFailure: OnFailure<E, E2, R2>,
  options: Settings.Options
): Stream.Stream<Change, StoreError | E2, Store | R | R2> =>
  Stream.unwrap(
    Effect.map(begin(source, options), (syncing) =>
      Stream.fromIterable(ListingRole.bySeries(source.listings)).pipe(
        Stream.flatMap((group) => readSeries(syncing, source, group, onFailure)),
        Stream.concat(changesOf(syncing, Judge.run(syncing))),
        Stream.concat(Stream.fromEffectDrain(finish(syncing))),
        Stream.catchTag("SyncSuperseded", () =>
          Stream.fromEffectDrain(
            onFailure({
              provider: source.provider,
              connection: source.connection,
              listing: null,
              scope: null,
              cause: Cause.fail(new Fence.SyncSuperseded({ connection: source.connection }))
            })
          )
        )
      )
    )
  )

const begin = Effect.fnUntraced(function* <E, R>(source: Source<E, R>, options: Settings.Options) {
  const store = yield* Store
  const connectionId = yield* store.attempt(Places.connection(store.sql, source.connection, source.provider))
  const sync = yield* store.transaction(
    Effect.andThen(
      Places.identify(store.sql, connectionId, Digest.make(source.identity)),
      Fence.begin(store.sql, connectionId)
    )
  )
  const tags = options.tagsOf?.({ provider: source.provider, name: source.connection })
  if (tags !== undefined) yield* store.transaction(Places.tag(store.sql, connectionId, tags))
  const syncing: Syncing = {
    store,
    settings: Settings.make(options, store.retention),
    provider: source.provider,
    connection: source.connection,
    connectionId,
    sync,
    now: yield* Clock.currentTimeMillis,
    definitions: new Map(),
    failure: null
  }
  return syncing
})

/** The changes with the ids that an effect gives. */
const changesOf = <E>(syncing: Syncing, ranges: Effect.Effect<ReadonlyArray<Range>, E>) =>
  Stream.fromIterableEffect(ranges).pipe(
    Stream.mapEffect((range) => ReadListing.changesIn(syncing, range)),
    Stream.flattenIterable
  )

/** Reads the listings of one series, one after the other, and then settles what all of them together prove. */
const readSeries = <E, R, E2, R2>(
  syncing: Syncing,
  source: Source<E, R>,
  group: ReadonlyArray<ListingRole.ListingRole>,
  onFailure: OnFailure<E, E2, R2>
): Stream.Stream<Change, StoreError | Fence.SyncSuperseded | E2, R | R2> =>
  Stream.unwrap(
    Effect.map(
      Effect.forEach(group, (role) => ReadListing.open(syncing, role)),
      (listings) => {
        const ranks = new Map(listings.map(({ row }, rank) => [row.id, rank]))
        return Stream.fromIterable(listings).pipe(
          Stream.flatMap((listing) => ReadListing.run(syncing, source, listing, ranks, onFailure)),
          Stream.concat(changesOf(syncing, settle(syncing, listings)))
        )
      }
    )
  )

/** Settles the lanes of each scope, and then the listings. */
const settle = Effect.fnUntraced(function* (syncing: Syncing, listings: ReadonlyArray<ReadListing.OpenListing>) {
  const ranges: Array<Range> = []
  const readings = listings.flatMap(({ outcomes }) =>
    outcomes.flatMap((outcome) => (outcome._tag === "whole" ? [outcome.reading] : []))
  )
  for (const ofScope of Map.groupBy(readings, ({ lane }) => lane.series_id).values()) {
    // What is absent from one listing of a series may be in another one that could not be read.
    const range = yield* Settle.run(syncing, ofScope, ofScope.length === listings.length)
    if (range !== null) ranges.push(range)
  }
  for (const listing of listings) {
    yield* syncing.store.transaction(Effect.andThen(Fence.hold(syncing), settleListing(syncing, listing)))
  }
  return ranges
})

/**
 * A listing is whole unless it failed as a whole, or something failed that was never read and so may stand for any number of scopes.
 * Lanes that a whole listing did not name have nothing new: vendors that list scopes leave out those in which nothing started.
 */
const settleListing = Effect.fnUntraced(function* (
  { failure, now, store: { sql } }: Syncing,
  { outcomes, role, row, span }: ReadListing.OpenListing
) {
  const failed = outcomes.find(
    (outcome) => outcome._tag === "failed" && (outcome.scope === "" || outcome.lane?.whole_at == null)
  )
  if (failure !== null || failed?._tag === "failed") {
    const text =
      failed?._tag === "failed" ? `${failed.scope === "" ? "" : `${failed.scope}: `}${failed.failure}` : failure
    yield* sql`UPDATE listing SET failing_since = COALESCE(failing_since, ${now}), failure = ${text} WHERE id = ${row.id}`
    return
  }
  // A reading that went on is about the time at which it began.
  const began = outcomes.flatMap((outcome) => (outcome._tag === "whole" ? [outcome.reading.begun.at] : []))
  const at = Math.min(now, ...began)
  const isClear = outcomes.every((outcome) => outcome._tag === "failed" || outcome.reading.rejected === 0)
  const from = isClear ? Coverage.from(sql, span.from) : sql`${now}`
  yield* sql`UPDATE listing SET whole_from = ${from}, whole_at = ${at}, failing_since = NULL, failure = NULL WHERE id = ${row.id}`
  const unnamed = sql`listing_id = ${row.id} AND scope NOT IN ${Rowset.texts(
    sql,
    outcomes.map(({ scope }) => scope)
  )}`
  // A plan that is not named any more is not known to be empty.
  yield* role.isPlan
    ? sql`UPDATE lane SET failing_since = NULL, failure = NULL WHERE failure IS NOT NULL AND ${unnamed}`
    : sql`UPDATE lane SET whole_from = ${Coverage.from(sql, span.from)}, whole_at = ${now}, cursor = NULL, begun_at = NULL,
        failing_since = NULL, failure = NULL WHERE ${unnamed}`
})

/** Records how it went, and forgets what is older than the store keeps. */
const finish = Effect.fnUntraced(function* (syncing: Syncing) {
  const { connectionId, failure, now, store } = syncing
  const { sql } = store
  const failing = failure === null ? sql`NULL` : sql`COALESCE(failing_since, ${now})`
  const ended = sql`UPDATE connection SET synced_at = ${now}, failing_since = ${failing}, failure = ${failure} WHERE id = ${connectionId}`
  yield* store.transaction(Effect.andThen(Fence.holdAlone(syncing), ended))
  if (store.retention !== null) yield* Forget.before(store, now - store.retention, connectionId)
})
