/**
 * Times as people write them on a command line: an instant, a date, or a distance from now.
 */
import { Result } from "effect"

const millisOf: ReadonlyMap<string, number> = new Map([
  ["s", 1000],
  ["m", 60_000],
  ["h", 3_600_000],
  ["d", 86_400_000],
  ["w", 604_800_000]
])

const relative = /^([+-])(\d+)([smhdw])$/
const iso = /^(\d{4}-\d\d-\d\d)(?:[Tt ](\d\d:\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?([Zz]|[+-]\d\d(?::?\d\d)?)?)?$/

/** What is understood, in one sentence. */
export const expected =
  "an ISO 8601 time such as 2026-01-31 or 2026-01-31T08:00:00Z (UTC where it names no zone), or a time from now such as -7d, +90d (units s m h d w)"

/**
 * Reads a time as epoch milliseconds. A date, and a time without a zone, are UTC; a day that its month does not have is
 * no time.
 *
 * **Example** (a week before the epoch's second month)
 *
 * ```ts
 * RelativeTime.parse("-7d", Date.parse("1970-02-01")) // Result.succeed(2073600000)
 * ```
 */
export const parse = (text: string, now: number): Result.Result<number, string> => {
  const distance = relative.exec(text.trim())
  const time = distance === null ? absolute(text.trim()) : now + distanceOf(distance)
  return Math.abs(time) <= lastInstant ? Result.succeed(time) : Result.fail(expected)
}

const distanceOf = ([, sign, count, unit = ""]: RegExpExecArray): number =>
  Number(`${sign}${count}`) * (millisOf.get(unit) ?? Number.NaN)

const span = /^(\d+)(ms|s|m|h|d|w)$/

/** What {@link duration} understands. */
export const expectedDuration = "a length of time of at least 1 ms such as 90s, 10m or 2h (units ms s m h d w)"

/** Reads a length of time as milliseconds. */
export const duration = (text: string): Result.Result<number, string> => {
  const [, count, unit = ""] = span.exec(text.trim()) ?? []
  const millis = Number(count) * (unit === "ms" ? 1 : (millisOf.get(unit) ?? Number.NaN))
  return millis >= 1 && millis <= lastInstant ? Result.succeed(millis) : Result.fail(expectedDuration)
}

const absolute = (text: string): number => {
  const match = iso.exec(text)
  if (match === null) return Number.NaN
  const [, date = "", time = "00:00", seconds = "00", fraction = "", zone = "Z"] = match
  // `Date.parse` takes February 30 for March 2.
  const midnight = Date.parse(`${date}T00:00:00Z`)
  if (Number.isNaN(midnight) || new Date(midnight).toISOString().slice(0, 10) !== date) return Number.NaN
  return Date.parse(`${date}T${time}:${seconds}.${fraction.slice(0, 3).padEnd(3, "0")}${normalZone(zone)}`)
}

const normalZone = (zone: string): string => {
  if (zone.toUpperCase() === "Z") return "Z"
  const digits = zone.slice(1).replace(":", "").padEnd(4, "0")
  return `${zone.charAt(0)}${digits.slice(0, 2)}:${digits.slice(2)}`
}

/** The last instant that ECMAScript's `Date` can hold. */
const lastInstant = 8.64e15

/** Joins `--from -7d` to `--from=-7d`: the parser would take a value that begins with `-` for an option. */
export const attach = (args: ReadonlyArray<string>): ReadonlyArray<string> => {
  const attached: Array<string> = []
  for (const arg of args) {
    const previous = attached.at(-1)
    if ((previous === "--from" || previous === "--until") && /^-\d/.test(arg))
      attached[attached.length - 1] = `${previous}=${arg}`
    else attached.push(arg)
  }
  return attached
}
