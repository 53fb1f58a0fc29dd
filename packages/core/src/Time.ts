/**
 * Vendors' notions of time, read into epoch milliseconds. Every function answers `null` for "no time".
 */

/**
 * Reads an RFC 3339 or ISO 8601 instant with `Z` or an offset (`+02:00`, `+0200` or `+02`) and any number of fraction
 * digits. What is not an instant,
 * such as `""`, `N/A` or a date without a zone, is no time; so is a date in year 1, which .NET services send for "unset".
 */
export const fromIso = (text: string | null | undefined): number | null => {
  if (typeof text !== "string") return null
  const usual = fromUsualForm(text)
  if (!Number.isNaN(usual)) return usual
  const match = instant.exec(text.trim())
  if (match === null) return null
  const [, date = "", time = "", seconds = "00", fraction = "", zone = "", hours = "", minutes = "00"] = match
  const day = Number(date.slice(8, 10))
  if (day > 28 && day > daysOfMonth(date)) return null
  const millis = Date.parse(
    `${date}T${time}:${seconds}.${fraction.slice(0, 3).padEnd(3, "0")}${hours === "" ? zone.toUpperCase() : `${hours}:${minutes}`}`
  )
  return Number.isNaN(millis) || millis < endOfYearOne ? null : millis
}

/** `Date.parse` takes 30 February for 2 March. */
const daysOfMonth = (text: string): number =>
  new Date(Date.UTC(Number(text.slice(0, 4)), Number(text.slice(5, 7)), 0)).getUTCDate()

/**
 * `2024-09-26T05:58:40.4092427+00:00` and the like, digit by digit, because a listing has two of them in each row and
 * `Date.parse` would cost more than all the rest. NaN for everything else, also for days that some months do not have.
 */
const fromUsualForm = (text: string): number => {
  const year = pair(text, 0) * 100 + pair(text, 2)
  const month = pair(text, 5)
  const day = pair(text, 8)
  const hour = pair(text, 11)
  const minute = pair(text, 14)
  const second = pair(text, 17)
  const isUsual =
    text.charCodeAt(4) === 45 &&
    text.charCodeAt(7) === 45 &&
    text.charCodeAt(10) === 84 &&
    text.charCodeAt(13) === 58 &&
    text.charCodeAt(16) === 58 &&
    year >= 1000 &&
    month >= 1 &&
    month <= 12 &&
    day >= 1 &&
    day <= 28 &&
    hour <= 23 &&
    minute <= 59 &&
    second <= 59
  if (!isUsual) return Number.NaN
  let at = 19
  let millis = 0
  if (text.charCodeAt(at) === 46) {
    for (let weight = 100; isDigit(text.charCodeAt(++at)); weight /= 10) {
      if (weight >= 1) millis += (text.charCodeAt(at) - 48) * weight
    }
    if (at === 20) return Number.NaN
  }
  return (
    daysSince1970(year, month, day) * 86_400_000 +
    hour * 3_600_000 +
    minute * 60_000 +
    second * 1000 +
    millis -
    offset(text, at)
  )
}

/** The offset that begins at `at` and ends the text, in milliseconds; NaN where there is none. */
const offset = (text: string, at: number): number => {
  const sign = text.charCodeAt(at)
  if (sign === 90 && text.length === at + 1) return 0
  if ((sign !== 43 && sign !== 45) || text.charCodeAt(at + 3) !== 58 || text.length !== at + 6) return Number.NaN
  const hours = pair(text, at + 1)
  const minutes = pair(text, at + 4)
  if (!(hours <= 23 && minutes <= 59)) return Number.NaN
  return (sign === 43 ? 1 : -1) * (hours * 3_600_000 + minutes * 60_000)
}

const isDigit = (code: number): boolean => code >= 48 && code <= 57

const pair = (text: string, at: number): number => {
  const tens = text.charCodeAt(at)
  const units = text.charCodeAt(at + 1)
  return isDigit(tens) && isDigit(units) ? tens * 10 + units - 528 : Number.NaN
}

/** Days since 1970-01-01 in the proleptic Gregorian calendar, whose years begin in March here, so that leap days end them. */
const daysSince1970 = (year: number, month: number, day: number): number => {
  const y = month <= 2 ? year - 1 : year
  const era = Math.floor(y / 400)
  const yearOfEra = y - era * 400
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1
  return era * 146_097 + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear - 719_468
}

const instant = /^(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d)(?::(\d\d)(?:[.,](\d+))?)?([Zz]|([+-]\d\d):?(\d\d)?)$/
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
