/**
 * What a page shows of mistakes in a plugin that lose jobs in silence; each is told once for a listing.
 */
import { Equal } from "effect"
import type { Order } from "../model/Query.ts"
import type { ScanJob } from "../model/ScanJob.ts"

/** Looks at the pages of one listing. */
export interface PageNotes {
  /** What is new to be told of a page, of which some jobs were repeats or none. */
  readonly of: (jobs: ReadonlyArray<ScanJob>, hasRepeats: boolean) => ReadonlyArray<string>
}

/** Starts with nothing told, for a listing of which this order is promised. */
export const make = (order: Order): PageNotes => {
  let isOrderTold = order === "none"
  let isTwiceTold = false
  return {
    of: (jobs, hasRepeats) => {
      const isUnordered = !isOrderTold && isTurned(jobs, order)
      const isTwice = !isTwiceTold && hasRepeats && hasTwo(jobs)
      if (!isUnordered && !isTwice) return none
      isOrderTold ||= isUnordered
      isTwiceTold ||= isTwice
      return [...(isUnordered ? [orderNote(order)] : []), ...(isTwice ? [twiceNote] : [])]
    }
  }
}

const none: ReadonlyArray<string> = []

const orderNote = (order: Order) =>
  `the provider promises start times in ${order} order, and a page is in the other one: what is asked for by \`from\` or \`until\` may miss jobs, and sorting does not hold. Its \`order\` is to be what the vendor does, or "none"`

const twiceNote =
  "different jobs of one page have the same `vendorId`, and only the first one was kept: the provider's `job` must give each of them its own"

/** Whether a page runs against the order: its ends do, and most of its neighbours. */
const isTurned = (jobs: ReadonlyArray<ScanJob>, order: Order): boolean => {
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

/** Whether two jobs have one id and are not the same one, given twice by the vendor. */
const hasTwo = (jobs: ReadonlyArray<ScanJob>): boolean => {
  const seen = new Map<string, ScanJob>()
  return jobs.some((job) => {
    const other = seen.get(job.vendorId)
    if (other !== undefined) return !Equal.equals(other, job)
    seen.set(job.vendorId, job)
    return false
  })
}
