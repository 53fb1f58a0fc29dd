/**
 * Scopes that are themselves a listing: one lane for each item of a parent listing, found while others are read.
 */
import { Effect, Result, Stream } from "effect"
import * as Lane from "./OpenLane.ts"
import type { Lanes } from "./Lanes.ts"
import type { ListingVerbs } from "../contract/ListingVerbs.ts"
import type * as Listing from "../contract/Listing.ts"
import { type Event, Progress } from "../telemetry/Progress.ts"
import { everything } from "../model/Query.ts"
import type { Reason } from "../model/Reason.ts"
import { ScanError } from "../model/ScanError.ts"
import type { ScanJob } from "../model/ScanJob.ts"
import * as VerbFailure from "../contract/VerbFailure.ts"

/** The verbs of a parent listing, as the library calls them. */
export interface Verbs extends Omit<ListingVerbs, "job"> {
  readonly child: (item: unknown, start: object) => unknown
}

/** A parent listing with everything that is made of its declaration alone. */
export interface Prepared {
  readonly listing: Lane.Prepared
  readonly child: Verbs["child"]
}

/** Prepares the parents of the listing `name`; an item counts as one by what its child is. */
export const prepare = (
  name: string,
  { parents, scope }: Pick<Listing.Any, "parents" | "scope">,
  verbs: Verbs | undefined
): Prepared | undefined => {
  if (parents === undefined || verbs === undefined || scope === undefined) return undefined
  const encode = Lane.scopeEncoder(scope)
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
  return { listing: Lane.prepare(name, parents, { ...verbs, job }), child }
}

/** The lanes of a listing. */
export const lanes = <E>(options: Lane.Options<E>, parents: Prepared | undefined): Lanes<ScanJob, E> => {
  const { secrets } = options.session
  const named = VerbFailure.attempt(
    () => Lane.namedScopes(options.listing, options.connection),
    (failure) => failure
  )
  if (named instanceof VerbFailure.VerbFailure) {
    const reason = Effect.flip(VerbFailure.raise(named, secrets))
    return {
      named: [],
      found: Stream.fromEffect(Effect.map(reason, (reason) => failed(options, errorOf(options, reason))))
    }
  }
  const found =
    parents === undefined
      ? undefined
      : Stream.suspend(() => {
          // A scope that is given twice would give every job twice.
          const seen = new Set(named.map(({ encoded }) => JSON.stringify(encoded)))
          const isNew = ({ encoded }: Lane.Scope) => seen.size < seen.add(JSON.stringify(encoded)).size
          return foundBy(options, parents).pipe(
            Stream.filter((result) => Result.isFailure(result) || isNew(result.success)),
            Stream.map((result) =>
              Result.isFailure(result) ? failed(options, result.failure) : Lane.make(options, result.success)
            )
          )
        })
  return { named: named.map((scope) => Lane.make(options, scope)), found }
}

/** The scopes that the parents give. Where the parents of one scope cannot be read, those of the others are all the same. */
const foundBy = <E>(
  options: Lane.Options<E>,
  { child, listing }: Prepared
): Stream.Stream<Result.Result<Lane.Scope, ScanError | E>> => {
  const { connection, listing: children, query } = options
  const of = (scope: Lane.Scope) => {
    // Where reading the parents broke off, they are read again from the beginning: an item has no place of its own to go on from.
    const lane = Lane.make({ ...options, listing, resume: () => undefined }, scope, everything)
    const start = { connection, scope: scope.scope, parent: null, query }
    return Lane.jobs(lane.pages).pipe(
      Stream.map(({ raw }): Lane.Scope => {
        const found = child(raw, start)
        return { scope: found, encoded: children.encodeScope?.(found) ?? null, parent: raw }
      }),
      Stream.result
    )
  }
  return VerbFailure.attempt(
    () => Stream.flatMap(Stream.fromIterable(Lane.namedScopes(listing, connection)), of),
    (failure) =>
      Stream.fromEffect(
        Effect.map(Effect.flip(VerbFailure.raise(failure, options.session.secrets)), (reason) =>
          Result.fail(errorOf(options, reason))
        )
      )
  ).pipe(quietly)
}

/** Parents are no jobs: their pages are told only for what is wrong in them, and fields that nobody uses are not told. */
const quietly = <A, E>(stream: Stream.Stream<A, E>): Stream.Stream<A, E> =>
  Stream.unwrap(
    Effect.map(Progress, (tell) => {
      const listener = (event: Event) => {
        if (event._tag === "Completed" || event._tag === "Drifted") return Effect.void
        return event._tag === "PageRead" ? tell({ ...event, jobs: 0 }) : tell(event)
      }
      return Stream.provideService(stream, Progress, listener)
    })
  )

const errorOf = <E>({ connection, listing, provider }: Lane.Options<E>, reason: Reason) =>
  new ScanError({ provider, connection: connection.name, listing: listing.name, scope: null, resume: null, reason })

/** A lane that gives nothing but the failure of its parents, so that it fails where a listing fails. */
const failed = <E>(
  { connection, listing, provider }: Lane.Options<E>,
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
