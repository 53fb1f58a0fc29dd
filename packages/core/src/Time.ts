/**
 * Vendors' notions of time, read into epoch milliseconds. Every function answers `null` for "no time".
 */

/**
 * Reads an RFC 3339 or ISO 8601 instant with `Z` or an offset and any number of fraction digits. What is not an instant,
 * such as `""`, `N/A` or a date without a zone, is no time; so is a date in year 1, which .NET services send for "unset".
 */
export const fromIso = (text: string | null | undefined): number | null => {
  if (typeof text !== "string") return null
  const match = instant.exec(text.trim())
  if (match === null) return null
  const [, seconds = "", fraction = "", zone = ""] = match
  const day = Number(seconds.slice(8, 10))
  if (day > 28 && day > daysOfMonth(seconds)) return null
  const millis = Date.parse(`${seconds.replace(" ", "T")}.${fraction.slice(0, 3).padEnd(3, "0")}${zone.toUpperCase()}`)
  return Number.isNaN(millis) || millis < endOfYearOne ? null : millis
}

/** `Date.parse` takes 30 February for 2 March. */
const daysOfMonth = (text: string): number =>
  new Date(Date.UTC(Number(text.slice(0, 4)), Number(text.slice(5, 7)), 0)).getUTCDate()

const instant = /^(\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d)(?:[.,](\d+))?([Zz]|[+-]\d\d:\d\d)$/
const endOfYearOne = Date.parse("0002-01-01T00:00:00Z")

/**
 * Reads an epoch time that may be a number or a string of digits, in seconds or in milliseconds: below 1e11 it is
 * seconds, which is the year 5138, and otherwise milliseconds, which is 1973. Zero and what is not a number are no time.
 *
 * **Example** (seconds and milliseconds)
 *
 * ```ts run
 * import { Time } from "@scanjobs/core"
 *
 * console.log(Time.fromEpoch("1596781119"), Time.fromEpoch(1591099200000), Time.fromEpoch(0))
 * // 1596781119000 1591099200000 null
 * ```
 */
export const fromEpoch = (value: number | string | null | undefined): number | null => {
  if (value === null || value === undefined || (typeof value === "string" && !/^\d+(?:\.\d+)?$/.test(value.trim()))) {
    return null
  }
  const n = Number(value)
  if (!(n > 0)) return null
  const millis = Math.trunc(n < 1e11 ? n * 1000 : n)
  return millis <= lastInstant ? millis : null
}

/** The last instant that ECMAScript's `Date` can hold. */
const lastInstant = 8.64e15
