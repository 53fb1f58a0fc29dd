/**
 * Jobs as CSV (RFC 4180): the fields of the model without the vendor's row, and an empty cell for `null`.
 *
 * A cell of vendor text that a spreadsheet would run as a formula begins with an apostrophe, as OWASP recommends against CSV
 * injection, and control characters are written as visible escapes. Both can be turned off.
 */
import { ScanJob } from "@scanjobs/core"
import { Stream } from "effect"
import { Csv } from "effect/encoding"
import { isoOf } from "./IsoTime.ts"
import type { Writer } from "./JsonRows.ts"
import * as Visible from "./Visible.ts"

/** How cells are written. */
export interface Options {
  /** Whether a header line comes first. */
  readonly headers: boolean
  /**
   * `exact`: as the vendor wrote them. `guarded`: safe to open in a spreadsheet; line breaks and tabs stay. `visible`: safe to
   * show on a terminal too, with every control character as an escape.
   */
  readonly cells: "exact" | "guarded" | "visible"
}

/** The way that cells are written on a terminal, in a file, and where `--csv-raw` asks for exact cells in a file. */
export const cellsFor = (isTerminal: boolean, isRaw: boolean): Options["cells"] =>
  isTerminal ? "visible" : isRaw ? "exact" : "guarded"

/** What a spreadsheet takes for the start of a formula. */
const formula = /^[=+\-@\t\r]/

/** Makes a text safe for a spreadsheet. */
export const guarded = (text: string): string => {
  const visible = Visible.paragraph(text)
  return formula.test(text) ? `'${visible}` : visible
}

const shown = (text: string): string => (formula.test(text) ? `'${Visible.text(text)}` : Visible.text(text))

const writers = { exact: (text: string) => text, guarded, visible: shown }

/** Writes cells as CSV; texts go through the guard that the options name. */
export const encode =
  (columns: ReadonlyArray<string>, { cells, headers }: Options) =>
  <E, R>(records: Stream.Stream<{ readonly [column: string]: string }, E, R>): Stream.Stream<string, E, R> => {
    const write = writers[cells]
    return records.pipe(
      Stream.map((record) => Object.fromEntries(columns.map((column) => [column, write(record[column] ?? "")]))),
      Stream.pipeThroughChannel(Csv.encodeString({ columns, headers })),
      Stream.mapArray((lines) => [lines.join("")] as const)
    )
  }

/**
 * Ends a record that was cut off, without knowing where: between or within cells, within quotes, or at an escaped quote.
 *
 * In quotes, the first quote ends the cell that was cut. Elsewhere, the line break has ended the record, and both quotes belong to a
 * record with a single cell. A reader that takes text after a closing quote as part of the cell, as most do, is at the
 * beginning of a record after this text in each case.
 */
export const mend = '\r\n" "\r\n'

/** The columns of a job. */
export const columns = ScanJob.fieldNames.filter((name) => name !== "raw")

/** Writes a record for each job, and the header once, also where the writer is called again to continue. */
export const make = (options: Options): Writer => records(columns, cellsOf, options)

/** Writes what is made of each job as records of these columns. */
export const records = <Job>(
  columns: ReadonlyArray<string>,
  recordOf: (job: Job) => { readonly [column: string]: string },
  options: Options
): Writer<Job> => {
  let { headers } = options
  return (jobs) =>
    Stream.suspend(() => encode(columns, { ...options, headers })(Stream.map(jobs, recordOf))).pipe(
      Stream.map((text) => {
        headers = false
        return text
      })
    )
}

/** The cells of a job. */
export const cellsOf = (job: ScanJob.ScanJob) => ({
  ...job,
  scope: job.scope ?? "",
  definitionId: job.definitionId ?? "",
  name: job.name ?? "",
  vendorState: job.vendorState ?? "",
  detail: job.detail ?? "",
  progress: job.progress?.toString() ?? "",
  startTime: isoOf(job.startTime) ?? "",
  finishTime: isoOf(job.finishTime) ?? "",
  link: job.link ?? "",
  raw: ""
})
