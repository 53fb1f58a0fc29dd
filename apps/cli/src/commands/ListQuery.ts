/**
 * The options that say which jobs are wanted.
 */
import { type Query, ScanJob } from "@scanjobs/core"
import { Clock, Effect, Option } from "effect"
import { Flag } from "effect/cli"
import * as TimeZone from "../output/TimeZone.ts"
import { UsageProblem } from "../Problem.ts"
import * as RelativeTime from "./RelativeTime.ts"
import * as SharedFlags from "./SharedFlags.ts"

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
  kind: Flag.Literals("kind", ScanJob.Kind.literals).pipe(
    Flag.withAlias("k"),
    Flag.withDescription("Only planned runs, runs or definitions (schedules and profiles)"),
    Flag.atLeast(0)
  ),
  listing: Flag.String("listing").pipe(
    Flag.withAlias("l"),
    Flag.withMetavar("NAME"),
    Flag.withDescription("Only these listings of the providers, such as future; the others are not asked for"),
    Flag.atLeast(0)
  ),
  state: Flag.Literals("state", ScanJob.State.literals).pipe(
    Flag.withAlias("s"),
    Flag.withDescription("Only jobs in these states"),
    Flag.atLeast(0)
  ),
  category: Flag.Literals("category", ScanJob.Category.literals).pipe(
    Flag.withAlias("g"),
    Flag.withDescription("Only jobs that scan this"),
    Flag.atLeast(0)
  ),
  from: time(
    "from",
    "Only jobs that start at this time or later: 2026-01-31, 2026-01-31T08:00:00Z, today, or 7d (seven days ago)"
  ),
  until: time("until", "Only jobs that start before this time: the same, but 7d is seven days from now"),
  tz: SharedFlags.zone
}

/** The options' values. */
export interface Input {
  readonly kind: ReadonlyArray<ScanJob.Kind>
  readonly state: ReadonlyArray<ScanJob.State>
  readonly category: ReadonlyArray<ScanJob.Category>
  readonly from: Option.Option<string>
  readonly until: Option.Option<string>
  readonly tz: string
}

/** The zone that `--tz` names. */
export const zoneOf = ({ tz }: Pick<Input, "tz">) =>
  Option.match(TimeZone.parse(tz), {
    onNone: () => Effect.fail(new UsageProblem({ message: `--tz ${tz}: expected ${TimeZone.expected}` })),
    onSome: Effect.succeed
  })

/** The query, with both times relative to the same now. */
export const read = Effect.fnUntraced(function* (input: Input) {
  const span = yield* readSpan(input)
  const query: Query.Query = {
    ...span,
    kinds: someOf(input.kind),
    states: someOf(input.state),
    categories: someOf(input.category)
  }
  return query
})

const readSpan = Effect.fnUntraced(function* (input: Input) {
  const now = yield* Clock.currentTimeMillis
  const zone = yield* zoneOf(input)
  const readTime = (name: "from" | "until") => {
    const text = input[name]
    if (Option.isNone(text)) return Effect.undefined
    const time = RelativeTime.parse(text.value, { now, zone, unsigned: name === "from" ? "-" : "+" })
    return Effect.mapError(
      Effect.fromResult(time),
      (expected) => new UsageProblem({ message: `--${name} ${text.value}: expected ${expected}` })
    )
  }
  const span = { from: yield* readTime("from"), until: yield* readTime("until") }
  if (span.from !== undefined && span.until !== undefined && span.until <= span.from) {
    return yield* new UsageProblem({
      message: `--until ${written(input.until)} must be later than --from ${written(input.from)}`
    })
  }
  return span
})

const written = (text: Option.Option<string>): string => Option.getOrElse(text, () => "")

const someOf = <A>(values: ReadonlyArray<A>): ReadonlyArray<A> | undefined => (values.length === 0 ? undefined : values)
