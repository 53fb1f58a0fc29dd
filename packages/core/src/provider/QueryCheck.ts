/**
 * Validates query and options before any request: a `NaN` bound or a misspelt listing would look like a vendor without jobs.
 */
import type { Problem } from "../contract/Connection.ts"
import * as JsonDepth from "../decoding/JsonDepth.ts"
import type { Cursor } from "../model/Cursor.ts"
import { isPoint } from "../model/PointInTime.ts"
import type { Input } from "../model/Query.ts"

/** The options that are validated. */
export interface Asked {
  readonly concurrency?: number | undefined
  readonly pageConcurrency?: number | undefined
  readonly listings?: ReadonlyArray<string> | undefined
  readonly resume?: ReadonlyArray<Cursor> | undefined
}

/** What is wrong with a query and its options, for a provider of these listings. */
export const problemsOf = (query: Input, asked: Asked, listings: object): ReadonlyArray<Problem> => {
  const { from, horizon, limit, until } = query
  const { concurrency, pageConcurrency } = asked
  const times = Object.entries({ from, until, horizon }).filter(([, time]) => time !== undefined && !isPoint(time))
  const counts = Object.entries({ limit, concurrency, pageConcurrency }).filter(([, count]) => !isCount(count))
  const deep = (asked.resume ?? []).flatMap((cursor, index) => (JsonDepth.isExceeded(cursor) ? [index] : []))
  const unknown = (asked.listings ?? []).filter((name) => !Object.hasOwn(listings, name))
  return [
    ...times.map(([key, time]) => ({
      key,
      message: `expected epoch milliseconds, a DateTime or a duration from now such as "-7 days", got ${textOf(time)}`
    })),
    ...counts.map(([key, count]) => ({ key, message: `expected a whole number from 1 on, got ${count}` })),
    ...deep.map((index) => ({
      key: `resume.${index}`,
      message: `expected a cursor of this library, got JSON that is nested more than ${JsonDepth.most} levels deep`
    })),
    ...unknown.map((name) => ({
      key: "listings",
      message: `there is no listing ${JSON.stringify(name)}; this provider has ${Object.keys(listings).join(", ")}`
    }))
  ]
}

const textOf = (value: unknown): string => (typeof value === "string" ? JSON.stringify(value) : String(value))

/** The options for one provider of several: listings that only others have are left out. */
export const ofOne = <Options extends Asked>(
  options: Options,
  own: { readonly listings: object },
  all: ReadonlyArray<{ readonly listings: object }>
): Options => {
  if (options.listings === undefined) return options
  const listings = options.listings.filter(
    (name) => Object.hasOwn(own.listings, name) || !all.some((other) => Object.hasOwn(other.listings, name))
  )
  return { ...options, listings }
}

/** A concurrency that a stream accepts. A count below 1 is reported by `problemsOf`; a stream given it would wait for ever. */
export const atLeastOne = (count: number): number => (count >= 1 ? count : 1)

/** Whether a query has a usable limit. Any other is reported by `problemsOf`. */
export const isLimit = (limit: number | undefined): limit is number => limit !== undefined && limit >= 1

const isCount = (count: number | undefined): boolean =>
  count === undefined || (count >= 1 && (Number.isInteger(count) || count === Number.POSITIVE_INFINITY))
