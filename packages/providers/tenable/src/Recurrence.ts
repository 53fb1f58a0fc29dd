/**
 * Computes when a schedule is due from its local start time, recurrence rule and time zone.
 *
 * Rules follow RFC 5545, by days: `FREQ` is `DAILY`, `WEEKLY`, `MONTHLY`, `YEARLY` or Tenable's own `ONETIME`, with `INTERVAL`,
 * `COUNT`, `UNTIL`, `BYDAY`, `BYMONTHDAY`, `BYMONTH` and `WKST`. Days that a month does not have are skipped.
 *
 * A local time that does not exist, because clocks go forward, uses the offset before the change, which makes it later by the gap.
 * One that occurs twice, because clocks go back, is the first of the two (RFC 5545, 3.3.5). The time zone of this machine has no
 * influence.
 */
import { DateTime, Option, Result } from "effect"

/**
 * A schedule as Tenable sends it.
 *
 * @since 0.1.0
 * @category models
 */
export interface Schedule {
  /** `YYYYMMDDTHHMMSS`, local. */
  readonly starttime?: string | null
  /** A schedule without a rule is due once. */
  readonly rrules?: string | null
  /** An IANA time zone. */
  readonly timezone?: string | null
}

/**
 * Why a schedule cannot be read.
 *
 * @since 0.1.0
 * @category models
 */
export interface Unreadable {
  readonly field: keyof Schedule
  readonly problem: string
}

/**
 * A span of time in epoch milliseconds; `until` is exclusive.
 *
 * @since 0.1.0
 * @category models
 */
export interface Span {
  readonly from: number
  readonly until: number
}

/** A weekday from 0 (Sunday). If `nth` is not 0, only the nth of the month or year; a negative `nth` counts from the end. */
interface Weekday {
  readonly weekday: number
  readonly nth: number
}

interface Rule {
  readonly freq: Frequency
  readonly interval: number
  readonly count: number
  readonly until: Date | undefined
  /** Whether `until` is a local time rather than UTC. */
  readonly isUntilLocal: boolean
  readonly weekdays: ReadonlyArray<Weekday>
  readonly monthDays: ReadonlyArray<number>
  readonly months: ReadonlyArray<number>
  readonly weekStart: number
}

type Frequency = (typeof frequencies)[number]

const frequencies = ["ONETIME", "DAILY", "WEEKLY", "MONTHLY", "YEARLY"] as const
const dayNames = ["SU", "MO", "TU", "WE", "TH", "FR", "SA"]
const dayMillis = 86_400_000

/**
 * The largest number of instants that {@link instants} returns: 27 years of a daily schedule.
 *
 * **Example** (whether instants were left out)
 *
 * ```ts
 * import { Recurrence } from "@scanjobs/tenable"
 *
 * export const isCut = (instants: ReadonlyArray<number>) => instants.length >= Recurrence.limit
 * ```
 *
 * @since 0.1.0
 * @category models
 */
export const limit = 10_000

/**
 * The instants of a schedule within the span, in order, plus the first one at or after its end, if there is one within nine years.
 *
 * A span that holds more than {@link limit} instants gives the first `limit` of them and one more, so that callers can tell.
 *
 * **Example** (a local time that does not exist on one day in New York)
 *
 * ```ts run
 * import { Recurrence } from "@scanjobs/tenable"
 * import { Result } from "effect"
 *
 * const nightly = { starttime: "20260101T023000", rrules: "FREQ=DAILY;INTERVAL=1", timezone: "America/New_York" }
 * const span = { from: Date.UTC(2026, 2, 7), until: Date.UTC(2026, 2, 9) }
 * const due = Result.getOrThrow(Recurrence.instants(nightly, span))
 * console.log(due.map((at) => new Date(at).toISOString()))
 * // [ '2026-03-07T07:30:00.000Z', '2026-03-08T07:30:00.000Z', '2026-03-09T06:30:00.000Z' ]
 * ```
 *
 * @since 0.1.0
 * @category constructors
 */
