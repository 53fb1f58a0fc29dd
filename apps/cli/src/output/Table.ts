/**
 * Jobs as a table for a person, as wide as the terminal. Its columns are laid out before the first row, so that rows can be
 * shown as they come.
 */
import type { ScanJob } from "@scanjobs/core"
import { Stream } from "effect"
import { isoOf } from "./IsoTime.ts"
import type { Writer } from "./JsonRows.ts"
import * as Visible from "./Visible.ts"

/** How a table is shown. */
export interface Options {
  /** The terminal's width. */
  readonly columns: number
  /** Whether states are coloured. */
  readonly colour: boolean
}

interface Column {
  readonly title: string
  /** The column is left out where it cannot have this width. */
  readonly least: number
  readonly most: number
  /** What it is worth: columns of the lowest rank are left out first, and those of the highest are widened first. */
  readonly rank: number
  readonly cell: (job: ScanJob.ScanJob, width: number) => string
}

const gap = 2

const columns: ReadonlyArray<Column> = [
  { title: "START (UTC)", least: 16, most: 16, rank: 9, cell: (job) => startOf(job.startTime) },
  {
    title: "STATE",
    least: 9,
    most: 19,
    rank: 7,
    cell: (job, width) => (job.state.length > width ? brief(job.state) : job.state)
  },
  { title: "CONNECTION", least: 10, most: 20, rank: 4, cell: (job) => job.connection },
  { title: "CATEGORY", least: 13, most: 13, rank: 2, cell: (job) => job.category },
  { title: "NAME", least: 12, most: 40, rank: 8, cell: (job) => job.name ?? "-" },
  { title: "LISTING", least: 7, most: 12, rank: 3, cell: (job) => job.listing },
  { title: "ID", least: 13, most: 36, rank: 5, cell: (job) => job.vendorId },
  { title: "DETAIL", least: 40, most: 120, rank: 1, cell: (job) => job.detail ?? "" }
]

const startOf = (millis: number | null): string => isoOf(millis)?.replace("T", " ").slice(0, -8) ?? "-"

const brief = (state: string): string => state.replace("partially_succeeded", "partial")

const colours: Readonly<Record<ScanJob.State, string>> = {
  scheduled: "36",
  queued: "36",
  running: "34",
  paused: "33",
  succeeded: "32",
  partially_succeeded: "33",
  failed: "31",
  cancelled: "35",
  skipped: "2",
  unknown: "2"
}

interface Laid extends Column {
  readonly width: number
}

/** Leaves columns out until the rest fit, and gives what is left to those that can use it. */
const layOut = (available: number): ReadonlyArray<Laid> => {
  const byRank = columns.toSorted((a, b) => b.rank - a.rank)
  const kept: Array<Column> = []
  let left = available + gap
  for (const column of byRank) {
    if (kept.length > 0 && left < column.least + gap) break
    kept.push(column)
    left -= column.least + gap
  }
  const widths = new Map<string, number>()
  for (const { least, most, title } of kept) {
    const more = Math.max(0, Math.min(most - least, left))
    widths.set(title, least + more)
    left -= more
  }
  return columns.flatMap((column) => {
    const width = widths.get(column.title)
    return width === undefined ? [] : [{ ...column, width: Math.min(width, available) }]
  })
}

/** Writes a header before the first job, and a line for each. */
export const make =
  (options: Options): Writer =>
  (jobs) =>
    Stream.suspend(() => {
      const laid = layOut(options.columns)
      const header = `${laid
        .map(({ title, width }) => Visible.fit(title, width))
        .join("  ")
        .trimEnd()}\n`
      let isFirst = true
      return Stream.mapArray(jobs, (page) => {
        let text = isFirst ? header : ""
        isFirst = false
        for (const job of page) text += `${line(job, laid, options.colour)}\n`
        return [text] as const
      })
    })

const line = (job: ScanJob.ScanJob, laid: ReadonlyArray<Laid>, colour: boolean): string =>
  laid
    .map(({ cell, title, width }) => {
      const shown = Visible.fit(Visible.text(cell(job, width)), width)
      return colour && title === "STATE" ? `\u001b[${colours[job.state]}m${shown}\u001b[0m` : shown
    })
    .join("  ")
    .trimEnd()
