/**
 * Pages without rows among the others, of a vendor that says with each answer whether there are more.
 */
import type * as Listing from "../contract/Listing.ts"
import type { Strategy } from "./Strategy.ts"

/** The option of the strategies whose vendor names the next page in each answer. */
export interface EmptyPages {
  /**
   * True where the vendor may give any number of pages without rows before the next row: it reads a part of its data for each page and
   * filters it. Default false: a few such pages in a row count as stalled.
   */
  readonly emptyPages?: boolean
}

/** The verb that says so. A page whose rows all came before is none: a vendor that repeats rows for ever would never end. */
export const advances = <C, L extends Listing.Any>({ emptyPages }: EmptyPages): Pick<Strategy<C, L>, "advances"> =>
  emptyPages === true ? { advances: ({ received }) => received === 0 } : {}
