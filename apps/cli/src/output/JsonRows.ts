/**
 * Jobs as JSON: one object a line, or one array. Each writer emits one text for each page that it is given.
 */
import type { ScanJob } from "@scanjobs/core"
import { Stream } from "effect"
import { isoOf } from "./IsoTime.ts"
import * as Visible from "./Visible.ts"

/** Writes jobs as text. */
export type Writer<Job = ScanJob.ScanJob> = <E, R>(jobs: Stream.Stream<Job, E, R>) => Stream.Stream<string, E, R>

/** What is written of a job, as an object. */
export type Encode<Job> = (job: Job) => object

/** The job as it is encoded, with its fields in the order of `ScanJob.fieldNames`. */
export const encoded = (job: ScanJob.ScanJob) => ({
  provider: job.provider,
  connection: job.connection,
  listing: job.listing,
  scope: job.scope,
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
  link: job.link,
  raw: job.raw ?? null
})

/** Called for a job that cannot be written because its row is nested too deeply for JSON; the job is left out. */
export type Lost = (job: ScanJob.ScanJob) => void

const jsonOf = <Job extends ScanJob.ScanJob>(job: Job, encode: Encode<Job>, lost: Lost): string | undefined => {
  try {
    return JSON.stringify(encode(job))
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    lost(job)
    return undefined
  }
}

/** A writer, and how to end an output that is cut off. */
export interface Form<Job = ScanJob.ScanJob> {
  /** Writes jobs. Called again after it was cut off, it continues the same output. */
  readonly write: Writer<Job>
  /** The text that makes the output well formed after the jobs were cut off. */
  readonly close: () => string
  /** The text that ends a row in which an earlier run was killed, so that the next row is read as one of its own. */
  readonly mend: string
}

/** One JSON object a line. */
export const ndjson = (lost: Lost): Form => lines(encoded, lost)

/** What is made of each job, as JSON, a line each. */
export const lines = <Job extends ScanJob.ScanJob>(encode: Encode<Job>, lost: Lost): Form<Job> => ({
  write: (jobs) =>
    Stream.mapArray(jobs, (page) => {
      let text = ""
      for (const job of page) {
        const line = jsonOf(job, encode, lost)
        if (line !== undefined) text += `${line}\n`
      }
      return [text] as const
    }),
  close: () => "",
  mend: "\n"
})

/** One JSON array, written as the jobs arrive. */
export const json = (lost: Lost): Form => array(encoded, lost)

/** What is made of each job, as one JSON array. */
export const array = <Job extends ScanJob.ScanJob>(encode: Encode<Job>, lost: Lost): Form<Job> => {
  let state: "new" | "open" | "closed" = "new"
  let isFirst = true
  const write: Writer<Job> = (jobs) => {
    const items = Stream.mapArray(jobs, (page) => {
      let text = ""
      for (const job of page) {
        const item = jsonOf(job, encode, lost)
        if (item === undefined) continue
        text += `${isFirst ? "\n" : ",\n"}${item}`
        isFirst = false
      }
      return [text] as const
    })
    const opened = Stream.suspend(() => {
      state = "open"
      return Stream.empty
    })
    // What follows the bracket is asked for once it is written, so that an interruption before that does not count it.
    const opening = Stream.suspend(() => (state === "open" ? Stream.empty : Stream.concat(Stream.make("["), opened)))
    const closing = Stream.suspend(() => {
      state = "closed"
      return Stream.make(isFirst ? "]\n" : "\n]\n")
    })
    return opening.pipe(Stream.concat(items), Stream.concat(closing))
  }
  return { write, close: () => (state === "open" ? "\n]\n" : ""), mend: "\n" }
}

/** The same JSON with control characters and invisible characters as escapes, so that it is safe to show on a terminal. */
export const visible = <Job>({ close, mend, write }: Form<Job>): Form<Job> => ({
  close,
  mend,
  write: (jobs) => Stream.map(write(jobs), Visible.jsonLines)
})
