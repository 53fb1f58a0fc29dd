/**
 * A plugin's verb that throws. It is a mistake of the plugin, and ends what it was asked for as any other failure does: with
 * the place, scrubbed of secrets, and beside listings that go on.
 *
 * Where it was thrown is logged at the level `Debug`.
 */
import { Data, Effect } from "effect"
import * as Reason from "../model/Reason.ts"

/** Which verb, and what it threw. */
export class VerbFailure extends Data.TaggedError("VerbFailure")<{
  readonly verb: string
  readonly cause: unknown
}> {
  override get message(): string {
    return `the provider's \`${this.verb}\` failed: ${textOf(this.cause)}`
  }
}

/** Removes the secrets of a run from a text. */
export interface Scrubber {
  readonly scrub: (text: string) => string
}

/** What was thrown, in one line. */
export const textOf = (thrown: unknown): string =>
  (thrown instanceof Error ? thrown.message : String(thrown)).replaceAll(/\s*\n\s*/g, " ")

/** The verb, which tells its name where it throws. */
export const named =
  <Args extends ReadonlyArray<unknown>, A>(verb: string, body: (...args: Args) => A) =>
  (...args: Args): A => {
    try {
      return body(...args)
    } catch (cause) {
      throw cause instanceof VerbFailure ? cause : new VerbFailure({ verb, cause })
    }
  }

/** What `body` gives, or, where a verb fails in it, `orElse`. */
export const attempt = <A, B>(body: () => A, orElse: (failure: VerbFailure) => B): A | B => {
  try {
    return body()
  } catch (error) {
    if (error instanceof VerbFailure) return orElse(error)
    throw error
  }
}

/** Verbs that are asked before the vendor is. */
const early = new Set([
  "baseUrl",
  "credential",
  "first",
  "headers",
  "lookup",
  "order",
  "quotaOf",
  "rules",
  "scopes",
  "scopeKey"
])

/** Why a listing ends where a verb fails. */
export const reasonOf = ({ message, verb }: VerbFailure, { scrub }: Scrubber): Reason.Reason =>
  early.has(verb)
    ? new Reason.InvalidConnection({ problems: [scrub(message)] })
    : new Reason.Malformed({ ...Reason.unknownAnswer, detail: scrub(message), transient: false })

/** Logs where a verb failed. */
export const log = ({ cause, message }: VerbFailure, { scrub }: Scrubber): Effect.Effect<void> =>
  Effect.logDebug(scrub(cause instanceof Error ? `${message}\n${cause.stack}` : message))

/** Fails with the reason. */
export const raise = (failure: VerbFailure, secrets: Scrubber): Effect.Effect<never, Reason.Reason> =>
  Effect.andThen(log(failure, secrets), Effect.fail(reasonOf(failure, secrets)))
