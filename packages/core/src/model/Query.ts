/**
 * What the caller wants of every listing: a span of time, some states, categories or kinds, so many jobs.
 *
 * **Details**
 *
 * `from` is inclusive and `until` exclusive, both on `startTime`; a job without one passes. A listing stops asking its
 * vendor once the query can have no more matches.
 */
import { Context, Duration, Layer } from "effect"
import type { Category, Kind, ScanJob, State } from "./ScanJob.ts"

/** A query; every part may be left out. */
export interface Query {
  /** Epoch milliseconds, inclusive. */
  readonly from?: number | undefined
  /** Epoch milliseconds, exclusive. */
  readonly until?: number | undefined
  /** Epoch milliseconds: where an endless listing is cut without `until`; by default {@link Horizon} after its start. */
  readonly horizon?: number | undefined
  readonly states?: ReadonlyArray<State> | undefined
  readonly categories?: ReadonlyArray<Category> | undefined
  /** Planned runs, runs or definitions. */
  readonly kinds?: ReadonlyArray<Kind> | undefined
  /** Asks each vendor that can choose for this order of start time; without it, each listing's best order is taken. */
  readonly order?: "ascending" | undefined
  /** The most jobs of one stream, at least 1. */
  readonly limit?: number | undefined
}

/** Everything there is. */
export const everything: Query = {}

/**
 * How far an endless listing, such as a recurring schedule, is read where the query has no `until`: this long after now,
 * or after `from` where that is later. Default 90 days.
 */
export const Horizon = Context.Reference<Duration.Input>("@scanjobs/core/Horizon", { defaultValue: () => "90 days" })

/** Replaces the horizon. */
export const layerHorizon = (horizon: Duration.Input): Layer.Layer<never> => Layer.succeed(Horizon, horizon)

/** The time at which an endless listing is cut, at epoch milliseconds `now`. */
export const horizonAt = (query: Query, horizon: Duration.Input, now: number): number =>
  Math.max(now, query.from ?? now) + Duration.toMillis(horizon)

/** The test of a query for one job, without the limit. */
export const matches = (query: Query): ((job: ScanJob) => boolean) => {
  const { from = Number.NEGATIVE_INFINITY, until = Number.POSITIVE_INFINITY } = query
  const states = query.states === undefined ? undefined : new Set(query.states)
  const categories = query.categories === undefined ? undefined : new Set(query.categories)
  const kinds = query.kinds === undefined ? undefined : new Set(query.kinds)
  return (job) =>
    (job.startTime === null || (job.startTime >= from && job.startTime < until)) &&
    (states === undefined || states.has(job.state)) &&
    (categories === undefined || categories.has(job.category)) &&
    (kinds === undefined || kinds.has(job.kind))
}

/** In which order of `startTime` a listing gives its rows, as far as its vendor says so. */
export type Order = "ascending" | "descending" | "none"
