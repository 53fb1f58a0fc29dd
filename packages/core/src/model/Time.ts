/**
 * Reads the times that vendors send as epoch milliseconds.
 *
 * Every function returns `null` for "no time" and `NaN` for a time that it cannot read. A job's time that is `NaN` becomes
 * `null`, and the library reports it as drift.
 *
 * **Example** (a vendor's text)
 *
 * ```ts
 * import { Time } from "@scanjobs/core"
 *
 * export const startTime = Time.fromIso("2026-03-04T05:06:07.890+02:00")
 * ```
 */
import { DateTime, Option } from "effect"
import * as ZoneClock from "./ZoneClock.ts"

/**
 * Reads an RFC 3339 or ISO 8601 instant with `Z` or an offset (`+02:00`, `+0200` or `+02`) and any number of fraction digits.
 *
 * An empty text, a placeholder such as `N/A`, `-` or `null`, and a date in year 0 or 1, which services send for "unset", are no
 * time: `null`. Any other text cannot be read: `NaN`. So is a time without a zone: see {@link fromLocal}.
 *
 * @since 0.1.0
 * @category constructors
 */
export const fromIso = (text: string | null | undefined): number | null => {
  if (typeof text !== "string") return null
  const usual = fromUsualForm(text)
  if (!Number.isNaN(usual)) return usual
  const match = instant.exec(text.trim())
  if (match === null) return isNoTime(text) ? null : Number.NaN
  const [, date = "", time = "", seconds = "00", fraction = "", zone = "", hours = "", minutes = "00"] = match
  // `Date.parse` reads February 30 as March 2.
  if (Number(date.slice(8, 10)) > daysIn(Number(date.slice(0, 4)), Number(date.slice(5, 7)))) {
    return isNoTime(text) ? null : Number.NaN
  }
  const millis = Date.parse(
    `${date}T${time}:${seconds}.${fraction.slice(0, 3).padEnd(3, "0")}${hours === "" ? zone.toUpperCase() : `${hours}:${minutes}`}`
  )
  if (Number.isNaN(millis)) return isNoTime(text) ? null : Number.NaN
  return millis < endOfYearOne ? null : millis
}

/** What vendors send for "no time", with the zero dates of databases and of .NET. */
const isNoTime = (text: string): boolean => /^(?:|n\/?a|-+|null|none|never|000[01]-.*)$/i.test(text.trim())

/**
 * Reads `2024-09-26T05:58:40.4092427+00:00` and the like digit by digit; NaN for everything else. Most rows have two times, and
 * `Date.parse` would cost more than the rest of the row.
 */
const fromUsualForm = (text: string): number => {
  const isUsual =
    text.length >= 20 &&
    text.charCodeAt(4) === dash &&
    text.charCodeAt(7) === dash &&
    text.charCodeAt(10) === 84 &&
    text.charCodeAt(13) === colon &&
    text.charCodeAt(16) === colon
  if (!isUsual) return Number.NaN
  const hour = pair(text, 11)
  const minute = pair(text, 14)
  const second = pair(text, 17)
  if (hour > 23 || minute > 59 || second > 59) return Number.NaN
  const hasFraction = text.charCodeAt(19) === 46
  const zone = hasFraction ? endOfDigits(text, 20) : 19
  if (zone === 20) return Number.NaN
  const millis = hasFraction ? millisOf(text, zone) : 0
  const midnight = midnightOf(pair(text, 0) * 100 + pair(text, 2), pair(text, 5), pair(text, 8))
  return midnight + ((hour * 60 + minute) * 60 + second) * 1000 + millis - offset(text, zone)
}

const dash = 45
const colon = 58

/** The offset from `at` to the end of the text, in milliseconds; NaN if there is none. */
const offset = (text: string, at: number): number => {
  const sign = text.charCodeAt(at)
  if (sign === 90 && text.length === at + 1) return 0
  if ((sign !== 43 && sign !== dash) || text.length !== at + 6 || text.charCodeAt(at + 3) !== colon) return Number.NaN
  const hours = pair(text, at + 1)
  const minutes = pair(text, at + 4)
  if (hours > 23 || minutes > 59) return Number.NaN
  return (sign === 43 ? 1 : -1) * (hours * 60 + minutes) * 60_000
}

/** The end of the digits that begin at `at`. */
const endOfDigits = (text: string, at: number): number => {
  while (at < text.length && isDigit(text.charCodeAt(at) - 48)) at++
  return at
}

/** The milliseconds of the fraction of a second between the places 20 and `end`. */
const millisOf = (text: string, end: number): number =>
  (text.charCodeAt(20) - 48) * 100 +
  (end > 21 ? (text.charCodeAt(21) - 48) * 10 : 0) +
  (end > 22 ? text.charCodeAt(22) - 48 : 0)

/** Two digits as a number; a number beyond any part of a time if they are no digits. */
const pair = (text: string, at: number): number => {
  const tens = text.charCodeAt(at) - 48
  const units = text.charCodeAt(at + 1) - 48
  return isDigit(tens) && isDigit(units) ? tens * 10 + units : noPair
}

const noPair = 10_000_000

/** Whether it is between 0 and 9, in one comparison: a negative number becomes a large unsigned one. */
const isDigit = (number: number): boolean => number >>> 0 <= 9

let knownDate = 0
let knownMidnight = Number.NaN

