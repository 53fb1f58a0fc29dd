/**
 * Lists whose offsets reach only so deep, as those of searches often do.
 */
import type * as Listing from "../contract/Listing.ts"
import type { Request, Turn } from "./Strategy.ts"

/**
 * How to read on in a list whose offsets reach only so deep: by a filter on the key that it is sorted by, from the last row on.
 *
 * @since 0.3.0
 * @category models
 */
export interface Deepest<C, L extends Listing.Any> {
  /** The most that an offset and a page size may be together. */
  readonly rows: number
  /**
   * The key of a row, such as the time of its creation, as the vendor writes it; `undefined` where it has none. The list must be in
   * ascending order of it, and fewer than `rows` rows may have the same one.
   */
  readonly key: (row: L["~Row"]["Type"], turn: Turn<C, L>) => string | undefined
  /** The key in a request that began with one; `undefined` in the others. */
  readonly since: (request: Request<L>) => string | undefined
}

/** The key of the last row of a page that has one. */
export const lastKey = <C, L extends Listing.Any>(
  deepest: Deepest<C, L> | undefined,
  turn: Turn<C, L>
): string | undefined => {
  for (const row of turn.details.toReversed()) {
    const key = deepest?.key(row, turn)
    if (key !== undefined) return key
  }
  return undefined
}
