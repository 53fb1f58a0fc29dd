/**
 * Jobs as CSV (RFC 4180): the fields of the model without the vendor's row, and an empty cell for `null`.
 */
import { ScanJob } from "@scanjobs/core"
import { Stream } from "effect"
import { Csv } from "effect/encoding"
import { isoOf } from "./IsoTime.ts"
import type { Writer } from "./JsonRows.ts"

const columns = ScanJob.fieldNames.filter((name) => name !== "raw")

const records =
  (headers: boolean): Writer =>
  (jobs) =>
    jobs.pipe(
      Stream.map(cells),
      Stream.pipeThroughChannel(Csv.encodeString({ columns, headers })),
      Stream.mapArray((lines) => [lines.join("")] as const)
    )

/** A header line, and then a record for each job. */
export const csv: Writer = records(true)

/** The records alone, to be appended to a file that has a header. */
export const csvRecords: Writer = records(false)

const cells = (job: ScanJob.ScanJob) => ({
  ...job,
  scope: job.scope ?? "",
  definitionId: job.definitionId ?? "",
  name: job.name ?? "",
  vendorState: job.vendorState ?? "",
  detail: job.detail ?? "",
  progress: job.progress?.toString() ?? "",
  startTime: isoOf(job.startTime) ?? "",
  finishTime: isoOf(job.finishTime) ?? "",
  raw: ""
})
