/**
 * The options that say which jobs are wanted.
 */
import { type Query, ScanJob } from "@scanjobs/core"
import { Clock, Effect, Option } from "effect"
import { Flag } from "effect/cli"
import { UsageProblem } from "../Problem.ts"
import * as RelativeTime from "./RelativeTime.ts"

const whole = (name: string, most: number, expected: string) =>
  Flag.Int(name).pipe(
    Flag.withMetavar("N"),
    Flag.filter(
      (n) => n >= 1 && n <= most,
      () => expected
    ),
    Flag.optional
  )

/** A whole number of at least 1. */
export const positive = (name: string) => whole(name, Number.POSITIVE_INFINITY, "an integer of at least 1")

/** A whole number from 1 to `most`. */
export const upTo = (name: string, most: number) => whole(name, most, `an integer from 1 to ${most}`)

const time = (name: "from" | "until", description: string) =>
  Flag.String(name).pipe(Flag.withMetavar("TIME"), Flag.withDescription(description), Flag.optional)

/** The options. */
export const flags = {
  state: Flag.Literals("state", ScanJob.State.literals).pipe(
    Flag.withDescription("Only jobs in this state; may be repeated"),
    Flag.atLeast(0)
  ),
  category: Flag.Literals("category", ScanJob.Category.literals).pipe(
    Flag.withDescription("Only jobs that scan this; may be repeated"),
    Flag.atLeast(0)
  ),
  from: time("from", `Only jobs that start at this time or later: ${RelativeTime.expected}`),
  until: time("until", "Only jobs that start before this time"),
  limit: positive("limit").pipe(Flag.withDescription("At most so many jobs, over all connections"))
}

/** The options' values. */
export interface Input {
  readonly state: ReadonlyArray<ScanJob.State>
  readonly category: ReadonlyArray<ScanJob.Category>
  readonly from: Option.Option<string>
  readonly until: Option.Option<string>
  readonly limit: Option.Option<number>
}

/** The query, with both times against one now. */
export const read = Effect.fnUntraced(function* (input: Input) {
  const span = yield* readSpan(input)
  const query: Query.Query = {
    ...span,
    states: someOf(input.state),
    categories: someOf(input.category),
    limit: Option.getOrUndefined(input.limit)
  }
  return query
})

const readSpan = Effect.fnUntraced(function* ({ from, until }: Input) {
  const now = yield* Clock.currentTimeMillis
  const readTime = (name: string, text: Option.Option<string>) =>
    Option.isNone(text)
      ? Effect.undefined
      : Effect.mapError(
          Effect.fromResult(RelativeTime.parse(text.value, now)),
          (expected) => new UsageProblem({ message: `--${name} ${text.value}: expected ${expected}` })
        )
  const span = { from: yield* readTime("from", from), until: yield* readTime("until", until) }
  if (span.from !== undefined && span.until !== undefined && span.until <= span.from) {
    return yield* new UsageProblem({ message: "--until must be later than --from" })
  }
  return span
})

const someOf = <A>(values: ReadonlyArray<A>): ReadonlyArray<A> | undefined => (values.length === 0 ? undefined : values)
