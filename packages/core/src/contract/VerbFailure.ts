/**
 * A plugin function that throws. That is a mistake of the plugin, and fails its listing like any other failure: with the place to
 * resume from, without secrets, and without ending other listings.
 *
 * The stack is logged at the level `Debug`.
 */
import { Data, Effect } from "effect"
import * as Reason from "../model/Reason.ts"
import * as Excerpt from "./Excerpt.ts"

/** The function, and what it threw. */
export class VerbFailure extends Data.TaggedError("VerbFailure")<{
  readonly verb: string
  readonly cause: unknown
}> {
  override get message(): string {
    return `the provider's \`${this.verb}\` failed: ${textOf(this.cause)}`
  }
}

/** What was thrown, in one line. */
export const textOf = (thrown: unknown): string =>
  messageOf(thrown)
    .split("\n")
    .map((line) => line.trim())
    .join(" ")

/** A plugin may throw anything, also an object that throws where it becomes a text. */
const messageOf = (thrown: unknown): string => {
  try {
    return thrown instanceof Error ? thrown.message : String(thrown)
  } catch {
    return "it threw something that has no text"
  }
}

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
  "parts",
  "quotaOf",
  "rules",
  "scopes",
  "scopeKey",
  "sign"
])

/** The longest message of a plugin that an error repeats, in characters. It may quote the vendor. */
const longestMessage = 1000

/** The longest stack that is logged, in characters. */
const longestStack = 10_000

/** The reason of a listing that fails because of the function. */
export const reasonOf = ({ message, verb }: VerbFailure, scrubber: Excerpt.Scrubber): Reason.Reason => {
  const text = Excerpt.of(scrubber, message, longestMessage)
  return early.has(verb)
    ? new Reason.InvalidConnection({ problems: [text] })
    : new Reason.Malformed({ ...Reason.unknownAnswer, detail: text, transient: false })
}

/** Logs the stack of a failure. */
export const log = ({ cause, message }: VerbFailure, scrubber: Excerpt.Scrubber): Effect.Effect<void> =>
  Effect.suspend(() => {
    const text = cause instanceof Error ? `${message}\n${cause.stack}` : message
    return Effect.logDebug(Excerpt.clean(scrubber, text).slice(0, longestStack))
  })

/** Logs the failure, and fails with its reason. */
export const raise = (failure: VerbFailure, secrets: Excerpt.Scrubber): Effect.Effect<never, Reason.Reason> =>
  Effect.andThen(log(failure, secrets), Effect.fail(reasonOf(failure, secrets)))