export const instants = (
  { rrules, starttime, timezone }: Schedule,
  span: Span
): Result.Result<ReadonlyArray<number>, Unreadable> => {
  const start = localTime(starttime ?? "")
  if (start === undefined)
    return unreadable("starttime", `${quoted(starttime)} is not a time of the form YYYYMMDDTHHMMSS`)
  const zone = Option.getOrUndefined(DateTime.zoneMakeNamed(timezone ?? ""))
  if (zone === undefined) return unreadable("timezone", `${quoted(timezone)} is not a known time zone`)
  const rule = read(rrules ?? "FREQ=ONETIME")
  if (typeof rule === "string") return unreadable("rrules", `${quoted(rrules)} cannot be read: ${rule}`)
  return Result.succeed(expand(withDefaults(rule, start), start, zone, span))
}

const unreadable = (field: keyof Schedule, problem: string) =>
  Result.fail<Unreadable>({ field, problem: `${field} ${problem}` })

/** Enough for every rule that makes sense. Longer texts are refused before they are parsed. */
const longest = 1000

const quoted = (text: string | null | undefined) =>
  text === undefined
    ? "(missing)"
    : JSON.stringify(text === null || text.length <= 100 ? text : `${text.slice(0, 100)}…`)

/** A local time, represented as if it were UTC. */
const localTime = (text: string): Date | undefined => {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)$/.exec(text.trim())
  if (match === null) return undefined
  const [, year, month, day, hour, minute, second] = match
  const iso = `${year}-${month}-${day}T${hour}:${minute}:${second}.000Z`
  const date = new Date(iso)
  // `Date` takes 30 February for 2 March.
  return !Number.isNaN(date.getTime()) && date.toISOString() === iso ? date : undefined
}

/** Takes what the rule leaves out from the start time. */
const withDefaults = (rule: Rule, start: Date): Rule => {
  const { freq, monthDays, months, weekdays } = rule
  const ofStart = { monthDays: [start.getUTCDate()], weekdays: [{ weekday: start.getUTCDay(), nth: 0 }] }
  if (weekdays.length > 0 || monthDays.length > 0) return rule
  if (freq === "WEEKLY") return { ...rule, weekdays: ofStart.weekdays }
  if (freq === "MONTHLY") return { ...rule, monthDays: ofStart.monthDays }
  if (freq !== "YEARLY") return rule
  return { ...rule, monthDays: ofStart.monthDays, months: months.length > 0 ? months : [start.getUTCMonth() + 1] }
}

/** How many days to look for the first instant after a span: the next 29 February can be eight years away. */
const lookAhead = 9 * 366

const expand = (rule: Rule, start: Date, zone: DateTime.TimeZone, { from, until }: Span): ReadonlyArray<number> => {
  const instantOf = clockOf(zone)
  const first = Math.floor(start.getTime() / dayMillis)
  const time = start.getTime() - first * dayMillis
  const fits = fitter(rule, first)
  const end =
    rule.until === undefined ? Infinity : rule.isUntilLocal ? instantOf(rule.until.getTime()) : rule.until.getTime()
  // No zone is as much as two days from UTC. Earlier days matter only for COUNT.
  const near = Math.floor(from / dayMillis) - 2
  const last = rule.freq === "ONETIME" ? first : Math.min(Math.floor(until / dayMillis) + lookAhead, lastDay)
  const found: Array<number> = []
  let counted = 0
  // A rule is due once a day at most, so a count of more days than there are never ends it.
  const isCounted = rule.count <= last - first
  for (let day = isCounted ? first : Math.max(first, near); day <= last && found.length <= limit; day++) {
    if (!fits(day)) continue
    if (++counted > rule.count) break
    if (day < near) continue
    const at = instantOf(day * dayMillis + time)
    if (at > end) break
    // If a zone skips a whole day, two local times are the same instant.
    if (at >= from && at !== found.at(-1)) found.push(at)
    if (at >= until) break
  }
  return found
}

