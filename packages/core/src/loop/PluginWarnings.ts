/**
 * Detects plugin mistakes that silently lose jobs, and reports each of them once per listing.
 */
import { Equal, Result } from "effect"
import type { Order } from "../model/Query.ts"
import type { ScanJob } from "../model/ScanJob.ts"

/** The warnings of one listing. */
export interface PluginWarnings {
  /** The warnings that a page adds. `hasRepeats` tells whether some of its jobs had a `vendorId` that was already seen. */
  readonly of: (jobs: ReadonlyArray<ScanJob>, hasRepeats: boolean) => ReadonlyArray<string>
}

/** Starts with nothing reported, for a listing whose vendor promises this order. */
export const make = (order: Order): PluginWarnings => {
  let isOrderReported = order === "none"
  let isSharedIdReported = false
  return {
    of: (jobs, hasRepeats) => {
      const isUnordered = !isOrderReported && isReversed(jobs, order)
      const isShared = !isSharedIdReported && hasRepeats && hasSharedId(jobs)
      if (!isUnordered && !isShared) return none
      isOrderReported ||= isUnordered
      isSharedIdReported ||= isShared
      return [...(isUnordered ? [orderWarning(order)] : []), ...(isShared ? [sharedIdWarning] : [])]
    }
  }
}

const none: ReadonlyArray<string> = []

const orderWarning = (order: Order) =>
  `the provider promises start times in ${order} order, but a page is in the opposite order: queries with \`from\` or \`until\` may miss jobs, and sorting is not reliable. Its \`order\` must match what the vendor does, or be "none"`

const sharedIdWarning =
  "different jobs of one page have the same `vendorId`, and only the first was kept: the provider's `job` must give each job its own"

/** Whether a page runs against the order: its first and last start times do, and so do most neighbours between them. */
const isReversed = (jobs: ReadonlyArray<ScanJob>, order: Order): boolean => {
  const sign = order === "ascending" ? 1 : -1
  const first = jobs.find(hasStart)?.startTime ?? null
  const last = jobs.findLast(hasStart)?.startTime ?? null
  if (first === null || last === null || (last - first) * sign >= 0) return false
  let against = 0
  let before = first
  for (const { startTime } of jobs) {
    if (startTime === null) continue
    against -= Math.sign(startTime - before) * sign
    before = startTime
  }
  return against > 0
}

const hasStart = ({ startTime }: ScanJob): boolean => startTime !== null

/** Whether two different jobs have one id. A job that the vendor gives twice does not count. */
const hasSharedId = (jobs: ReadonlyArray<ScanJob>): boolean => {
  const seen = new Map<string, ScanJob>()
  return jobs.some((job) => {
    const other = seen.get(job.vendorId)
    if (other !== undefined) return isOther(other, job)
    seen.set(job.vendorId, job)
    return false
  })
}

/** Whether two jobs differ; `false` where their rows are nested too deeply to be compared. */
const isOther = (one: ScanJob, other: ScanJob): boolean =>
  Result.getOrElse(
    Result.try(() => !Equal.equals(one, other)),
    () => false
  )