/** The beginning of a day, NaN if there is no such day. Memoised, because consecutive rows are usually of one day. */
const midnightOf = (year: number, month: number, day: number): number => {
  const date = (year * 100 + month) * 100 + day
  if (date !== knownDate) {
    if (!(year >= 1000 && month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month))) return Number.NaN
    knownMidnight = Date.UTC(year, month - 1, day)
    knownDate = date
  }
  return knownMidnight
}

const daysIn = (year: number, month: number): number => new Date(Date.UTC(year, month, 0)).getUTCDate()

const instant = /^(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d)(?::(\d\d)(?:[.,](\d+))?)?([Zz]|([+-]\d\d):?(\d\d)?)$/
const endOfYearOne = Date.parse("0002-01-01T00:00:00Z")

/**
 * Reads the time on a clock of a zone, such as `2026-03-04 05:06:07`, for vendors that send times without a zone; else as {@link fromIso}, so
 * that an offset in the text counts. The zone is an IANA name, or the value of a setting whose schema is `Schema.TimeZoneNamed`. An
 * unknown zone makes the time unreadable: `NaN`.
 *
 * Where clocks go back, a time that occurs twice is the first of the two; where they go forward, one that does not exist is later by the gap.
 *
 * **Example** (an account in Zurich, in winter)
 *
 * ```ts run
 * import { Time } from "@scanjobs/core"
 *
 * console.log(Time.fromLocal("2026-03-04 05:06:07", "Europe/Zurich") === Time.fromIso("2026-03-04T05:06:07+01:00"))
 * // true
 * ```
 *
 * @since 0.3.0
 * @category constructors
 */
export const fromLocal = (
  text: string | null | undefined,
  zone: string | DateTime.TimeZone | null | undefined
): number | null => {
  const exact = fromIso(text)
  if (exact === null || !Number.isNaN(exact)) return exact
  const local = fromIso(`${text?.trim()}Z`)
  if (local === null || Number.isNaN(local)) return local
  return Option.match(typeof zone === "string" ? DateTime.zoneMakeNamed(zone) : Option.fromNullishOr(zone), {
    onNone: () => Number.NaN,
    onSome: (known) => ZoneClock.make(known).instantOf(local)
  })
}

/**
 * Reads an epoch time that may be a number or a string of digits, in seconds or in milliseconds: below 1e11 it is
 * seconds, which is the year 5138, and otherwise milliseconds, which is 1973. Zero, negative numbers and placeholders such as
 * `N/A` are no time: `null`. Any other text, and a number beyond what a `Date` can hold, cannot be read: `NaN`.
 *
 * **Example** (seconds and milliseconds)
 *
 * ```ts run
 * import { Time } from "@scanjobs/core"
 *
 * console.log(Time.fromEpoch("1596781119"), Time.fromEpoch(1591099200000), Time.fromEpoch(0))
 * // 1596781119000 1591099200000 null
 * ```
 *
 * @since 0.1.0
 * @category accessors
 */
export const fromEpoch = (value: number | string | null | undefined): number | null => {
  if (value === null || value === undefined) return null
  if (typeof value === "string" && !/^-?\d+(?:\.\d+)?$/.test(value.trim())) return isNoTime(value) ? null : Number.NaN
  const n = Number(value)
  if (n <= 0) return null
  const millis = Math.trunc(n < 1e11 ? n * 1000 : n)
  return millis <= lastInstant ? millis : Number.NaN
}

/** The last instant that ECMAScript's `Date` can hold. */
const lastInstant = 8.64e15

/**
 * Reads a length of time as milliseconds: an ISO 8601 duration such as `PT1H30M`, `P1DT12H` or `P2W`, hours, minutes and seconds such as
 * `26:05:00`, or seconds as Protocol Buffers write them in JSON, such as `86400s`, with or without a fraction of the seconds. Placeholders such as `N/A` are no length: `null`. Any other text, a negative
 * length, and one with years or months, whose length varies, cannot be read: `NaN`.
 *
 * **Example** (two forms of the same length)
 *
 * ```ts run
 * import { Time } from "@scanjobs/core"
 *
 * console.log(Time.fromDuration("PT1H30M"), Time.fromDuration("01:30:00"), Time.fromDuration("P1Y"))
 * // 5400000 5400000 NaN
 * ```
 *
 * @since 0.3.0
 * @category accessors
 */
export const fromDuration = (text: string | null | undefined): number | null => {
  if (typeof text !== "string") return null
  const clock = /^(\d{1,9}):([0-5]\d):([0-5]\d(?:[.,]\d{1,9})?)$/.exec(text.trim())
  if (clock !== null) return lengthOf([0, 0, ...clock.slice(1)])
  const seconds = /^(\d{1,12}(?:\.\d{1,9})?)s$/.exec(text.trim())
  if (seconds !== null) return lengthOf([0, 0, 0, 0, ...seconds.slice(1)])
  const iso = duration.exec(text.trim())
  if (iso === null) return isNoTime(text) ? null : Number.NaN
  return lengthOf(iso.slice(1))
}

/** At least one part has to follow `P`, and one `T`. */
const duration =
  /^P(?=[\dT])(?:(\d{1,9})W)?(?:(\d{1,9})D)?(?:T(?=\d)(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9}(?:[.,]\d{1,9})?)S)?)?$/i

/** The milliseconds of weeks, days, hours, minutes and seconds. */
const lengthOf = (parts: ReadonlyArray<string | number | undefined>): number => {
  const [weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0] = parts.map((part) =>
    Number(String(part ?? 0).replace(",", "."))
  )
  return Math.round(((((weeks * 7 + days) * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000)
}
