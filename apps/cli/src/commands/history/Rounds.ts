/**
 * A command that stays, and does the same again and again.
 */
import { Duration, Effect, type Option, Option as Maybe, Random, type Stdio } from "effect"
import {
  type Found,
  type NotComplete,
  type OutputFailed,
  type SettingsProblem,
  type StoreFailed,
  UsageProblem
} from "../../Problem.ts"
import * as StandardError from "../../report/StandardError.ts"
import * as RelativeTime from "../RelativeTime.ts"

/** What a round can end with, beside what is missing. */
type Failure = SettingsProblem | OutputFailed | StoreFailed | UsageProblem | Found

/** The shortest interval: vendors' quotas are for more than this program. */
const least = Duration.toMillis("1 second")

/** How often a command asks that is not told, in milliseconds. Made-up vendors have no quotas, and somebody is looking. */
export const usual = ({ demo }: { readonly demo: boolean }): number => (demo ? 10_000 : 900_000)

/** What `--every` says, in milliseconds. */
export const interval = (every: Option.Option<string>) =>
  Maybe.match(every, {
    onNone: () => Effect.undefined,
    onSome: (text) =>
      Effect.fromResult(RelativeTime.duration(text)).pipe(
        Effect.filterOrFail(
          (millis) => millis >= least,
          () => "a length of time of at least 1s"
        ),
        Effect.mapError((expected) => new UsageProblem({ message: `--every ${text}: expected ${expected}` }))
      )
  })

/**
 * Does it now and then again after each interval, which varies by a tenth so that many programs do not ask at once. What is missing in one
 * round is said, and looked for again in the next, and so is a store that cannot be used meanwhile. A first round that cannot begin ends the program.
 */
export const repeat = <R>(
  round: Effect.Effect<void, NotComplete | Failure, R>,
  millis: number
): Effect.Effect<never, Failure, R | Stdio.Stdio> => {
  const next = Effect.flatMap(Random.next, (chance) => Effect.sleep(millis * (0.9 + 0.2 * chance)))
  const patient = round.pipe(
    Effect.catchTag("NotComplete", () => Effect.void),
    // Another process may hold the store, or its server may be away.
    Effect.catchTag("StoreFailed", ({ message }) => StandardError.print([message]))
  )
  const forgiving = Effect.catchTag(patient, "SettingsProblem", ({ problems }) => StandardError.print(problems))
  return Effect.andThen(patient, Effect.forever(Effect.andThen(next, forgiving)))
}
