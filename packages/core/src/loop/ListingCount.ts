/**
 * Counts the rows of one listing, and compares them with the total that its vendor states.
 *
 * **Details**
 *
 * - The latest total counts, so that rows which are removed while the listing is read are not missing.
 * - Rows that are added while the listing is read raise the total. In a listing that is not ascending they may come before the
 *   place that was reached: later pages then repeat as many rows, and the new ones are never seen. As many rows as the total
 *   grew by and as were repeated are therefore not missing. Every row that was there at the beginning is still required.
 */
import type { Order } from "../model/Query.ts"

/** One page, counted in rows. */
export interface PageRows {
  /** How many rows the answer had. */
  readonly rows: number
  /** How many of them no earlier page had. */
  readonly fresh: number
  /** How many of those were rejected. */
  readonly rejected: number
  /** The total as the vendor states it; whatever {@link isTotal} refuses counts as not stated. */
  readonly total: number | undefined
  /** Whether the vendor named the next request, so that no empty page comes after the last one. */
  readonly isLinked: boolean
  /** Whether the page is progress although no row of it is new. */
  readonly advanced: boolean
  /** How many pages there are behind it, as the vendor says. */
  readonly pagesLeft: number | undefined
}

/** The count over all pages of one listing. */
export interface ListingCount {
  readonly add: (page: PageRows) => void
  readonly pages: () => number
  /** How many different rows came, those of earlier runs included. */
  readonly received: () => number
  /** `received` before the latest page. */
  readonly receivedBefore: () => number
  readonly rejected: () => number
  /** How many pages in a row, up to the latest, brought no new row. */
  readonly barren: () => number
  /** How many pages in a row, up to the latest, brought neither a new row nor progress. */
  readonly stalled: () => number
  /** Whether there is a total, and no row is missing from it. */
  readonly hasAll: () => boolean
  /** The total that rows are missing from; `undefined` where there is none, or only an approximate one. */
  readonly unreached: () => number | undefined
  /**
   * How many pages, from the next one on, are wanted for certain where this much may still be read, unless the list is shorter
   * than the vendor's pages suggest so far.
   */
  readonly certain: (left: { readonly jobs: number; readonly pages: number }) => number
}

/** How a listing is counted. */
export interface Options {
  /** How many different rows earlier runs received. */
  readonly received: number
  readonly order: Order
  /** Whether the vendor's total may be above the number of rows that it lists; it then proves nothing. */
  readonly approximateTotal: boolean
}

/** Vendors state 2147483647, or more, for "unknown". */
const unknownTotal = 2 ** 31 - 1

/** Whether a number that a vendor states can be a total: a whole number from 0 to 2147483646. */
export const isTotal = (total: number | undefined): total is number =>
  total !== undefined && Number.isInteger(total) && total >= 0 && total < unknownTotal

/** Starts a listing with no page counted. */
export const make = (options: Options): ListingCount => {
  let pages = 0
  let received = options.received
  let receivedBefore = received
  let repeats = 0
  let rejected = 0
  let barren = 0
  let stalled = 0
  let latest = 0
  let largest = 0
  let isLinked = false
  let pagesLeft = Number.POSITIVE_INFINITY
  let firstTotal: number | undefined
  let total: number | undefined

  const grown = () => (options.order === "ascending" ? 0 : Math.max(0, (total ?? 0) - (firstTotal ?? 0)))
  const hasAll = () => total !== undefined && received + Math.min(grown(), repeats) >= total

  return {
    add: (page) => {
      pages++
      receivedBefore = received
      received += page.fresh
      repeats += page.rows - page.fresh
      rejected += page.rejected
      barren = page.fresh === 0 ? barren + 1 : 0
      stalled = page.fresh === 0 && !page.advanced ? stalled + 1 : 0
      latest = page.rows
      largest = Math.max(largest, latest)
      isLinked = page.isLinked
      pagesLeft = page.pagesLeft ?? Number.POSITIVE_INFINITY
      if (!isTotal(page.total)) return
      total = page.total
      firstTotal ??= total
    },
    pages: () => pages,
    received: () => received,
    receivedBefore: () => receivedBefore,
    rejected: () => rejected,
    barren: () => barren,
    stalled: () => stalled,
    hasAll,
    unreached: () => (options.approximateTotal || hasAll() ? undefined : total),
    certain: (left) => {
      if (barren > 0 || latest < largest) return 1
      // A total that is already exceeded says nothing about what is left.
      const rowsLeft = total !== undefined && received <= total ? total - received : Number.POSITIVE_INFINITY
      const pagesOf = (rows: number) => Math.ceil(rows / latest)
      // A client that counts offsets learns only from an empty page that the last full one was the end.
      const closing = !isLinked && rowsLeft % latest === 0 ? 1 : 0
      return Math.max(1, Math.min(pagesOf(left.jobs), pagesOf(rowsLeft) + closing, left.pages, pagesLeft))
    }
  }
}
