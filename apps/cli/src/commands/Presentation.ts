/**
 * The options that say how jobs are shown, checked against each other and against the place where they are shown.
 */
import { Effect, Option, Result } from "effect"
import { Suggestion } from "@scanjobs/settings"
import * as Formats from "../output/Formats.ts"
import * as JobColumns from "../output/JobColumns.ts"
import * as Sorting from "../output/Sorting.ts"
import type { Zone } from "../output/TimeZone.ts"
import { UsageProblem } from "../Problem.ts"
import type { Input } from "./ListFlags.ts"
import * as ListQuery from "./ListQuery.ts"

/** How jobs are shown. */
export interface Presentation {
  readonly format: Formats.JobFormat
  readonly zone: Zone
  /** The columns of a table; empty for the usual ones. */
  readonly columns: ReadonlyArray<JobColumns.Name>
  readonly wide: boolean
  readonly csvRaw: boolean
  readonly order: Sorting.Order
  /** Whether the order is the default of a terminal, so that it sorts what is listed and does not change which jobs are. */
  readonly isImplicit: boolean
}

/** Reads the options. */
export const read = Effect.fnUntraced(function* (input: Input, destination: Formats.Destination) {
  const isAboutTable = Option.isSome(input.columns) || input.wide
  const format: Formats.JobFormat = Option.getOrElse(input.format, () =>
    isAboutTable ? "table" : Formats.usual(destination)
  )
  const problems = [
    ...unsuitable(format, ["table"], { columns: Option.isSome(input.columns), wide: input.wide }),
    ...unfit(format, input)
  ]
  const named = Option.match(input.columns, { onNone: () => [], onSome: (text) => text.split(",") })
  const columns = named.map((name) => columnOf(name.trim()))
  for (const column of columns) if (Result.isFailure(column)) problems.push(`--columns: ${column.failure}`)
  const isImplicit = Option.isNone(input.sort)
  const usual: Sorting.Order =
    destination.isTerminal && format === "table" && Option.isNone(input.resume)
      ? { field: "start", isDescending: false }
      : "none"
  const order = Option.match(input.sort, {
    onNone: () => Result.succeed(usual),
    onSome: (text) => Result.mapError(Sorting.parse(text), (problem) => `--sort ${text}: ${problem}`)
  })
  if (Result.isFailure(order)) problems.push(order.failure)
  else if (Option.isSome(input.resume) && order.success !== "none") {
    problems.push(
      `--sort ${Option.getOrElse(input.sort, () => "")} cannot go together with --resume: pages are written as they arrive`
    )
  }
  yield* refuse(problems)
  const presentation: Presentation = {
    format,
    zone: yield* ListQuery.zoneOf(input),
    columns: columns.flatMap((column) => (Result.isSuccess(column) ? [column.success] : [])),
    wide: input.wide,
    csvRaw: input.csvRaw,
    order: Result.getOrElse(order, () => usual),
    isImplicit
  }
  return presentation
})

/** Fails with everything that is wrong with the command line, if anything is. */
export const refuse = (problems: ReadonlyArray<string>): Effect.Effect<void, UsageProblem> =>
  problems.length === 0 ? Effect.void : Effect.fail(new UsageProblem({ message: problems.join("\n") }))

/** What is wrong with options that only some formats have. */
export const unfit = (
  format: Formats.JobFormat,
  { csvRaw, noHeaders }: { readonly noHeaders: boolean; readonly csvRaw: boolean }
): ReadonlyArray<string> => [
  ...unsuitable(format, ["table", "csv"], { "no-headers": noHeaders }),
  ...unsuitable(format, ["csv"], { "csv-raw": csvRaw })
]

const unsuitable = (
  format: Formats.JobFormat,
  suitable: ReadonlyArray<Formats.JobFormat>,
  options: { readonly [name: string]: boolean }
): ReadonlyArray<string> =>
  suitable.includes(format)
    ? []
    : Object.entries(options).flatMap(([name, isGiven]) =>
        isGiven
          ? [`--${name} applies to ${suitable.join(" and ")}, and the format is ${format}; add --format ${suitable[0]}`]
          : []
      )

/** The names that the fields have in the model. */
const aliases: ReadonlyMap<string, JobColumns.Name> = new Map([
  ["starttime", "start"],
  ["finishtime", "finish"],
  ["definitionid", "definition"]
])

const columnOf = (text: string): Result.Result<JobColumns.Name, string> => {
  const typed = text.toLowerCase()
  const name = aliases.get(typed) ?? JobColumns.names.find((known) => known.toLowerCase() === typed)
  return name === undefined
    ? Result.fail(
        `there is no column ${JSON.stringify(text)}${Suggestion.of(text, JobColumns.names)}; there are ${JobColumns.names.join(", ")}`
      )
    : Result.succeed(name)
}