/** The offset of each zone at the beginning of a day, by days since 1970; schedules share them. */
const offsets = new WeakMap<DateTime.TimeZone, Map<number, number>>()
const mostOffsets = 10_000

/** Converts local times to instants. Asking for an offset is slow, and most days have that of the days around them. */
const clockOf = (zone: DateTime.TimeZone): ((local: number) => number) => {
  const known = offsets.get(zone) ?? new Map<number, number>()
  offsets.set(zone, known)
  const offset = (day: number): number => {
    const found = known.get(day)
    if (found !== undefined) return found
    if (known.size >= mostOffsets) known.clear()
    const asked = DateTime.zonedOffset(DateTime.makeZonedUnsafe(day * dayMillis, { timeZone: zone }))
    known.set(day, asked)
    return asked
  }
  return (local) => {
    const day = Math.floor(local / dayMillis)
    const before = offset(day - 1)
    return before === offset(day + 2)
      ? local - before
      : DateTime.makeZonedUnsafe(local, { timeZone: zone, adjustForTimeZone: true }).epochMilliseconds
  }
}

/** 31 December 9999. */
const lastDay = 2_932_896

/** Returns the test whether a schedule is due on a day, in days since 1970. It is fast for days in order. */
const fitter = (rule: Rule, first: number): ((day: number) => boolean) => {
  const { freq, interval, monthDays, months, weekStart, weekdays } = rule
  const week = (day: number) => Math.floor((day + 4 - weekStart) / 7)
  const start = monthOf(first)
  const isInStep = (day: number, { month, year }: Month): boolean => {
    switch (freq) {
      case "ONETIME":
        return day === first
      case "DAILY":
        return (day - first) % interval === 0
      case "WEEKLY":
        return (week(day) - week(first)) % interval === 0
      case "MONTHLY":
        return ((year - start.year) * 12 + month - start.month) % interval === 0
      case "YEARLY":
        return (year - start.year) % interval === 0
    }
  }
  const isOfYear = freq === "YEARLY" && months.length === 0
  const monthNumbers = new Set(months)
  const dayNumbers = new Set(monthDays)
  let current = start
  return (day) => {
    if (day < current.first || day >= current.first + current.length) current = monthOf(day)
    const { first: firstOfMonth, firstOfYear, length, lengthOfYear, month } = current
    if (!isInStep(day, current)) return false
    if (monthNumbers.size > 0 && !monthNumbers.has(month)) return false
    const dayOfMonth = day - firstOfMonth + 1
    if (dayNumbers.size > 0 && !dayNumbers.has(dayOfMonth) && !dayNumbers.has(dayOfMonth - length - 1)) return false
    if (weekdays.length === 0) return true
    const [nth, of] = isOfYear ? [day - firstOfYear + 1, lengthOfYear] : [dayOfMonth, length]
    const fromStart = Math.ceil(nth / 7)
    const fromEnd = -Math.ceil((of - nth + 1) / 7)
    const weekday = weekdayOf(day)
    return weekdays.some(
      (wanted) => wanted.weekday === weekday && (wanted.nth === 0 || wanted.nth === fromStart || wanted.nth === fromEnd)
    )
  }
}

/** A month; days count from 1970, lengths are in days. */
interface Month {
  readonly year: number
  /** 1 to 12. */
  readonly month: number
  readonly first: number
  readonly length: number
  readonly firstOfYear: number
  readonly lengthOfYear: number
}

const monthOf = (day: number): Month => {
  const date = new Date(day * dayMillis)
  const year = date.getUTCFullYear()
  const month = date.getUTCMonth() + 1
  const first = daysBefore(year, month)
  const firstOfYear = daysBefore(year, 1)
  return {
    year,
    month,
    first,
    length: daysBefore(year, month + 1) - first,
    firstOfYear,
    lengthOfYear: daysBefore(year + 1, 1) - firstOfYear
  }
}

/** 1 January 1970 was a Thursday, which is 4. */
const weekdayOf = (day: number): number => (((day + 4) % 7) + 7) % 7

