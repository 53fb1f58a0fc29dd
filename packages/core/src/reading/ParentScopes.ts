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
import type { ScanJob } from "../model/ScanJob.ts"
import { type Event, Progress } from "../telemetry/Progress.ts"
import * as Lane from "./Lane.ts"
import type { Lanes } from "./Lanes.ts"
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

/** Prepares the parents of the listing `name`. The page loop identifies an item by its child, the scope. */
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

/** The lanes of a listing. */
export const lanes = <E>(options: OpenLane.Options<E>, parents: Prepared | undefined): Lanes<ScanJob, E> => {
  const { secrets } = options.session
  const named = VerbFailure.attempt(
    () => Scopes.named(options.listing, options.connection),
    (failure) => failure
  )
  if (named instanceof VerbFailure.VerbFailure) {
    const reason = Effect.flip(VerbFailure.raise(named, secrets))
    return {
      declared: [],
      discovered: Stream.fromEffect(Effect.map(reason, (reason) => failed(options, errorOf(options, reason))))
    }
  }
  const discovered =
    parents === undefined
      ? undefined
      : Stream.suspend(() => {
          // A scope that both the settings and a parent give is read once.
          const seen = new Set(named.map(({ encoded }) => JSON.stringify(encoded)))
          const isNew = ({ encoded }: Scopes.Scope) => seen.size < seen.add(JSON.stringify(encoded)).size
          return discover(options, parents).pipe(
            Stream.filter((result) => Result.isFailure(result) || isNew(result.success)),
            Stream.map((result) =>
              Result.isFailure(result) ? failed(options, result.failure) : OpenLane.open(options, result.success)
            )
          )
        })
  return { declared: named.map((scope) => OpenLane.open(options, scope)), discovered }
}

/** The scopes that the parents give. Parents that cannot be read for one of their own scopes do not affect the others. */
const discover = <E>(
  options: OpenLane.Options<E>,
  { child, listing }: Prepared
): Stream.Stream<Result.Result<Scopes.Scope, ScanError | E>> => {
  const { connection, listing: children, query } = options
  const ofScope = (scope: Scopes.Scope) => {
    // Parents are always read from their first page: a discovered scope has no cursor of its own.
    const lane = OpenLane.open({ ...options, listing, resume: () => undefined }, scope, everything)
    const start = { connection, scope: scope.scope, parent: null, query }
    return Lane.jobs(lane.pages).pipe(
      Stream.map(({ raw }): Scopes.Scope => {
        const found = child(raw, start)
        return { scope: found, encoded: children.encodeScope?.(found) ?? null, parent: raw }
      }),
      Stream.result
    )
  }
  return VerbFailure.attempt(
    () => Stream.flatMap(Stream.fromIterable(Scopes.named(listing, connection)), ofScope),
    (failure) =>
      Stream.fromEffect(
        Effect.map(Effect.flip(VerbFailure.raise(failure, options.session.secrets)), (reason) =>
          Result.fail(errorOf(options, reason))
        )
      )
  ).pipe(withoutJobEvents)
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
  new ScanError({ provider, connection: connection.name, listing: listing.name, scope: null, resume: null, reason })

/** A lane that only fails, so that a failure of parents surfaces where failures of listings do. */
const failed = <E>(
  { connection, listing, provider }: OpenLane.Options<E>,
  error: ScanError | E
): Lane.Lane<ScanJob, E> => ({
  source: {
    provider,
    connection: connection.name,
    listing: listing.name,
    scope: error instanceof ScanError ? error.scope : null
  },
  order: "none",
  pages: Stream.fail(error instanceof ScanError ? new ScanError({ ...error, resume: null }) : error)
})
