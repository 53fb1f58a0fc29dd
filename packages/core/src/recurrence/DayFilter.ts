/**
 * Tells which days a rule fits. Days count from 1970.
 */
import { dayMillis } from "../model/ZoneClock.ts"

/** A weekday from 0 (Sunday). If `nth` is not 0, only the nth of the month or year; a negative `nth` counts from the end. */
export interface Weekday {
  readonly weekday: number
  readonly nth: number
}

/** What the days have to be; an empty list allows all. */
export interface Days {
  readonly weekdays: ReadonlyArray<Weekday>
  /** A negative day counts from the end of the month. */
  readonly monthDays: ReadonlyArray<number>
  /** 1 to 12. */
  readonly months: ReadonlyArray<number>
  /** Whether an nth weekday is one of the year rather than of the month. */
  readonly isOfYear: boolean
  /** Whether a day that fits either the weekdays or the days of the month is enough, where both are given. */
  readonly isEither: boolean
  /** Whether a day is in the rule's step, such as every second week. */
  readonly isInStep: (day: number, month: Month) => boolean
}

/** Returns the test whether a day fits. It is fast for days in order. */
export const make = ({
  isEither,
  isInStep,
  isOfYear,
  monthDays,
  months,
  weekdays
}: Days): ((day: number) => boolean) => {
  const monthNumbers = new Set(months)
  const dayNumbers = new Set(monthDays)
  const fitsMonthDay = (dayOfMonth: number, length: number): boolean =>
    dayNumbers.has(dayOfMonth) || dayNumbers.has(dayOfMonth - length - 1)
  const fitsWeekday = (day: number, nth: number, of: number): boolean => {
    const fromStart = Math.ceil(nth / 7)
    const fromEnd = -Math.ceil((of - nth + 1) / 7)
    const weekday = weekdayOf(day)
    return weekdays.some(
      (wanted) => wanted.weekday === weekday && (wanted.nth === 0 || wanted.nth === fromStart || wanted.nth === fromEnd)
    )
  }
  let current = monthOf(0)
  return (day) => {
    if (day < current.first || day >= current.first + current.length) current = monthOf(day)
    const { first, firstOfYear, length, lengthOfYear, month } = current
    if (!isInStep(day, current)) return false
    if (monthNumbers.size > 0 && !monthNumbers.has(month)) return false
    const dayOfMonth = day - first + 1
    const isOfWeek =
      weekdays.length === 0 ||
      fitsWeekday(day, isOfYear ? day - firstOfYear + 1 : dayOfMonth, isOfYear ? lengthOfYear : length)
    if (dayNumbers.size === 0) return isOfWeek
    const isOfMonth = fitsMonthDay(dayOfMonth, length)
    return isEither && weekdays.length > 0 ? isOfWeek || isOfMonth : isOfWeek && isOfMonth
  }
}

/** A month; lengths are in days. */
export interface Month {
  readonly year: number
  /** 1 to 12. */
  readonly month: number
  readonly first: number
  readonly length: number
  readonly firstOfYear: number
  readonly lengthOfYear: number
}

/** The month of a day. */
export const monthOf = (day: number): Month => {
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