/** The days from 1970 to the beginning of a month; month 13 is the first month of the next year. */
const daysBefore = (year: number, month: number): number => new Date(0).setUTCFullYear(year, month - 1, 1) / dayMillis

/** Parses a rule, or returns what is wrong with it. */
const read = (text: string): Rule | string => {
  if (text.length > longest) return `it is longer than ${longest} characters`
  const parts = new Map<string, string>()
  for (const part of text.trim().toUpperCase().split(";")) {
    const [name = "", value = ""] = part.split("=").map((side) => side.trim())
    if (value === "") continue
    if (!known.has(name)) return `${name} is not supported`
    if (parts.has(name)) return `${name} occurs twice`
    parts.set(name, value)
  }
  const number = (name: string) => {
    const value = parts.get(name)
    return value === undefined ? undefined : /^[1-9]\d{0,8}$/.test(value) ? Number(value) : Number.NaN
  }
  const list = <A>(name: string, item: (text: string) => A | undefined) =>
    (parts.get(name)?.split(",") ?? []).map((text) => item(text.trim()))
  const freq = frequencies.find((name) => name === parts.get("FREQ"))
  if (freq === undefined) return `FREQ must be one of ${frequencies.join(", ")}`
  const interval = number("INTERVAL") ?? 1
  const count = number("COUNT") ?? Infinity
  const untilText = parts.get("UNTIL")
  const isUtc = untilText?.endsWith("Z") === true
  const until =
    untilText === undefined
      ? undefined
      : localTime(isUtc ? untilText.slice(0, -1) : /T/.test(untilText) ? untilText : `${untilText}T235959`)
  const weekdays = list("BYDAY", weekday)
  const monthDays = list("BYMONTHDAY", (day) => (/^[+-]?(?:[1-9]|[12]\d|3[01])$/.test(day) ? Number(day) : undefined))
  const months = list("BYMONTH", (month) => (/^(?:[1-9]|1[0-2])$/.test(month) ? Number(month) : undefined))
  const weekStart = dayNames.indexOf(parts.get("WKST") ?? "MO")
  const ordinary = {
    weekdays: weekdays.filter(isThere),
    monthDays: monthDays.filter(isThere),
    months: months.filter(isThere)
  }
  const wrong = [
    // Tenable sends INTERVAL=0 with ONETIME, where it has no meaning.
    Number.isNaN(interval) && freq !== "ONETIME" ? "INTERVAL" : undefined,
    Number.isNaN(count) || (parts.has("COUNT") && parts.has("UNTIL")) ? "COUNT" : undefined,
    untilText !== undefined && until === undefined ? "UNTIL" : undefined,
    ordinary.weekdays.length < weekdays.length ||
    ((freq === "DAILY" || freq === "WEEKLY") && ordinary.weekdays.some(({ nth }) => nth !== 0))
      ? "BYDAY"
      : undefined,
    ordinary.monthDays.length < monthDays.length || (freq === "WEEKLY" && monthDays.length > 0)
      ? "BYMONTHDAY"
      : undefined,
    ordinary.months.length < months.length ? "BYMONTH" : undefined,
    weekStart < 0 ? "WKST" : undefined
  ].find(isThere)
  if (wrong !== undefined) return `${wrong} is not allowed here`
  // A scan that runs once has one start, whatever else the rule contains.
  const filters = freq === "ONETIME" ? { weekdays: [], monthDays: [], months: [] } : ordinary
  return { freq, interval, count, until, isUntilLocal: !isUtc, weekStart, ...filters }
}

const known = new Set(["FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "BYMONTHDAY", "BYMONTH", "WKST"])

const weekday = (text: string): Weekday | undefined => {
  const match = /^([+-]?\d{1,2})?(SU|MO|TU|WE|TH|FR|SA)$/.exec(text)
  const nth = Number(match?.[1] ?? 0)
  return match === null || (match[1] !== undefined && nth === 0)
    ? undefined
    : { weekday: dayNames.indexOf(match[2] ?? ""), nth }
}

const isThere = <A>(value: A | undefined): value is A => value !== undefined
