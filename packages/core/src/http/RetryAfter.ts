/**
 * Reads how long a vendor asks to wait.
 */
import { Duration, Result } from "effect"
import { Headers } from "effect/http"
import * as MemoizeLast from "../decoding/MemoizeLast.ts"
import * as Time from "../model/Time.ts"
import type { Reply } from "../contract/Exchange.ts"
import type { Rejection } from "../contract/Rejection.ts"

/**
 * The wait in milliseconds that a plugin or the header `Retry-After` states, or `null`. `sentAt` is when the answer was sent,
 * in epoch milliseconds.
 */
export const waitOf = (headers: Reply["headers"], rejection: Rejection | undefined, sentAt: number): number | null => {
  const until = untilOf(rejection, sentAt)
  if (until !== undefined) return bounded(until)
  const stated = rejection?.retryAfter
  // A plugin may have computed it from text that is no number.
  if (stated !== undefined && Number.isFinite(stated)) return bounded(stated)
  const header = headers["retry-after"]
  return header === undefined || header.length > longestHeader ? null : parse(header, sentAt)
}

/** Whether the wait is the first of growing ones. A time that the vendor states does not move. */
export const isGrowing = (rejection: Rejection | undefined, sentAt: number): boolean =>
  rejection?.growing === true && untilOf(rejection, sentAt) === undefined

/** The milliseconds until the time that a plugin states, if that is ahead. */
const untilOf = (rejection: Rejection | undefined, sentAt: number): number | undefined => {
  const wait = (rejection?.retryAt ?? Number.NaN) - sentAt
  return wait > 0 ? wait : undefined
}

/** A longer text is no wait, in characters. */
const longestHeader = 1000

/** The longest wait that is told apart from longer ones: 31 years, in milliseconds. */
const longestWait = 1e12

const bounded = (wait: number): number => Math.min(Math.max(0, wait), longestWait)

/**
 * Every form of RFC 9110, and what vendors and proxies send besides: fractions, units, epoch times, and several values, of
 * which the longest counts. Waits are rounded up to whole seconds.
 */
const parse = (header: string, sentAt: number): number | null => {
  const parts = header.split(",").map((part) => part.trim().replaceAll('"', ""))
  // An HTTP date has a comma of its own.
  const candidates = [...parts, ...parts.map((part, index) => `${part}, ${parts[index + 1] ?? ""}`)]
  const waits = [header, ...candidates].map((text) => oneWait(text, sentAt)).filter((wait) => wait !== null)
  return waits.length === 0 ? null : Math.ceil(bounded(Math.max(...waits)) / 1000) * 1000
}

const oneWait = (text: string, sentAt: number): number | null => {
  const number = /^\+?(\d+(?:\.\d*)?|\.\d+)\s*(ms|s|m|h)?[a-z]*$/i.exec(text)
  if (number === null) {
    const standard = Headers.parseRetryAfter(text)
    return Result.isSuccess(standard) ? Duration.toMillis(Headers.retryAfterDelay(standard.success, sentAt)) : null
  }
  const value = Number(number[1])
  const unit = number[2]?.toLowerCase()
  if (unit === undefined && value >= firstEpochSecond) {
    const time = Time.fromEpoch(value) ?? 0
    // A number beyond all times asks for a wait without end.
    return Number.isNaN(time) ? longestWait : Math.max(0, time - sentAt)
  }
  return value * (unitMillis.get(unit ?? "s") ?? 1000)
}

const unitMillis = new Map([
  ["ms", 1],
  ["s", 1000],
  ["m", 60_000],
  ["h", 3_600_000]
])

/** From here on, a number without a unit is a time, not a wait: the year 2001, or 31 years. */
const firstEpochSecond = 1e9

/**
 * When an answer was sent by the vendor's own clock, in epoch milliseconds, as its header `Date` says. Dates in the answer
 * refer to that clock.
 */
export const sentAtOf = ({ date }: Reply["headers"]): number | undefined => {
  const sent = date === undefined || date.length > longestDate ? Number.NaN : timeOf(date)
  return Number.isNaN(sent) ? undefined : sent
}

/** Longer than any form of a date, in characters. */
const longestDate = 100

/** Memoised, because many answers are sent in one second. */
const timeOf = MemoizeLast.of(Date.parse)
