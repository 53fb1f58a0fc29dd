/**
 * The options that do not go together with `--stored`, because they are about asking vendors.
 */
import { Option } from "effect"

/** The options of every command that can read the store instead of the vendors. */
export interface Input {
  readonly demo: boolean
  readonly concurrency: Option.Option<number>
  readonly pageConcurrency: Option.Option<number>
  readonly timeout: Option.Option<string>
  readonly rateLimit: Option.Option<string>
}

/** What is wrong with them, if anything. */
export const refused = (input: Input): ReadonlyArray<string> =>
  refusals({
    demo: input.demo,
    concurrency: Option.isSome(input.concurrency),
    "page-concurrency": Option.isSome(input.pageConcurrency),
    timeout: Option.isSome(input.timeout),
    "rate-limit": Option.isSome(input.rateLimit)
  })

/** What is wrong with the options that only a list has. */
export const refusedOfList = (input: {
  readonly resume: Option.Option<string>
  readonly rejected: Option.Option<string>
  readonly columns: Option.Option<string>
}): ReadonlyArray<string> => [
  ...refusals({ resume: Option.isSome(input.resume), rejected: Option.isSome(input.rejected) }),
  ...(Option.isSome(input.columns) ? ["--columns cannot go together with --stored; --wide shows all columns"] : [])
]

const refusals = (given: { readonly [name: string]: boolean }): ReadonlyArray<string> =>
  Object.entries(given).flatMap(([name, isGiven]) =>
    isGiven ? [`--${name} is about asking vendors, and --stored asks none: leave one of them out`] : []
  )
