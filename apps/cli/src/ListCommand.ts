/**
 * `scanjobs list`: every scan job of every connection.
 */
import { Catalog, Progress, Query, ScanJob } from "@scanjobs/core"
import { Clock, Effect, Option, Stdio, Stream, Terminal } from "effect"
import { Command, Flag, TerminalCapabilities } from "effect/cli"
import * as Options from "./Options.ts"
import { NotComplete, UsageProblem } from "./Problem.ts"
import * as ProgressLine from "./ProgressLine.ts"
import * as RelativeTime from "./RelativeTime.ts"
import * as Report from "./Report.ts"
import * as Rows from "./Rows.ts"
import * as Secrets from "./Secrets.ts"
import * as Settings from "./Settings.ts"
import * as StandardError from "./StandardError.ts"
import * as StandardOutput from "./StandardOutput.ts"
import * as Table from "./Table.ts"
import { Tally } from "./Tally.ts"

const positive = (name: string) =>
  Flag.Int(name).pipe(
    Flag.withMetavar("N"),
    Flag.filter(
      (n) => n >= 1,
      () => "an integer of at least 1"
    ),
    Flag.optional
  )

const time = (name: "from" | "until", description: string) =>
  Flag.String(name).pipe(Flag.withMetavar("TIME"), Flag.withDescription(description), Flag.optional)

const flags = {
  config: Options.config,
  connection: Options.connection,
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
  limit: positive("limit").pipe(Flag.withDescription("At most so many jobs, over all connections")),
  format: Flag.Literals("format", ["table", "json", "ndjson", "csv"]).pipe(
    Flag.withDescription("Default table on a terminal, and ndjson otherwise"),
    Flag.optional
  ),
  sort: Flag.Literals("sort", ["start", "none"]).pipe(
    Flag.withDescription("start: in order of start time, oldest first; none: as the vendors answer"),
    Flag.withDefault("none")
  ),
  concurrency: positive("concurrency").pipe(Flag.withDescription("How many connections are read at once; default 8"))
}

/** The times of both options, against one now. */
const readSpan = Effect.fnUntraced(function* (from: Option.Option<string>, until: Option.Option<string>) {
  const now = yield* Clock.currentTimeMillis
  const read = (name: string, text: Option.Option<string>) =>
    Option.isNone(text)
      ? Effect.undefined
      : Effect.mapError(
          Effect.fromResult(RelativeTime.parse(text.value, now)),
          (expected) => new UsageProblem({ message: `--${name} ${text.value}: expected ${expected}` })
        )
  const span = { from: yield* read("from", from), until: yield* read("until", until) }
  if (span.from !== undefined && span.until !== undefined && span.until <= span.from) {
    return yield* new UsageProblem({ message: "--until must be later than --from" })
  }
  return span
})

const someOf = <A>(values: ReadonlyArray<A>): ReadonlyArray<A> | undefined => (values.length === 0 ? undefined : values)

const writers = { json: Rows.json, ndjson: Rows.ndjson, csv: Rows.csv }

const writerOf = Effect.fnUntraced(function* (named: Option.Option<"table" | "json" | "ndjson" | "csv">) {
  const stdio = yield* Stdio.Stdio
  const isTerminal = yield* stdio.stdoutIsTerminal
  const format = Option.getOrElse(named, () => (isTerminal ? "table" : "ndjson"))
  if (format !== "table") return writers[format]
  const terminal = yield* Terminal.Terminal
  const { canColor } = yield* TerminalCapabilities.TerminalCapabilities
  return Table.make({ columns: (yield* terminal.columns) || 80, colour: isTerminal && canColor })
})

/** Fails with `NotComplete` where something is missing from the output. */
export const command = Command.make(
  "list",
  flags,
  Effect.fnUntraced(function* (input) {
    const query: Query.Query = {
      ...(yield* readSpan(input.from, input.until)),
      states: someOf(input.state),
      categories: someOf(input.category),
      limit: Option.getOrUndefined(input.limit)
    }
    const settings = yield* Settings.load(input.config)
    const connections = yield* Settings.select(settings, input.connection)
    const hide = Secrets.hider(connections)
    const writer = yield* writerOf(input.format)
    const tally = new Tally()

    const jobs = Catalog.make(...settings.providers.map(({ provider }) => provider))
      .settled(connections, (failure) => Effect.sync(() => void tally.failures.push(failure)), query, {
        sort: input.sort === "start" ? "start" : "arrival",
        connections: Option.getOrUndefined(input.concurrency)
      })
      .pipe(
        Stream.mapArray((page) => {
          tally.written += page.length
          return page
        })
      )
    const horizon = yield* Query.Horizon
    const report = (how: Report.Ended) =>
      Effect.suspend(() => StandardError.print(Report.lines(tally, how, connections.length, horizon).map(hide)))

    const ended = yield* ProgressLine.during(tally, writer(jobs), StandardOutput.write).pipe(
      Effect.provide(
        Progress.layer((event) =>
          Effect.andThen(
            log(event, hide),
            Effect.sync(() => tally.note(event))
          )
        )
      ),
      Effect.onInterrupt(() => report("interrupted"))
    )
    if (ended === "broken-pipe") return
    yield* report("ended")
    if (!tally.isComplete) return yield* new NotComplete()
  })
).pipe(
  Command.withDescription("List scan jobs: rows on standard output, everything else on standard error"),
  Command.withExamples([
    { command: "scanjobs list --state failed --from -7d", description: "What failed in the last week" },
    { command: "scanjobs list --until +90d --sort start --format csv", description: "What is planned, as CSV" }
  ])
)

const log = (event: Progress.Event, hide: (text: string) => string): Effect.Effect<void> => {
  const { connection } = event
  switch (event._tag) {
    case "Retrying":
      return Effect.logDebug(hide(`${connection}: trying again: ${event.reason._tag}: ${event.reason.message}`))
    case "PageRead":
      return Effect.logDebug(
        `${connection}: ${event.listing}: page ${event.page + 1}, ${event.rows} rows, ${event.jobs} jobs`
      )
    case "Completed":
      return Effect.logDebug(`${connection}: ${event.listing}: read to ${event.by}`)
    case "Noted":
      return Effect.void
  }
}
