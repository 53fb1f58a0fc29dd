/**
 * Converts between instants and the local times of a zone, for many times of the same few days.
 *
 * A local time is a number too: the milliseconds since 1970 that a clock on the wall would show.
 */
import { DateTime } from "effect"

/** The length of a day in UTC. */
export const dayMillis = 86_400_000

/** The clock of one time zone. */
export interface ZoneClock {
  /**
   * The instant of a local time. One that does not exist, because clocks go forward, uses the offset before the change, which makes
   * it later by the gap. One that occurs twice, because clocks go back, is the first of the two (RFC 5545, 3.3.5).
   */
  readonly instantOf: (local: number) => number
  /** The second of the two instants of a local time that occurs twice; else the same as `instantOf`. */
  readonly laterInstantOf: (local: number) => number
  /** The local time of an instant. */
  readonly localOf: (instant: number) => number
}

/** The offset of each zone at the beginning of a day, by days since 1970; schedules share them. */
const offsets = new WeakMap<DateTime.TimeZone, Map<number, number>>()
const mostOffsets = 10_000

/** Asking for an offset is slow, and most days have that of the days around them. */
export const make = (zone: DateTime.TimeZone): ZoneClock => {
  const known = offsets.get(zone) ?? new Map<number, number>()
  offsets.set(zone, known)
  const offset = (day: number): number => {
    const found = known.get(day)
    if (found !== undefined) return found
    if (known.size >= mostOffsets) known.clear()
    const asked = offsetAt(day * dayMillis)
    known.set(day, asked)
    return asked
  }
  const offsetAt = (instant: number) => DateTime.zonedOffset(DateTime.makeZonedUnsafe(instant, { timeZone: zone }))
  const resolve = (local: number, disambiguation: "compatible" | "later"): number => {
    const day = Math.floor(local / dayMillis)
    const before = offset(day - 1)
    return before === offset(day + 2)
      ? local - before
      : DateTime.makeZonedUnsafe(local, { timeZone: zone, adjustForTimeZone: true, disambiguation }).epochMilliseconds
  }
  return {
    instantOf: (local) => resolve(local, "compatible"),
    laterInstantOf: (local) => resolve(local, "later"),
    localOf: (instant) => {
      const day = Math.floor(instant / dayMillis)
      const before = offset(day)
      return instant + (before === offset(day + 1) ? before : offsetAt(instant))
    }
  }
}
