/**
 * The columns of a table of stored jobs: those of any job, and what became of it.
 */
import type { StoredJob } from "@scanjobs/history"
import * as JobColumns from "./JobColumns.ts"
import * as States from "./States.ts"
import type { Column } from "./TextTable.ts"
import * as TimeZone from "./TimeZone.ts"

/** The columns, from left to right. */
export const usual = (options: JobColumns.Options): ReadonlyArray<Column<StoredJob.StoredJob>> => {
  const byName = JobColumns.make(options)
  const { connection, definition, detail, name, scope, start, state } = byName
  return [start, verdict, delay, state, byName.duration, connection, name, scope, definition, why, detail]
}

/** All columns. */
export const all = (options: JobColumns.Options): ReadonlyArray<Column<StoredJob.StoredJob>> => {
  const byName = JobColumns.make(options)
  const firstSeen: Column<StoredJob.StoredJob> = {
    title: `FIRST SEEN (${options.zone.name})`,
    rank: 7,
    cell: (job) => TimeZone.format(job.firstSeen, options.zone) ?? ""
  }
  const [start, ...others] = JobColumns.names.map((name): Column<StoredJob.StoredJob> => byName[name])
  return [...(start === undefined ? [] : [start]), verdict, delay, why, ...others, firstSeen]
}

const verdict: Column<StoredJob.StoredJob> = {
  title: "VERDICT",
  rank: 98,
  cell: (job) => job.verdict ?? "",
  colour: (job) => (job.verdict === null ? undefined : colourOf(job.verdict))
}

const colourOf = (name: NonNullable<StoredJob.StoredJob["verdict"]>): string | undefined => {
  if (name === "missed" || name === "overdue") return States.colour("failed")
  return name === "unknown" || name === "late" ? States.colour("partially_succeeded") : undefined
}

const delay: Column<StoredJob.StoredJob> = {
  title: "DELAY",
  rank: 65,
  right: true,
  cell: (job) => {
    if (job.delay === null || Math.abs(job.delay) < 1000) return ""
    return `${job.delay < 0 ? "-" : ""}${JobColumns.duration(Math.abs(job.delay))}`
  }
}

const why: Column<StoredJob.StoredJob> = { title: "WHY", rank: 75, least: 12, cell: (job) => job.why ?? "" }
