/**
 * A plugin function that throws. That is a mistake of the plugin, and fails its listing like any other failure: with the place to
 * resume from, without secrets, and without ending other listings.
 *
 * The stack is logged at the level `Debug`.
 */
import { Data, Effect } from "effect"
import * as Reason from "../model/Reason.ts"

/** The function, and what it threw. */
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

/** Wraps what a function throws in a failure with the function's name. */
export const named =
  <Args extends ReadonlyArray<unknown>, A>(verb: string, body: (...args: Args) => A) =>
  (...args: Args): A => {
    try {
      return body(...args)
    } catch (cause) {
      throw cause instanceof VerbFailure ? cause : new VerbFailure({ verb, cause })
    }
  }

/** The result of `body`, or `orElse` if a plugin function fails in it. */
export const attempt = <A, B>(body: () => A, orElse: (failure: VerbFailure) => B): A | B => {
  try {
    return body()
  } catch (error) {
    if (error instanceof VerbFailure) return orElse(error)
    throw error
  }
}

/** Functions that run before any request is sent. */
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

/** The reason of a listing that fails because of the function. */
export const reasonOf = ({ message, verb }: VerbFailure, { scrub }: Scrubber): Reason.Reason =>
  early.has(verb)
    ? new Reason.InvalidConnection({ problems: [scrub(message)] })
    : new Reason.Malformed({ ...Reason.unknownAnswer, detail: scrub(message), transient: false })

/** Logs the stack of a failure. */
export const log = ({ cause, message }: VerbFailure, { scrub }: Scrubber): Effect.Effect<void> =>
  Effect.logDebug(scrub(cause instanceof Error ? `${message}\n${cause.stack}` : message))

/** Logs the failure, and fails with its reason. */
export const raise = (failure: VerbFailure, secrets: Scrubber): Effect.Effect<never, Reason.Reason> =>
  Effect.andThen(log(failure, secrets), Effect.fail(reasonOf(failure, secrets)))
