/**
 * What cannot be read as it is asked for: it is said before anything is asked of the vendor, because a bound that is no number
 * or a listing that there is not would look like a vendor without jobs.
 */
import type { Problem } from "../contract/Connection.ts"
import type { Query } from "../model/Query.ts"

/** How a provider is asked to be read. */
export interface Asked {
  readonly concurrency?: number | undefined
  readonly pageConcurrency?: number | undefined
  readonly listings?: ReadonlyArray<string> | undefined
}

/** What is wrong with a query and its options, for a provider of these listings. */
export const problemsOf = (query: Query, asked: Asked, listings: object): ReadonlyArray<Problem> => {
  const { from, horizon, limit, until } = query
  const { concurrency, pageConcurrency } = asked
  const times = Object.entries({ from, until, horizon }).filter(([, time]) => !isTime(time))
  const counts = Object.entries({ limit, concurrency, pageConcurrency }).filter(([, count]) => !isCount(count))
  const unknown = (asked.listings ?? []).filter((name) => !Object.hasOwn(listings, name))
  return [
    ...times.map(([key, time]) => ({ key, message: `expected epoch milliseconds, got ${time}` })),
    ...counts.map(([key, count]) => ({ key, message: `expected a whole number from 1 on, got ${count}` })),
    ...unknown.map((name) => ({
      key: "listings",
      message: `there is no listing ${JSON.stringify(name)}; this provider has ${Object.keys(listings).join(", ")}`
    }))
  ]
}

/** What one provider of several is asked: a listing that only another one has is not asked of it. */
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

/** At least one at once: a stream that may read none would wait, and not say that this was refused. */
export const atLeastOne = (count: number): number => (count >= 1 ? count : 1)

/** Whether a query limits its stream; what is no limit was refused where its listings are opened. */
export const isLimit = (limit: number | undefined): limit is number => limit !== undefined && limit >= 1

const isTime = (time: number | undefined): boolean =>
  time === undefined || (typeof time === "number" && !Number.isNaN(time))

const isCount = (count: number | undefined): boolean =>
  count === undefined || (count >= 1 && (Number.isInteger(count) || count === Number.POSITIVE_INFINITY))
