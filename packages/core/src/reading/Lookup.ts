/**
 * What a listing looks up once for each scope, such as a name that its rows do not carry.
 */
import { Effect, Result } from "effect"
import * as Excerpt from "../contract/Excerpt.ts"
import type { Place } from "../contract/Place.ts"
import * as VerbFailure from "../contract/VerbFailure.ts"
import * as Reason from "../model/Reason.ts"
import { Progress, type Source } from "../telemetry/Progress.ts"
import type { PreparedListing } from "./PreparedListing.ts"
import type { Session } from "./Session.ts"

/** What the lookup brings. It is `null`, with a note, where the vendor refuses it or its answer cannot be read. */
export const ask = <E>(
  listing: PreparedListing,
  session: Session<E>,
  source: Source,
  start: object
): Effect.Effect<unknown, Reason.Reason | E> =>
  Effect.catchIf(answerOf(listing, session, source, start), leavesUnknown, (reason) =>
    Effect.flatMap(Progress, (tell) =>
      Effect.as(
        tell({ _tag: "Noted", ...source, message: `${listing.lookup?.endpoint ?? "lookup"}: ${reason.message}` }),
        null
      )
    )
  )

/** The answer of the lookup; `null` for a listing without one. */
export const answerOf = <E>(
  { lookup, verbs }: PreparedListing,
  session: Session<E>,
  place: Place,
  start: object
): Effect.Effect<unknown, Reason.Reason | E> => {
  const requestOf = verbs.lookup
  if (lookup === undefined || requestOf === undefined) return Effect.succeed(null)
  return Effect.gen(function* () {
    const reply = yield* VerbFailure.attempt(
      () => session.ask(lookup.endpoint, requestOf(start), place),
      (failure) => VerbFailure.raise(failure, session.secrets)
    )
    const body = lookup.decode(reply.body)
    if (Result.isSuccess(body)) return body.success
    return yield* Effect.fail(
      new Reason.Malformed({
        ...Reason.unknownAnswer,
        detail: Excerpt.of(session.secrets, body.failure),
        transient: false
      })
    )
  })
}

/** A refusal leaves the name unknown. Any other failure may be gone a minute later, and fails the listing. */
const leavesUnknown = (error: unknown): error is Reason.VendorRejected | Reason.Malformed =>
  Reason.isReason(error) && (error._tag === "VendorRejected" || (error._tag === "Malformed" && !error.transient))
