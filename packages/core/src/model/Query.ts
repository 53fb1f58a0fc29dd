/**
 * Selects the jobs that the caller wants: by time, state, category and kind, up to a limit.
 *
 * **Details**
 *
 * `from` is inclusive and `until` exclusive, both on `startTime`; a job without one passes. A listing stops asking its
 * vendor once the query can have no more matches.
 *
 * **Example** (jobs that are stored, selected as a vendor's listing would be)
 *
 * ```ts
 * import { Query, type ScanJob } from "@scanjobs/core"
 * import { Clock, Effect } from "effect"
 *
 * export const select = Effect.fnUntraced(function* (jobs: ReadonlyArray<ScanJob.ScanJob>, input: Query.Input) {
 *   const query = yield* Query.resolve({ ...Query.everything, ...input })
 *   const until = query.until ?? Query.horizonAt(query, yield* Query.Horizon, yield* Clock.currentTimeMillis)
 *   return jobs.filter(Query.matches({ ...query, until }))
 * }, Effect.provide(Query.layerHorizon("30 days")))
 * ```
 */
import { Clock, Context, Duration, Effect, Layer } from "effect"
import * as PointInTime from "./PointInTime.ts"
import type { Category, Kind, ScanJob, State } from "./ScanJob.ts"

/**
 * A query; every part may be left out.
 *
 * @since 0.1.0
 * @category models
 */
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
  /**
   * Asks each vendor that can choose for this order of start time; without it, each listing's best order is taken. Newest first
   * ends early where the query has `from`, and a job that starts meanwhile shifts the pages, so that some rows come twice and are
   * dropped. What a listing promises is its lane's `order`. Resume with the order that the cursor was made with.
   */
  readonly order?: "ascending" | "descending" | undefined
  /** The most jobs of one stream, at least 1. */
  readonly limit?: number | undefined
}

/**
 * A point in time as a caller may give it: epoch milliseconds, a `DateTime`, or a duration from now, negative for the past.
 *
 * @since 0.1.0
 * @category models
 */
export type Time = PointInTime.PointInTime

/**
 * A query as a caller may give it; its times become epoch milliseconds as its stream is run.
 *
 * **Example** (the failures of the last week, and what is planned for the next one)
 *
 * ```ts
 * import type { Query } from "@scanjobs/core"
 * import { DateTime, Duration } from "effect"
 *
 * export const failures: Query.Input = { from: "-7 days", states: ["failed"] }
 * export const planned: Query.Input = { from: Duration.zero, until: { days: 7 }, kinds: ["occurrence"] }
 * export const since: Query.Input = { from: DateTime.makeUnsafe("2026-01-01T00:00:00Z") }
 * ```
 *
 * @since 0.1.0
 * @category models
 */
export interface Input extends Omit<Query, "from" | "until" | "horizon"> {
  /** The earliest start time, inclusive. */
  readonly from?: Time | undefined
  /** The latest start time, exclusive. */
  readonly until?: Time | undefined
  /** Where an endless listing is cut without `until`; by default {@link Horizon} after its start. */
  readonly horizon?: Time | undefined
}

/**
 * Turns the times of a query into epoch milliseconds. A value that is not a point in time becomes `NaN`, which providers refuse.
 *
 * @since 0.1.0
 * @category combinators
 */
export const resolve = ({ from, horizon, until, ...others }: Input): Effect.Effect<Query> =>
  Effect.map(Clock.currentTimeMillis, (now) => ({
    ...others,
    ...(from === undefined ? {} : { from: PointInTime.millisOf(from, now) }),
    ...(until === undefined ? {} : { until: PointInTime.millisOf(until, now) }),
    ...(horizon === undefined ? {} : { horizon: PointInTime.millisOf(horizon, now) })
  }))

/**
 * Everything there is.
 *
 * @since 0.1.0
 * @category constructors
 */
export const everything: Query = {}

/**
 * How far an endless listing, such as a recurring schedule, is read where the query has no `until`: this long after now,
 * or after `from` where that is later. Default 90 days.
 *
 * @since 0.1.0
 * @category references
 */
export const Horizon = Context.Reference<Duration.Input>("@scanjobs/core/Horizon", { defaultValue: () => "90 days" })

/**
 * Replaces the horizon.
 *
 * @since 0.1.0
 * @category layers
 */
export const layerHorizon = (horizon: Duration.Input): Layer.Layer<never> => Layer.succeed(Horizon, horizon)

/**
 * The time at which an endless listing is cut, at epoch milliseconds `now`.
 *
 * @since 0.1.0
 * @category constructors
 */
export const horizonAt = (query: Query, horizon: Duration.Input, now: number): number =>
  Math.max(now, query.from ?? now) + Duration.toMillis(horizon)

/**
 * The test of a query for one job, without the limit.
 *
 * @since 0.1.0
 * @category constructors
 */
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

/**
 * In which order of `startTime` a listing gives its rows, as far as its vendor says so.
 *
 * @since 0.1.0
 * @category models
 */
export type Order = "ascending" | "descending" | "none"
