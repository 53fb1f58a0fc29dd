/**
 * Reads recurrence rules of RFC 5545.
 */
import type { Month, Weekday } from "./DayFilter.ts"
import { dayMillis } from "../model/ZoneClock.ts"

const frequencies = ["MINUTELY", "HOURLY", "DAILY", "WEEKLY", "MONTHLY", "YEARLY"] as const

/** A rule, with what it leaves out still left out. */
export interface Rule {
  readonly freq: (typeof frequencies)[number]
  readonly interval: number
  readonly count: number
  readonly until: Date | undefined
  /** Whether `until` is a local time rather than UTC. */
  readonly isUntilLocal: boolean
  readonly weekdays: ReadonlyArray<Weekday>
  readonly monthDays: ReadonlyArray<number>
  readonly months: ReadonlyArray<number>
  /** Of a day; empty for those of the start. */
  readonly hours: ReadonlyArray<number>
  /** Of an hour; empty for those of the start. */
  readonly minutes: ReadonlyArray<number>
  readonly weekStart: number
}

/** The rule of what happens once. */
export const once: Rule = {
  freq: "DAILY",
  interval: 1,
  count: 1,
  until: undefined,
  isUntilLocal: false,
  weekdays: [],
  monthDays: [],
  months: [],
  hours: [],
  minutes: [],
  weekStart: 1
}

const dayNames = ["SU", "MO", "TU", "WE", "TH", "FR", "SA"]

/** Enough for every rule that makes sense. Longer texts are refused before they are parsed. */
export const longest = 1000

/** A local time of the form `YYYYMMDDTHHMMSS`, represented as if it were UTC. */
export const localTime = (text: string): Date | undefined => {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)$/.exec(text.trim())
  if (match === null) return undefined
  const [, year, month, day, hour, minute, second] = match
  const iso = `${year}-${month}-${day}T${hour}:${minute}:${second}.000Z`
  const date = new Date(iso)
  // `Date` takes 30 February for 2 March.
  return !Number.isNaN(date.getTime()) && date.toISOString() === iso ? date : undefined
}

/** Takes what the rule leaves out from the local start time. */
export const withDefaults = (rule: Rule, start: Date): Rule => {
  const { freq, monthDays, months, weekdays } = rule
  const ofStart = { monthDays: [start.getUTCDate()], weekdays: [{ weekday: start.getUTCDay(), nth: 0 }] }
  if (weekdays.length > 0 || monthDays.length > 0) return rule
  if (freq === "WEEKLY") return { ...rule, weekdays: ofStart.weekdays }
  if (freq === "MONTHLY") return { ...rule, monthDays: ofStart.monthDays }
  if (freq !== "YEARLY") return rule
  return { ...rule, monthDays: ofStart.monthDays, months: months.length > 0 ? months : [start.getUTCMonth() + 1] }
}

/** The local times of a day at which a rule by days is due, in milliseconds and in order; `start` is the time of day of its start. */
export const timesOf = ({ hours, minutes }: Rule, start: number): ReadonlyArray<number> => {
  const [hour, minute, rest] = [Math.floor(start / 3_600_000), Math.floor(start / 60_000) % 60, start % 60_000]
  const times = (hours.length > 0 ? hours : [hour]).flatMap((each) =>
    (minutes.length > 0 ? minutes : [minute]).map((one) => each * 3_600_000 + one * 60_000 + rest)
  )
  return [...new Set(times)].toSorted((a, b) => a - b)
}

/** Whether a day is in the rule's step: every `interval` days, weeks, months or years from the first day on. */
export const stepOf = (
  { freq, interval, weekStart }: Rule,
  first: number,
  start: Month
): ((day: number, month: Month) => boolean) => {
  const week = (day: number) => Math.floor((day + 4 - weekStart) / 7)
  switch (freq) {
    case "MINUTELY":
    case "HOURLY":
      return () => true
    case "DAILY":
      return (day) => (day - first) % interval === 0
    case "WEEKLY":
      return (day) => (week(day) - week(first)) % interval === 0
    case "MONTHLY":
      return (_, { month, year }) => ((year - start.year) * 12 + month - start.month) % interval === 0
    case "YEARLY":
      return (_, { year }) => (year - start.year) % interval === 0
  }
}

