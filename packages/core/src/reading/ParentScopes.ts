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
  /** How the parents' own parents are read. */
  readonly parents?: Verbs
}

/** A prepared parent listing. */
export interface Prepared {
  readonly listing: PreparedListing.PreparedListing
  readonly child: Verbs["child"]
  /** What the scopes of the parents are found by. */
  readonly parents: Prepared | undefined
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
  const { parents: grandparents, ...own } = verbs
  return {
    listing: PreparedListing.make(name, parents, { ...own, job }),
    child,
    parents: prepare(name, parents, grandparents)
  }
}

/** The lanes of a listing. A `scopes` verb that throws is a lane that fails. */
export const lanes = <E>(options: OpenLane.Options<E>, parents: Prepared | undefined): Lanes<ScanJob, E> => {
  const listing = options.listing.name
  const own = namedBy(options, options.listing)
  if (own instanceof VerbFailure.VerbFailure) return { listing, declared: [], discovered: [broken(options, own)] }
  const identities = Identities.make(options, own)
  const declared = own.map((scope, index) => Identities.once(identities, OpenLane.open(options, scope), index))
  if (parents === undefined) return { listing, declared, discovered: [] }
  const roots = rootsOf(options, parents)
  if (roots instanceof VerbFailure.VerbFailure) return { listing, declared, discovered: [broken(options, roots)] }
  const first = firstOnly<E>()
  return {
    listing,
    declared,
    discovered: roots.map(({ found, scope }) => ({
      scope,
      lanes: Stream.fromEffect(identities.all).pipe(
        Stream.flatMap((named) =>
          Stream.filter(
            Stream.flatMap(found, (one) => ofFound(options, parents, one)),
            (one) => Result.isFailure(one) || !named.has(one.success.key)
          )
        ),
        Stream.filter(first),
        Stream.map((one) =>
          Result.isFailure(one) ? failed(options, one.failure) : OpenLane.open(options, one.success)
        )
      )
    }))
  }
}

/** A scope that was found, or why scopes could not be found. */
type Found<E> = Result.Result<Scopes.Scope, ScanError | E>

/** Where the scopes of parents come from: what the connection names, and what their own parents give. */
interface Root<E> {
  /** The scope that the connection names, as text; `null` where it names none. */
  readonly scope: string | null
  /** The scopes of the parents that it leads to. */
  readonly found: Stream.Stream<Found<E>>
}

/** The roots of parents; the failure of a `scopes` verb, where one fails. */
const rootsOf = <E>(
  options: OpenLane.Options<E>,
  { listing, parents }: Prepared
): ReadonlyArray<Root<E>> | VerbFailure.VerbFailure => {
  const own = namedBy(options, listing)
  if (own instanceof VerbFailure.VerbFailure) return own
  const named = own.map((scope) => ({
    scope: Scopes.textOf(scope.encoded),
    found: Stream.succeed<Found<E>>(Result.succeed(scope))
  }))
  const above = parents === undefined ? [] : rootsOf(options, parents)
  if (above instanceof VerbFailure.VerbFailure) return above
  const known = new Set(own.map(({ key }) => key))
  // One filter for all roots: parents that several of them give are read once.
  const first = firstOnly<E>(known)
  return [
    ...named,
    ...above.map(({ found, scope }) => ({
      scope,
      found: Stream.filter(
        Stream.flatMap(found, (one) =>
          parents === undefined ? Stream.empty : ofFound({ ...options, listing }, parents, one)
        ),
        first
      )
    }))
  ]
}

/** Lets each scope pass once, and none of those that are known already. Failures always pass. */
const firstOnly = <E>(known: ReadonlySet<string | null> = new Set()) => {
  const seen = new Set(known)
  return (found: Found<E>): boolean => Result.isFailure(found) || seen.size < seen.add(found.success.key).size
}

/** The scopes that the parents of a scope give; a failure stays one. */
const ofFound = <E>(options: OpenLane.Options<E>, parents: Prepared, found: Found<E>): Stream.Stream<Found<E>> =>
  Result.isFailure(found) ? Stream.succeed(found) : discover(options, parents, found.success)

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
): Stream.Stream<Found<E>> => {
  const { connection, listing: children, now, query } = options
  // Parents are always read from their first page: a discovered scope has no cursor of its own.
  const lane = OpenLane.open(
    { ...options, listing, resume: () => undefined, since: () => undefined },
    scope,
    everything
  )
  const start = { connection, scope: scope.scope, parent: scope.parent, query, now }
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
