/**
 * Tells scopes apart that the settings name differently and the vendor takes for one, such as a repository and its former name.
 *
 * The vendor is asked once for each scope that the settings name, and only where another scope could be the same.
 */
import { Effect, Stream } from "effect"
import * as VerbFailure from "../contract/VerbFailure.ts"
import * as Reason from "../model/Reason.ts"
import { Progress } from "../telemetry/Progress.ts"
import type * as OpenLane from "./OpenLane.ts"
import * as Lookup from "./Lookup.ts"
import * as Scopes from "./Scopes.ts"

/** The identities of the scopes that a connection names for a listing. */
export interface Identities {
  /** The keys that the scopes are known by: their own, and those that the vendor tells. */
  readonly all: Effect.Effect<ReadonlySet<string | null>>
  /** An earlier scope that is the same as the scope at this index, if there is one. */
  readonly earlier: (index: number) => Effect.Effect<Scopes.Scope | undefined>
}

/** Makes the identities of scopes. It asks the vendor for nothing until they are wanted. */
export const make = <E>(options: OpenLane.Options<E>, scopes: ReadonlyArray<Scopes.Scope>): Identities => {
  const { identity } = options.listing.verbs
  const told = new Map<string | null, string | null>()
  const keyOf = (scope: Scopes.Scope) =>
    Effect.suspend(() => {
      const known = told.get(scope.key)
      if (identity === undefined || known !== undefined) return Effect.succeed(known ?? scope.key)
      return Effect.tap(asked(options, identity, scope), (key) => Effect.sync(() => void told.set(scope.key, key)))
    })
  return {
    all: Effect.map(Effect.forEach(scopes, keyOf), (keys) => new Set([...scopes.map(({ key }) => key), ...keys])),
    earlier: (index) =>
      Effect.gen(function* () {
        const scope = scopes[index]
        if (identity === undefined || scope === undefined) return undefined
        const key = yield* keyOf(scope)
        for (const other of scopes.slice(0, index)) if ((yield* keyOf(other)) === key) return other
        return undefined
      })
  }
}

/** The key that the vendor tells; the scope's own key, with a note, where the vendor does not tell. */
const asked = <E>(
  { connection, listing, now, provider, query, session }: OpenLane.Options<E>,
  identity: (body: unknown) => string,
  { encoded, key, scope }: Scopes.Scope
): Effect.Effect<string | null> =>
  Lookup.answerOf(
    listing,
    session,
    { listing: listing.name, scope: Scopes.textOf(encoded) },
    { connection, scope, parent: null, query, now }
  ).pipe(
    Effect.flatMap((body) =>
      VerbFailure.attempt(
        () => Effect.succeed(identity(body)),
        (failure) => VerbFailure.raise(failure, session.secrets)
      )
    ),
    Effect.catch((error) =>
      isAbsent(error)
        ? Effect.succeed(key)
        : Effect.flatMap(Progress, (tell) =>
            Effect.as(
              tell({
                _tag: "Noted",
                provider,
                connection: connection.name,
                listing: listing.name,
                scope: Scopes.textOf(encoded),
                message: `whether it is read under another name too is not known: ${messageOf(error)}`
              }),
              key
            )
          )
    )
  )

/** Whether the scope does not exist. It then has no other name, and reading it fails anyway. */
const isAbsent = (error: unknown): boolean =>
  Reason.isReason(error) && error._tag === "VendorRejected" && error.status === 404

/** A credential may fail with any error. */
const messageOf = (error: unknown): string =>
  Reason.isReason(error) ? error.message : "the credential could not be had"

/** Reads the lane only if no earlier scope is the same as the one at its index. */
export const once = <E>(
  identities: Identities,
  lane: ReturnType<typeof OpenLane.open<E>>,
  index: number
): typeof lane =>
  index === 0
    ? lane
    : {
        ...lane,
        pages: Stream.unwrap(
          Effect.gen(function* () {
            const same = yield* identities.earlier(index)
            if (same === undefined) return lane.pages
            const message = `it is ${Scopes.textOf(same.encoded)} under another name, which is read already`
            return Stream.fromEffectDrain(
              Effect.flatMap(Progress, (tell) => tell({ _tag: "Noted", ...lane.source, message }))
            )
          })
        )
      }
