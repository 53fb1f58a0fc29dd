/**
 * The forms in which jobs are written for programs. Each gives one text for each page that it is given.
 */
import { ScanJob } from "@scanjobs/core"
import { Stream } from "effect"
import { Csv } from "effect/encoding"

/** Writes jobs as text. */
export type Writer = <E, R>(jobs: Stream.Stream<ScanJob.ScanJob, E, R>) => Stream.Stream<string, E, R>

/** A time as ISO 8601 with `Z`; what no calendar has is no time. */
export const isoOf = (millis: number | null): string | null =>
  millis === null || !(Math.abs(millis) <= lastInstant) ? null : written(Math.trunc(millis))

/** The last instant that ECMAScript's `Date` can hold. */
const lastInstant = 8.64e15

const day = 86_400_000
const two = Array.from({ length: 60 }, (_, n) => String(n).padStart(2, "0"))
const three = Array.from({ length: 1000 }, (_, n) => String(n).padStart(3, "0"))

let knownDay = Number.NaN
let knownDate = ""

/** What `toISOString` gives, from the day's own text: rows that follow each other usually are of one day, and each has two times. */
const written = (millis: number): string => {
  const begun = Math.floor(millis / day)
  if (begun !== knownDay) {
    knownDate = new Date(begun * day).toISOString().slice(0, -"00:00:00.000Z".length)
    knownDay = begun
  }
  const rest = millis - begun * day
  const seconds = Math.floor(rest / 1000)
  const minutes = Math.floor(seconds / 60)
  return `${knownDate}${two[Math.floor(minutes / 60)]}:${two[minutes % 60]}:${two[seconds % 60]}.${three[rest % 1000]}Z`
}

/** The job as it is encoded, with its fields in the order of `ScanJob.fieldNames`. */
const encoded = (job: ScanJob.ScanJob) => ({
  provider: job.provider,
  connection: job.connection,
  listing: job.listing,
  id: job.id,
  vendorId: job.vendorId,
  kind: job.kind,
  definitionId: job.definitionId,
  name: job.name,
  category: job.category,
  state: job.state,
  vendorState: job.vendorState,
  detail: job.detail,
  progress: job.progress,
  startTime: isoOf(job.startTime),
  finishTime: isoOf(job.finishTime),
  raw: job.raw ?? null
})

/** Told of a job that cannot be written, because its row is nested too deeply for JSON; it is left out. */
export type Lost = (job: ScanJob.ScanJob) => void

const jsonOf = (job: ScanJob.ScanJob, lost: Lost): string | undefined => {
  try {
    return JSON.stringify(encoded(job))
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    lost(job)
    return undefined
  }
}

/** One JSON object a line. */
export const ndjson =
  (lost: Lost): Writer =>
  (jobs) =>
    Stream.mapArray(jobs, (page) => {
      let text = ""
      for (const job of page) {
        const line = jsonOf(job, lost)
        if (line !== undefined) text += `${line}\n`
      }
      return [text] as const
    })

/** A way of writing, and how to end what was begun. */
export interface Form {
  readonly write: Writer
  /** What is still to be written where the jobs were cut off, so that the whole is well formed. */
  readonly close: () => string
}

/** A form in which every text stands by itself. */
export const open = (write: Writer): Form => ({ write, close: () => "" })

/** One JSON array, written as the jobs come. */
export const json = (lost: Lost): Form => {
  let state: "new" | "open" | "closed" = "new"
  const write: Writer = (jobs) =>
    Stream.suspend(() => {
      let isFirst = true
      const items = Stream.mapArray(jobs, (page) => {
        let text = ""
        for (const job of page) {
          const item = jsonOf(job, lost)
          if (item === undefined) continue
          text += `${isFirst ? "\n" : ",\n"}${item}`
          isFirst = false
        }
        return [text] as const
      })
      const opening = Stream.suspend(() => {
        state = "open"
        return Stream.make("[")
      })
      const closing = Stream.suspend(() => {
        state = "closed"
        return Stream.make(isFirst ? "]\n" : "\n]\n")
      })
      return opening.pipe(Stream.concat(items), Stream.concat(closing))
    })
  return { write, close: () => (state === "open" ? "\n]\n" : "") }
}

const columns = ScanJob.fieldNames.filter((name) => name !== "raw")

const records =
  (headers: boolean): Writer =>
  (jobs) =>
    jobs.pipe(
      Stream.map(cells),
      Stream.pipeThroughChannel(Csv.encodeString({ columns, headers })),
      Stream.mapArray((lines) => [lines.join("")] as const)
    )

/** A header and then a record for each job, without the vendor's row; RFC 4180, and an empty cell for `null`. */
export const csv: Writer = records(true)

/** The same without the header, to be put behind what has one. */
export const csvRecords: Writer = records(false)

const cells = (job: ScanJob.ScanJob) => ({
  ...job,
  definitionId: job.definitionId ?? "",
  name: job.name ?? "",
  vendorState: job.vendorState ?? "",
  detail: job.detail ?? "",
  progress: job.progress?.toString() ?? "",
  startTime: isoOf(job.startTime) ?? "",
  finishTime: isoOf(job.finishTime) ?? "",
  raw: ""
})
