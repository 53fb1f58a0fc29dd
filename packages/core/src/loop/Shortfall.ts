/**
 * Keeps what the answers of one listing say that they lack: parts that the vendor could not reach, and planned runs that it does not
 * tell.
 */
import * as Reason from "../model/Reason.ts"

/** What an answer says that it lacks. */
export interface Lacking {
  readonly gaps?: ReadonlyArray<string> | undefined
  readonly knownUntil?: number | undefined
}

/** What the answers so far lack. */
export interface Shortfall<Place> {
  /** Notes an answer, and the place that it came from. */
  readonly note: (answer: Lacking, place: Place) => void
  /** The place of the first answer with a gap: the listing has to be read from there again. */
  readonly place: () => Place | undefined
  /** The failure of a listing whose answers have gaps. */
  readonly reason: () => Reason.Unreachable
  /** The earliest time from which on planned runs are not known. */
  readonly knownUntil: () => number | undefined
}

/** The most gaps that a failure names. */
const most = 100

/** Starts a listing whose answers lack nothing. */
export const make = <Place>(): Shortfall<Place> => {
  const missing = new Set<string>()
  let first: Place | undefined
  let earliest: number | undefined
  return {
    note: ({ gaps = [], knownUntil }, place) => {
      if (gaps.length > 0) first ??= place
      for (const gap of gaps) if (missing.size < most) missing.add(gap)
      if (knownUntil !== undefined) earliest = Math.min(knownUntil, earliest ?? knownUntil)
    },
    place: () => first,
    reason: () => new Reason.Unreachable({ missing: [...missing] }),
    knownUntil: () => earliest
  }
}
