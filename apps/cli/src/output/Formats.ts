/**
 * The output formats.
 */
import { Config, Effect, Option, Stdio, Terminal } from "effect"
import { TerminalCapabilities } from "effect/cli"

/** The names of the formats that everything has, as `--format` takes them. */
export const names = ["table", "json", "ndjson", "csv"] as const
export type Format = (typeof names)[number]

/** The names of the formats of jobs. */
export const jobNames = [...names, "ocsf"] as const
export type JobFormat = (typeof jobNames)[number]

/** Where the rows go. */
export interface Destination {
  readonly isTerminal: boolean
  /** The width of a table; `Infinity` where nothing may be cut. */
  readonly width: number
  readonly colour: boolean
}

/**
 * Standard output. The width is `COLUMNS` where it is set, or else the terminal's. A pipe or a file has no width, so that nothing
 * is cut there.
 */
export const destination: Effect.Effect<Destination, never, Stdio.Stdio | Terminal.Terminal> = Effect.gen(function* () {
  const stdio = yield* Stdio.Stdio
  const terminal = yield* Terminal.Terminal
  const { canColor } = yield* TerminalCapabilities.TerminalCapabilities
  const isTerminal = yield* stdio.stdoutIsTerminal
  const wanted = yield* Effect.orElseSucceed(Config.option(Config.Int("COLUMNS")), () => Option.none<number>())
  const own = isTerminal ? (yield* terminal.columns) || 80 : Number.POSITIVE_INFINITY
  const width = Option.getOrElse(
    Option.filter(wanted, (columns) => columns > 0),
    () => own
  )
  return { isTerminal, width, colour: isTerminal && canColor }
})

/** The format to write where none is named: a table on a terminal, and ndjson in a pipe or a file. */
export const usual = ({ isTerminal }: Destination): Format => (isTerminal ? "table" : "ndjson")
