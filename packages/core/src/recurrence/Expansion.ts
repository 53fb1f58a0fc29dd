/**
 * Lists the instants of what recurs, within a span.
 */
import { dayMillis, type ZoneClock } from "../model/ZoneClock.ts"

/** A span of time in epoch milliseconds; `until` is exclusive. */
export interface Span {
  readonly from: number
  readonly until: number
}

/** The largest number of instants within a span. */
export const limit = 10_000

/** How many days to look for the first instant after a span: the next 29 February can be eight years away. */
const lookAhead = 9 * 366

/** 31 December 9999. */
const lastDay = 2_932_896

/** Times of day on some days, by the clock of a zone. */
export interface OfDays {
  readonly clock: ZoneClock
  readonly fits: (day: number) => boolean
  /** Local times of a day, in milliseconds, in order. */
  readonly times: Iterable<number>
  /** Whether a local time that occurs twice is due twice. */
  readonly isDueTwice: boolean
  /** The first day; `-Infinity` where there is none. */
  readonly first: number
  /** How many times of the first day are over when it begins, so that they are not due. */
  readonly skipped: number
  /** How many times are due, from the first one on. A number only where `times` are a list. */
  readonly count: number
  /** The last instant that is allowed. */
  readonly end: number
}

/** The instants within the span, in order, plus the first one at or after its end. */
export const ofDays = (given: OfDays, { from, until }: Span): ReadonlyArray<number> => {
  const { count, end, first, fits, skipped } = given
  // No zone is as much as two days from UTC. Earlier days matter only for a count.
  const near = Math.floor(from / dayMillis) - 2
  const last = Math.min(Math.floor(until / dayMillis) + lookAhead, lastDay)
  const found: Array<number> = []
  // A count of more times than there can be never ends a rule.
  const perDay = Array.isArray(given.times) ? given.times.length : 1
  const isCounted = Number.isFinite(count) && count <= (last - first) * perDay
  let left = isCounted ? count : Infinity
  for (let day = isCounted ? first : Math.max(first, near); day <= last && found.length <= limit; day++) {
    if (!fits(day)) continue
    const over = day === first ? skipped : 0
    const taken = Math.min(left, perDay - over)
    if (left <= 0) break
    left -= taken
    if (day < near) continue
    const times = over === 0 && taken === perDay ? given.times : [...given.times].slice(over, over + taken)
    const ofDay = instantsOf(day, { ...given, times }, from)
    for (const at of ofDay) {
      if (at > end) return found
      // If a zone skips a whole day, two local times are the same instant.
      if (at >= from && at > (found.at(-1) ?? -Infinity)) found.push(at)
      if (at >= until || found.length > limit) return found
    }
  }
  return found
}

/** How many instants of a day are of use: each may be there twice, where clocks go forward. */
const mostOfDay = 2 * (limit + 1)

/** The instants of a day, in order: where clocks go forward, they may differ in order from the local times. */
const instantsOf = (day: number, { clock, isDueTwice, times }: OfDays, from: number): ReadonlyArray<number> => {
  const instants: Array<number> = []
  for (const time of times) {
    const local = day * dayMillis + time
    if (local < from - dayMillis * 2) continue
    const at = clock.instantOf(local)
    instants.push(at)
    const later = isDueTwice ? clock.laterInstantOf(local) : at
    if (later !== at) instants.push(later)
    if (instants.length > mostOfDay) break
  }
  return instants.length === 1 ? instants : instants.toSorted((a, b) => a - b)
}

/** A fixed number of milliseconds from one instant to the next. */
export interface OfSteps {
  readonly start: number
  readonly step: number
  readonly count: number
  /** The last instant that is allowed. */
  readonly end: number
  /** The days of the zone on which steps count. */
  readonly on?: { readonly clock: ZoneClock; readonly fits: (day: number) => boolean } | undefined
}

/** The instants within the span, in order, plus the first one at or after its end. */
export const ofSteps = ({ count, end, on, start, step }: OfSteps, { from, until }: Span): ReadonlyArray<number> => {
  const found: Array<number> = []
  const last = Math.min(end, until + lookAhead * dayMillis, lastDay * dayMillis)
  /** Takes the steps before `to`, as far as they are allowed; false where no more are of use. */
  const take = (first: number, to: number): boolean => {
    for (let at = start + first * step; at < to; at += step) {
      if (at > last) return false
      if (at >= from) found.push(at)
      if (at >= until || found.length > limit) return false
    }
    return true
  }
  const first = Math.max(0, Math.ceil((from - start) / step))
  if (on === undefined) {
    take(first, start + count * step)
    return found
  }
  const { clock, fits } = on
  const firstDay = Math.floor(clock.localOf(count < Infinity ? start : Math.max(start, from)) / dayMillis)
  let left = count
  for (let day = firstDay; left > 0 && day * dayMillis <= last + 2 * dayMillis; day++) {
    if (!fits(day)) continue
    const begin = Math.max(0, Math.ceil((clock.instantOf(day * dayMillis) - start) / step))
    const after = Math.ceil((clock.instantOf((day + 1) * dayMillis) - start) / step)
    const taken = Math.min(left, after - begin)
    if (!take(Math.max(begin, first), start + (begin + taken) * step)) break
    left -= taken
  }
  return found
}
