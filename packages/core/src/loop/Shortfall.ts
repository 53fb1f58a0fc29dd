/**
 * Keeps what a listing lacks that is read on all the same: what the vendor could not reach, rows of a part whose total is higher, and
 * planned runs that it does not tell.
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
  /** Notes a failure that is raised only after the other parts. */
  readonly postpone: (reason: Reason.Reason, place: Place) => void
  /** The first place where something is missing: the listing has to be read from there again. */
  readonly place: () => Place | undefined
  /** The failure of a listing that lacks something. */
  readonly reason: () => Reason.Reason
  /** The earliest time from which on planned runs are not known. */
  readonly knownUntil: () => number | undefined
}

/** The most gaps that a failure names. */
const most = 100

/** Starts a listing whose answers lack nothing. */
export const make = <Place>(): Shortfall<Place> => {
  const missing = new Set<string>()
  let first: Place | undefined
  let postponed: Reason.Reason | undefined
  let earliest: number | undefined
  return {
    note: ({ gaps = [], knownUntil }, place) => {
      if (gaps.length > 0) first ??= place
      for (const gap of gaps) if (missing.size < most) missing.add(gap)
      if (knownUntil !== undefined) earliest = Math.min(knownUntil, earliest ?? knownUntil)
    },
    postpone: (reason, place) => {
      first ??= place
      postponed ??= reason
    },
    place: () => first,
    reason: () => postponed ?? new Reason.Unreachable({ missing: [...missing] }),
    knownUntil: () => earliest
  }
}