/** The milliseconds between two steps of a rule by hours or minutes, which count elapsed time; `undefined` for rules by days. */
export const millisOf = ({ freq, interval }: Rule): number | undefined => {
  if (freq === "MINUTELY") return interval * 60_000
  return freq === "HOURLY" ? interval * 3_600_000 : undefined
}

/** Whether a rule by hours or minutes counts only some days, and so has to be counted day by day: 1970 is the earliest start. */
export const countsTooLong = (rule: Rule, start: Date): boolean =>
  millisOf(rule) !== undefined &&
  rule.count < Infinity &&
  rule.weekdays.length + rule.monthDays.length + rule.months.length > 0 &&
  start.getTime() < dayMillis

/** Parses a rule, or returns what is wrong with it. */
export const read = (text: string): Rule | string => {
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
  const hours = list("BYHOUR", (hour) => (/^(?:1?\d|2[0-3])$/.test(hour) ? Number(hour) : undefined))
  const minutes = list("BYMINUTE", (minute) => (/^[1-5]?\d$/.test(minute) ? Number(minute) : undefined))
  const weekStart = dayNames.indexOf(parts.get("WKST") ?? "MO")
  const filters = {
    weekdays: weekdays.filter(isThere),
    monthDays: monthDays.filter(isThere),
    months: months.filter(isThere),
    hours: hours.filter(isThere),
    minutes: minutes.filter(isThere)
  }
  // With HOURLY and MINUTELY they would leave out steps, and add none.
  const takesTimes = freq !== "HOURLY" && freq !== "MINUTELY"
  const takesNth = freq === "MONTHLY" || freq === "YEARLY"
  const wrong = [
    Number.isNaN(interval) ? "INTERVAL" : undefined,
    Number.isNaN(count) || (parts.has("COUNT") && parts.has("UNTIL")) ? "COUNT" : undefined,
    untilText !== undefined && until === undefined ? "UNTIL" : undefined,
    filters.weekdays.length < weekdays.length || (!takesNth && filters.weekdays.some(({ nth }) => nth !== 0))
      ? "BYDAY"
      : undefined,
    filters.monthDays.length < monthDays.length || (freq === "WEEKLY" && monthDays.length > 0)
      ? "BYMONTHDAY"
      : undefined,
    filters.months.length < months.length ? "BYMONTH" : undefined,
    filters.hours.length < hours.length || (!takesTimes && hours.length > 0) ? "BYHOUR" : undefined,
    filters.minutes.length < minutes.length || (!takesTimes && minutes.length > 0) ? "BYMINUTE" : undefined,
    weekStart < 0 ? "WKST" : undefined
  ].find(isThere)
  if (wrong !== undefined) return `${wrong} is not allowed here`
  return { freq, interval, count, until, isUntilLocal: !isUtc, weekStart, ...filters }
}

const known = new Set([
  "FREQ",
  "INTERVAL",
  "COUNT",
  "UNTIL",
  "BYDAY",
  "BYMONTHDAY",
  "BYMONTH",
  "BYHOUR",
  "BYMINUTE",
  "WKST"
])

const weekday = (text: string): Weekday | undefined => {
  const match = /^([+-]?\d{1,2})?(SU|MO|TU|WE|TH|FR|SA)$/.exec(text)
  const nth = Number(match?.[1] ?? 0)
  return match === null || (match[1] !== undefined && nth === 0)
    ? undefined
    : { weekday: dayNames.indexOf(match[2] ?? ""), nth }
}

const isThere = <A>(value: A | undefined): value is A => value !== undefined
