/**
 * Jobs as a table for a person. The columns are laid out by the first rows, which are held until there are enough of them.
 */
import { Stream } from "effect"
import * as JobColumns from "./JobColumns.ts"
import type { Form } from "./JsonRows.ts"
import * as TextTable from "./TextTable.ts"

/** How a table of any jobs is shown. */
export interface Shape {
  /** The terminal's width; `Infinity` where nothing may be cut, as in a pipe. */
  readonly width: number
  readonly colour: boolean
  readonly headers: boolean
}

/** How a table is shown. */
export interface Options extends JobColumns.Options, Shape {
  /** The columns to show, from left to right. Where none are named, those that have something to show. */
  readonly columns: ReadonlyArray<JobColumns.Name>
  /** Whether all columns are candidates, and nothing is cut. */
  readonly wide: boolean
}

/** How many rows the layout is made from. Later rows that are wider are cut on a terminal, and stick out in a pipe. */
const sample = 1000

/** Writes a header before the first job, and a line for each. */
export const make = (options: Options): Form => {
  const byName = JobColumns.make(options)
  const isChosen = options.columns.length > 0
  const names = isChosen ? options.columns : options.wide ? JobColumns.names : JobColumns.usual
  return of(
    names.map((name) => byName[name]),
    { ...options, width: options.wide ? Number.POSITIVE_INFINITY : options.width },
    isChosen
  )
}

/** The same with columns of any kind; `keepAll` shows all of them, also those that have nothing to show. */
export const of = <Job>(
  columns: ReadonlyArray<TextTable.Column<Job>>,
  { colour, headers, width }: Shape,
  keepAll: boolean
): Form<Job> => {
  const layout: TextTable.Options = { width, colour, keepAll }
  let held: Array<Job> = []
  let laid: ReadonlyArray<TextTable.Laid<Job>> | undefined

  const render = (jobs: ReadonlyArray<Job>): string => {
    if (jobs.length === 0) return ""
    let text = ""
    if (laid === undefined) {
      laid = TextTable.layOut(columns, jobs, layout)
      if (headers) text = `${TextTable.header(laid, layout)}\n`
    }
    for (const job of jobs) text += `${TextTable.line(job, laid, layout)}\n`
    return text
  }
  const release = (): string => {
    const jobs = held
    held = []
    return render(jobs)
  }
  const take = (page: ReadonlyArray<Job>): string => {
    if (laid !== undefined) return render(page)
    held.push(...page)
    return held.length >= sample ? release() : ""
  }
  return {
    write: (jobs) =>
      Stream.mapArray(jobs, (page) => [take(page)] as const).pipe(
        Stream.concat(Stream.suspend(() => Stream.make(release()))),
        Stream.filter((text) => text !== "")
      ),
    close: release,
    mend: "\n"
  }
}
