/**
 * The output formats of `scanjobs list`.
 */
import { Effect, type Option, Stdio, Terminal } from "effect"
import { TerminalCapabilities } from "effect/cli"
import type { Lost } from "./JsonRows.ts"

/** The names of the formats, as `--format` takes them. */
export const names = ["table", "json", "ndjson", "csv"] as const
export type Format = (typeof names)[number]

/** The format to write: the one that is named, or else a table on a terminal and ndjson in a pipe or a file. */
export const choose = Effect.fnUntraced(function* (named: Option.Option<Format>) {
  if (named._tag === "Some") return named.value
  const stdio = yield* Stdio.Stdio
  const format: Format = (yield* stdio.stdoutIsTerminal) ? "table" : "ndjson"
  return format
})

/** How the rows are written. */
export interface Options {
  /** Whether the rows continue an output that has its header already. */
  readonly continues: boolean
  /** Called for a job that cannot be written. */
  readonly lost: Lost
}

/** Prepares a format for one output. Only the module of that format is loaded, so that help appears at once. */
export const open = Effect.fnUntraced(function* (format: Format, { continues, lost }: Options) {
  const { json, ndjson, open } = yield* Effect.promise(() => import("./JsonRows.ts"))
  switch (format) {
    case "json":
      return json(lost)
    case "ndjson":
      return open(ndjson(lost))
    case "csv": {
      const { csv, csvRecords } = yield* Effect.promise(() => import("./Csv.ts"))
      return open(continues ? csvRecords : csv)
    }
    case "table": {
      const { make } = yield* Effect.promise(() => import("./Table.ts"))
      const stdio = yield* Stdio.Stdio
      const terminal = yield* Terminal.Terminal
      const { canColor } = yield* TerminalCapabilities.TerminalCapabilities
      const colour = (yield* stdio.stdoutIsTerminal) && canColor
      return open(make({ columns: (yield* terminal.columns) || 80, colour }))
    }
  }
})
