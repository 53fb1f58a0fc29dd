/**
 * Times as people write them on a command line: an instant, a date, a day's name, or a distance from now.
 */
import { Result } from "effect"
import * as TimeZone from "../output/TimeZone.ts"

const millisOf: ReadonlyMap<string, number> = new Map([
  ["s", 1000],
  ["m", 60_000],
  ["h", 3_600_000],
  ["d", 86_400_000],
  ["w", 604_800_000]
])

const days: ReadonlyMap<string, number> = new Map([
  ["yesterday", -1],
  ["today", 0],
  ["tomorrow", 1]
])

const relative = /^([+-]?)(\d+)([smhdw])$/
const iso = /^(\d{4}-\d\d-\d\d)(?:[Tt ](\d\d:\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?([Zz]|[+-]\d\d(?::?\d\d)?)?)?$/

/** What is understood, in one sentence. */
export const expected =
  "an ISO 8601 time such as 2026-01-31 or 2026-01-31T08:00:00Z, a time from now such as -7d or +90d (units s m h d w), or now, today, yesterday or tomorrow"

/** How a time is read. */
export interface Options {
  /** Epoch milliseconds. */
  readonly now: number
  /** The sign of a distance that has none, such as `7d`. */
  readonly unsigned: "+" | "-"
  /** The zone of dates, of days' names, and of times that name no zone. */
  readonly zone: TimeZone.Zone
}

/**
 * Reads a time as epoch milliseconds. A date, `today` and its like are the start of that day. A day that its month does not
 * have is not a time.
 *
 * **Example** (a week before the epoch's second month)
 *
 * ```ts
 * RelativeTime.parse("7d", { now: Date.parse("1970-02-01"), unsigned: "-", zone: TimeZone.utc }) // Result.succeed(2073600000)
 * ```
 */
export const parse = (text: string, options: Options): Result.Result<number, string> => {
  const time = instantOf(text.trim(), options)
  return Math.abs(time) <= lastInstant ? Result.succeed(time) : Result.fail(expected)
}

const instantOf = (text: string, { now, unsigned, zone }: Options): number => {
  const word = text.toLowerCase()
  if (word === "now") return now
  const day = days.get(word)
  if (day !== undefined) return TimeZone.startOfDay(now, day, zone)
  const distance = relative.exec(text)
  return distance === null ? absolute(text, zone) : now + distanceOf(distance, unsigned)
}

const distanceOf = ([, sign, count, unit = ""]: RegExpExecArray, unsigned: "+" | "-"): number =>
  Number(`${sign === "" ? unsigned : sign}${count}`) * (millisOf.get(unit) ?? Number.NaN)

const span = /^(\d+)(ms|s|m|h|d|w)$/

/** What {@link duration} understands. */
const expectedDuration = "a length of time of at least 1 ms such as 90s, 10m or 2h (units ms s m h d w)"

/** Reads a length of time as milliseconds. */
export const duration = (text: string): Result.Result<number, string> => {
  const [, count, unit = ""] = span.exec(text.trim()) ?? []
  const millis = Number(count) * (unit === "ms" ? 1 : (millisOf.get(unit) ?? Number.NaN))
  return millis >= 1 && millis <= lastInstant ? Result.succeed(millis) : Result.fail(expectedDuration)
}

const absolute = (text: string, local: TimeZone.Zone): number => {
  const match = iso.exec(text)
  if (match === null) return Number.NaN
  const [, date = "", time = "00:00", seconds = "00", fraction = "", zone] = match
  // `Date.parse` takes February 30 for March 2.
  const midnight = Date.parse(`${date}T00:00:00Z`)
  if (Number.isNaN(midnight) || new Date(midnight).toISOString().slice(0, 10) !== date) return Number.NaN
  const written = `${date}T${time}:${seconds}.${fraction.slice(0, 3).padEnd(3, "0")}`
  if (zone !== undefined) return Date.parse(`${written}${normalZone(zone)}`)
  const asUtc = Date.parse(`${written}Z`)
  return Number.isNaN(asUtc) ? asUtc : TimeZone.instantOf(asUtc, local)
}

const normalZone = (zone: string): string => {
  if (zone.toUpperCase() === "Z") return "Z"
  const digits = zone.slice(1).replace(":", "").padEnd(4, "0")
  return `${zone.charAt(0)}${digits.slice(0, 2)}:${digits.slice(2)}`
}

/** The last instant that ECMAScript's `Date` can hold. */
const lastInstant = 8.64e15
