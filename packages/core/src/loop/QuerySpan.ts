/**
 * Decides when an ordered listing has left the query's span of time, so that the remaining pages need not be read.
 */
import type { Order, Query } from "../model/Query.ts"

/** The start times of one listing, compared with the bounds of a query. */
export interface QuerySpan {
  /** Records the start time of one row. */
  readonly note: (startTime: number | null) => void
  /** The bound that the listing has passed, if any. `pageSize` is the number of jobs on the latest page. */
  readonly passed: (pageSize: number) => "from" | "until" | undefined
}

/** The bounds of how many consecutive rows must lie beyond a bound before it counts as passed. */
const lookAhead = { least: 10, most: 100 }

/**
 * Watches the bound that a listing of this order runs towards.
 *
 * A vendor's order is not exact to the row, so one row beyond a bound proves nothing. The bound counts as passed once a page's
 * worth of consecutive rows lies beyond it: `pageSize` rows, but at least 10 and at most 100.
 */
export const make = ({ from, until }: Query, order: Order): QuerySpan => {
  const bound = order === "ascending" ? until : order === "descending" ? from : undefined
  const name = order === "ascending" ? "until" : "from"
  let beyond = 0
  return {
    note: (startTime) => {
      if (bound === undefined || startTime === null) return
      const isBeyond = order === "ascending" ? startTime >= bound : startTime < bound
      beyond = isBeyond ? beyond + 1 : 0
    },
    passed: (pageSize) => (beyond >= Math.min(lookAhead.most, Math.max(lookAhead.least, pageSize)) ? name : undefined)
  }
}
