/**
 * Stored jobs in one of the output formats: the fields of a job, and `verdict`, `why`, `delay` and `firstSeen`.
 */
import { type StoredJob } from "@scanjobs/history"
import { Effect } from "effect"
import type { JobFormat } from "./Formats.ts"
import { isoOf } from "./IsoTime.ts"
import type { Options } from "./JobForm.ts"
import type { Form } from "./JsonRows.ts"

/** Prepares a format for one output. */
export const open: (format: JobFormat, options: Omit<Options, "columns">) => Effect.Effect<Form<StoredJob.StoredJob>> =
  Effect.fnUntraced(function* (format, options) {
    const { colour, isTerminal, width } = options.destination
    switch (format) {
      case "json":
      case "ndjson": {
        const rows = yield* Effect.promise(() => import("./JsonRows.ts"))
        const encode = (job: StoredJob.StoredJob) => ({ ...rows.encoded(job), ...judgedOf(job) })
        const form = format === "json" ? rows.array(encode, options.lost) : rows.lines(encode, options.lost)
        return isTerminal ? rows.visible(form) : form
      }
      case "ocsf": {
        const [{ Ocsf }, rows] = yield* Effect.promise(() =>
          Promise.all([import("@scanjobs/history"), import("./JsonRows.ts")])
        )
        const form = rows.lines<StoredJob.StoredJob>(
          (job) => Ocsf.scanActivity(job, { ...job, loggedAt: options.now }),
          options.lost
        )
        return isTerminal ? rows.visible(form) : form
      }
      case "csv": {
        const csv = yield* Effect.promise(() => import("./Csv.ts"))
        const write = csv.records<StoredJob.StoredJob>(
          [...csv.columns, ...judged],
          (job) => ({ ...csv.cellsOf(job), ...cellsOf(job) }),
          { headers: options.headers, cells: csv.cellsFor(isTerminal, options.csvRaw) }
        )
        return { write, close: () => "", mend: csv.mend }
      }
      case "table": {
        const [{ of }, columns] = yield* Effect.promise(() =>
          Promise.all([import("./Table.ts"), import("./StoredColumns.ts")])
        )
        const shape = { ...options, colour, width: options.wide ? Number.POSITIVE_INFINITY : width }
        return of((options.wide ? columns.all : columns.usual)(options), shape, false)
      }
    }
  })

/** The names of the four fields. */
export const judged = ["verdict", "why", "delay", "firstSeen"]

/** The four fields as they are encoded. */
export const judgedOf = ({ delay, firstSeen, verdict, why }: StoredJob.StoredJob) => ({
  verdict,
  why,
  delay,
  firstSeen: isoOf(firstSeen)
})

/** The cells of the four fields. */
export const cellsOf = ({ delay, firstSeen, verdict, why }: StoredJob.StoredJob) => ({
  verdict: verdict ?? "",
  why: why ?? "",
  delay: delay === null ? "" : String(delay),
  firstSeen: isoOf(firstSeen) ?? ""
})
