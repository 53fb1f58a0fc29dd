/**
 * Changes in one of the output formats: `change`, `at`, `what`, `was` and `now`, and the fields of the job as it is now.
 */
import type { Change } from "@scanjobs/history"
import { Effect, Stream } from "effect"
import type { Destination, Format } from "./Formats.ts"
import { isoOf } from "./IsoTime.ts"
import * as StoredForm from "./StoredForm.ts"
import * as States from "./States.ts"
import type { Column } from "./TextTable.ts"
import * as TimeZone from "./TimeZone.ts"
import * as Visible from "./Visible.ts"

/** How changes are written. */
export interface Options {
  readonly destination: Destination
  readonly zone: TimeZone.Zone
  readonly headers: boolean
  readonly csvRaw: boolean
}

/** Writes changes as text. */
export type Write = <E, R>(changes: Stream.Stream<Change.Change, E, R>) => Stream.Stream<string, E, R>

/** Prepares a format for one output. */
export const open: (format: Format, options: Options) => Effect.Effect<Write> = Effect.fnUntraced(function* (
  format,
  { csvRaw, destination, headers, zone }
) {
  const { colour, isTerminal, width } = destination
  switch (format) {
    case "json":
    case "ndjson": {
      const { encoded } = yield* Effect.promise(() => import("./JsonRows.ts"))
      const textOf = (change: Change.Change) => {
        const text = JSON.stringify({
          ...toldOf(change),
          ...encoded(change.job),
          ...StoredForm.judgedOf(change.job)
        })
        return isTerminal ? Visible.jsonLines(text) : text
      }
      const write: Write = (changes) => {
        const texts = Stream.map(changes, textOf)
        if (format === "ndjson") return Stream.map(texts, (text) => `${text}\n`)
        return Stream.make("[").pipe(
          Stream.concat(
            Stream.map(Stream.zipWithIndex(texts), ([text, index]) => `${index === 0 ? "" : ","}\n${text}`)
          ),
          Stream.concat(Stream.make("\n]\n"))
        )
      }
      return write
    }
    case "csv": {
      const csv = yield* Effect.promise(() => import("./Csv.ts"))
      return csv.records<Change.Change>(
        [...told, ...csv.columns, ...StoredForm.judged],
        (change) => ({
          ...toldCells(change),
          ...csv.cellsOf(change.job),
          ...StoredForm.cellsOf(change.job)
        }),
        { headers, cells: csv.cellsFor(isTerminal, csvRaw) }
      )
    }
    case "table": {
      const { of } = yield* Effect.promise(() => import("./Table.ts"))
      return of(columns(zone), { colour, headers, width }, false).write
    }
  }
})

const timeIn = (zone: TimeZone.Zone) => (millis: number | null) =>
  millis === null ? "" : (TimeZone.format(millis, zone) ?? "")

/** A line for a person for each change, as it comes. */
export const lines =
  (zone: TimeZone.Zone): Write =>
  (changes) =>
    Stream.map(changes, ({ at, job, now, was, what }) => {
      const time = timeIn(zone)
      const about = [job.name ?? job.vendorId, job.connection, ...(job.startTime === null ? [] : [time(job.startTime)])]
      const from = was === null || was === now ? "" : ` (was ${was})`
      return `${Visible.text(`${time(at)} ${what === "gone" ? "gone" : (now ?? what)}${from}: ${about.join(", ")}`)}\n`
    })

const told = ["change", "at", "what", "was", "now"]

const toldOf = ({ at, id, now, was, what }: Change.Change) => ({ change: id, at: isoOf(at), what, was, now })

const toldCells = ({ at, id, now, was, what }: Change.Change) => ({
  change: String(id),
  at: isoOf(at) ?? "",
  what,
  was: was ?? "",
  now: now ?? ""
})

/** The columns of a table. */
const columns = (zone: TimeZone.Zone): ReadonlyArray<Column<Change.Change>> => {
  const time = timeIn(zone)
  return [
    { title: `AT (${zone.name})`, rank: 90, cell: ({ at }) => time(at) },
    { title: "CHANGE", rank: 95, cell: ({ what }) => what },
    { title: "WAS", rank: 60, cell: ({ was }) => was ?? "" },
    {
      title: "NOW",
      rank: 100,
      cell: ({ now }) => now ?? "",
      colour: ({ now }) =>
        now === "failed" || now === "missed" || now === "overdue" ? States.colour("failed") : undefined
    },
    { title: "CONNECTION", rank: 80, least: 10, comfortable: 20, cell: ({ job }) => job.connection },
    { title: "NAME", rank: 85, least: 16, comfortable: 40, cell: ({ job }) => job.name ?? "" },
    { title: `START (${zone.name})`, rank: 70, cell: ({ job }) => time(job.startTime) || "-" },
    { title: "SCOPE", rank: 50, least: 12, comfortable: 32, cell: ({ job }) => job.scope ?? "" },
    { title: "ID", rank: 40, least: 8, comfortable: 20, cell: ({ job }) => job.vendorId },
    { title: "DETAIL", rank: 30, least: 24, comfortable: 60, cell: ({ job }) => job.detail ?? "" }
  ]
}
