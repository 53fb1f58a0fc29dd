/**
 * Scopes that are themselves listed by the vendor: one lane for each item of a parent listing, discovered while others are read.
 */
import { Effect, Result, Stream } from "effect"
import type * as Listing from "../contract/Listing.ts"
import type { ListingVerbs } from "../contract/ListingVerbs.ts"
import * as VerbFailure from "../contract/VerbFailure.ts"
import { everything } from "../model/Query.ts"
import type { Reason } from "../model/Reason.ts"
import { ScanError } from "../model/ScanError.ts"
import { stackless } from "../model/Stackless.ts"
import type { ScanJob } from "../model/ScanJob.ts"
import { type Event, Progress, type RejectedRow } from "../telemetry/Progress.ts"
import type { Lane } from "./Lane.ts"
import type { Discovered, Lanes } from "./Lanes.ts"
import * as Identities from "./Identities.ts"
import * as OpenLane from "./OpenLane.ts"
import * as PreparedListing from "./PreparedListing.ts"
import * as Scopes from "./Scopes.ts"

/** The verbs of a parent listing with their types erased. */
export interface Verbs extends Omit<ListingVerbs, "job"> {
  readonly child: (item: unknown, start: object) => unknown
}

/** A prepared parent listing. */
export interface Prepared {
  readonly listing: PreparedListing.PreparedListing
  readonly child: Verbs["child"]
}

/** Prepares the parents of the listing `name`. The page loop identifies a parent by the scope that it gives. */
export const prepare = (
  name: string,
  { parents, scope }: Pick<Listing.Any, "parents" | "scope">,
  verbs: Verbs | undefined
): Prepared | undefined => {
  if (parents === undefined || verbs === undefined || scope === undefined) return undefined
  const encode = PreparedListing.scopeEncoder(scope)
  const { child } = verbs
  const idOf = VerbFailure.named("child", (item: unknown, start: object) => {
    const found = child(item, start)
    return found === undefined ? undefined : JSON.stringify(encode(found))
  })
  const job: ListingVerbs["job"] = (item, start) => {
    const vendorId = idOf(item, start)
    if (vendorId === undefined) return []
    return {
      vendorId,
      kind: "definition",
      category: "other",
      state: "scheduled",
      vendorState: null
    }
  }
  return { listing: PreparedListing.make(name, parents, { ...verbs, job }), child }
}

/** The lanes of a listing. A `scopes` verb that throws is a lane that fails. */
export const lanes = <E>(options: OpenLane.Options<E>, parents: Prepared | undefined): Lanes<ScanJob, E> => {
  const listing = options.listing.name
  const own = namedBy(options, options.listing)
  if (own instanceof VerbFailure.VerbFailure) return { listing, declared: [], discovered: [broken(options, own)] }
  const identities = Identities.make(options, own)
  const declared = own.map((scope, index) => Identities.once(identities, OpenLane.open(options, scope), index))
  if (parents === undefined) return { listing, declared, discovered: [] }
  const ofParents = namedBy(options, parents.listing)
  if (ofParents instanceof VerbFailure.VerbFailure) {
    return { listing, declared, discovered: [broken(options, ofParents)] }
  }
  // A scope that both the settings and a parent give, or several parents, is read once.
  const seen = new Set<string | null>()
  return {
    listing,
    declared,
    discovered: ofParents.map((scope) => ({
      scope: Scopes.textOf(scope.encoded),
      lanes: Stream.fromEffect(identities.all).pipe(
        Stream.flatMap((named) =>
          Stream.filter(
            discover(options, parents, scope),
            (found) => Result.isFailure(found) || !named.has(found.success.key)
          )
        ),
        Stream.filter((found) => Result.isFailure(found) || seen.size < seen.add(found.success.key).size),
        Stream.map((found) =>
          Result.isFailure(found) ? failed(options, found.failure) : OpenLane.open(options, found.success)
        )
      )
    }))
  }
}

/** The scopes that the connection names for a listing, or the failure of its `scopes`. */
const namedBy = <E>(
  { connection }: OpenLane.Options<E>,
  listing: PreparedListing.PreparedListing
): ReadonlyArray<Scopes.Scope> | VerbFailure.VerbFailure =>
  VerbFailure.attempt(
    () => Scopes.named(listing, connection),
    (failure) => failure
  )

/** If `scopes` fails, one lane is discovered, which fails. */
const broken = <E>(options: OpenLane.Options<E>, failure: VerbFailure.VerbFailure): Discovered<ScanJob, E> => ({
  scope: null,
  lanes: Stream.fromEffect(Effect.map(Effect.flip(raise(options, failure)), (error) => failed(options, error)))
})

const raise = <E>(options: OpenLane.Options<E>, failure: VerbFailure.VerbFailure): Effect.Effect<never, ScanError> =>
  Effect.mapError(VerbFailure.raise(failure, options.session.secrets), (reason) => errorOf(options, reason))

/** The scopes that the parents of one scope give. */
const discover = <E>(
  options: OpenLane.Options<E>,
  { child, listing }: Prepared,
  scope: Scopes.Scope
): Stream.Stream<Result.Result<Scopes.Scope, ScanError | E>> => {
  const { connection, listing: children, now, query } = options
  // Parents are always read from their first page: a discovered scope has no cursor of its own.
  const lane = OpenLane.open(
    { ...options, listing, resume: () => undefined, since: () => undefined },
    scope,
    everything
  )
  const start = { connection, scope: scope.scope, parent: null, query, now }
  const ofItem = (item: unknown) => Scopes.discovered(children, child(item, start), item)
  // A parent that does not fit its schema is rejected; where it still gives a scope, that scope is read all the same.
  const ofRejected = ({ raw }: RejectedRow): ReadonlyArray<Scopes.Scope> => {
    try {
      const found = child(raw, start)
      return found === undefined ? [] : [Scopes.discovered(children, found, null)]
    } catch {
      return []
    }
  }
  return lane.pages.pipe(
    Stream.flatMap(({ jobs, rejected }) =>
      VerbFailure.attempt(
        () => Stream.fromIterable([...jobs.map(({ raw }) => ofItem(raw)), ...rejected.flatMap(ofRejected)]),
        (failure) => Stream.fromEffect(raise(options, failure))
      )
    ),
    Stream.result,
    withoutJobEvents
  )
}

/** Parents are not jobs: their pages count no jobs, and neither their completion nor their unused fields are reported. */
const withoutJobEvents = <A, E>(stream: Stream.Stream<A, E>): Stream.Stream<A, E> =>
  Stream.unwrap(
    Effect.map(Progress, (tell) => {
      const listener = (event: Event) => {
        if (event._tag === "Completed" || event._tag === "Drifted") return Effect.void
        return event._tag === "PageRead" ? tell({ ...event, jobs: 0 }) : tell(event)
      }
      return Stream.provideService(stream, Progress, listener)
    })
  )

const errorOf = <E>({ connection, listing, provider }: OpenLane.Options<E>, reason: Reason) =>
  stackless(
    new ScanError({ provider, connection: connection.name, listing: listing.name, scope: null, resume: null, reason })
  )

/** A lane that only fails, so that a failure of parents surfaces where failures of listings do. */
const failed = <E>({ connection, listing, provider }: OpenLane.Options<E>, error: ScanError | E): Lane<ScanJob, E> => ({
  source: {
    provider,
    connection: connection.name,
    listing: listing.name,
    scope: error instanceof ScanError ? error.scope : null
  },
  order: "none",
  pages: Stream.fail(error instanceof ScanError ? stackless(new ScanError({ ...error, resume: null })) : error)
})
