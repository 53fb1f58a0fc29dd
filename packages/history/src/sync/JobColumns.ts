/**
 * A job as a row of the table `job`.
 */
import type { ScanJob } from "@scanjobs/core"
import * as Digest from "../store/Digest.ts"
import type { Row } from "../store/Rowset.ts"

/** The columns that a page writes. */
export const columns = {
  series_id: "integer",
  vendor_id: "text",
  listing_id: "integer",
  definition_id: "integer",
  kind: "text",
  name: "text",
  category: "text",
  state: "text",
  vendor_state: "text",
  detail: "text",
  progress: "number",
  start_time: "number",
  finish_time: "number",
  link: "text",
  raw: "text",
  digest: "number",
  first_seen: "number",
  changed_at: "number"
} as const

/** A row that a page writes. */
export type JobRow = Row<typeof columns>

/** A job with what the store compares it by. */
export interface Digested {
  readonly job: ScanJob.ScanJob
  readonly vendorId: string
  readonly raw: string
  readonly digest: number
}

/** Works out what the store compares a job by. */
export const digested = (job: ScanJob.ScanJob): Digested => {
  const raw = JSON.stringify(job.raw) ?? "null"
  const { category, definitionId, detail, finishTime, kind, link, name, progress, startTime, state, vendorState } = job
  const digest = Digest.make(
    `${kind}\n${state}\n${startTime}\n${finishTime}\n${progress}\n${category}\n${definitionId}\n${name}\n${vendorState}\n${detail}\n${link}\n${raw}`
  )
  return { job, vendorId: storable(job.vendorId), raw, digest }
}

/**
 * A text that both databases can hold: PostgreSQL takes neither a NUL nor half a surrogate pair. In a vendor's row, JSON has such
 * characters as escapes.
 */
export function storable(text: string): string
export function storable(text: string | null): string | null
export function storable(text: string | null): string | null {
  if (text === null || (text.isWellFormed() && !text.includes("\0"))) return text
  return text.toWellFormed().replaceAll("\0", "\uFFFD")
}

/** The row of a job. */
export const rowOf = (
  { digest, job, raw, vendorId }: Digested,
  place: { readonly seriesId: number; readonly listingId: number; readonly definitionId: number },
  now: number,
  keepsRaw: boolean
): JobRow => ({
  series_id: place.seriesId,
  vendor_id: vendorId,
  listing_id: place.listingId,
  definition_id: place.definitionId,
  kind: job.kind,
  name: storable(job.name),
  category: job.category,
  state: job.state,
  vendor_state: storable(job.vendorState),
  detail: storable(job.detail),
  progress: job.progress,
  start_time: job.startTime,
  finish_time: job.finishTime,
  link: job.link,
  raw: keepsRaw ? raw : null,
  digest,
  first_seen: now,
  changed_at: now
})
