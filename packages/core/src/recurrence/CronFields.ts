/**
 * Reads cron expressions, with Effect's parser.
 */
import { Cron, Result } from "effect"
import type { Days } from "./DayFilter.ts"

/** An expression, read. */
export interface CronFields {
  readonly days: Days
  /** Local times of a day, in milliseconds, in order. */
  readonly times: Iterable<number>
  /** Whether it goes on every hour, so that the hour that occurs twice has its runs twice. */
  readonly isHourly: boolean
}

const names: ReadonlyMap<string, string> = new Map([
  ["@yearly", "0 0 1 1 *"],
  ["@annually", "0 0 1 1 *"],
  ["@monthly", "0 0 1 * *"],
  ["@weekly", "0 0 * * 0"],
  ["@daily", "0 0 * * *"],
  ["@midnight", "0 0 * * *"],
  ["@hourly", "0 * * * *"]
])

/** Enough for every expression that makes sense. Longer texts are refused before they are parsed. */
const longest = 1000

/** Parts the zone from an expression that begins with one, as several schedulers write it: `TZ=` or `CRON_TZ=`. */
export const parted = (text: string | null | undefined) => {
  const [, zone, expression] = /^\s*(?:CRON_)?TZ=(\S*)\s+([^]*)$/.exec(text ?? "") ?? [null, undefined, text]
  return { expression, zone }
}

/** Parses an expression, or returns what is wrong with it. */
export const read = (text: string): CronFields | string => {
  if (text.length > longest) return `it is longer than ${longest} characters`
  const expression = names.get(text.trim().toLowerCase()) ?? text.trim()
  const parsed = Cron.parse(expression)
  if (Result.isFailure(parsed)) return mistakeOf(parsed.failure)
  const { days, hours, months, weekdays } = parsed.success
  const [dayField, , weekdayField] = expression.split(/\s+/).slice(-3)
  return {
    days: {
      weekdays: Array.from(weekdays, (weekday) => ({ weekday, nth: 0 })),
      monthDays: [...days],
      months: [...months],
      isOfYear: false,
      // A field that begins with a star restricts the other one (crontab(5)); two fields without are alternatives.
      isEither: dayField?.startsWith("*") === false && weekdayField?.startsWith("*") === false,
      isInStep: () => true
    },
    times: timesOf(parsed.success),
    isHourly: hours.size === 0
  }
}

const mistakeOf = ({ input, message }: Cron.CronParseError): string => {
  const problem = message.charAt(0).toLowerCase() + message.slice(1)
  return input === undefined || input.length > 30 ? problem : `${problem}: ${JSON.stringify(input)}`
}

/** Every time of day, one by one: there may be 86,400. An empty field allows all of its values. */
const timesOf = ({ hours, minutes, seconds }: Cron.Cron): Iterable<number> => {
  const [ofHours, ofMinutes, ofSeconds] = [valuesOf(hours, 24), valuesOf(minutes, 60), valuesOf(seconds, 60)]
  return {
    *[Symbol.iterator]() {
      for (const hour of ofHours) {
        for (const minute of ofMinutes) {
          for (const second of ofSeconds) yield ((hour * 60 + minute) * 60 + second) * 1000
        }
      }
    }
  }
}

const valuesOf = (field: ReadonlySet<number>, all: number): ReadonlyArray<number> =>
  field.size === 0 ? Array.from({ length: all }, (_, value) => value) : [...field].toSorted((a, b) => a - b)
