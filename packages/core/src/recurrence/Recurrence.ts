/**
 * Computes when a schedule is due: by a rule of RFC 5545, by a cron expression, or after a fixed period.
 *
 * What a vendor sends is read first. What cannot be read is a value that says which part is wrong and why, never a guess. The instants
 * are then asked for within a span, such as `context.span` in a provider, which bounds every schedule. The time zone of this machine
 * has no influence.
 *
 * **Example** (the planned runs of a vendor's schedule)
 *
 * ```ts
 * import { Recurrence } from "@scanjobs/core"
 *
 * interface Row {
 *   readonly id: string
 *   readonly cron: string
 * }
 *
 * export const job = (row: Row, { span }: { readonly span: Recurrence.Span }) =>
 *   Recurrence.planned(Recurrence.fromCron({ expression: row.cron, zone: "Europe/Zurich" }), span, {
 *     vendorId: row.id,
 *     definitionId: row.id,
 *     category: "vulnerability"
 *   })
 * ```
 */
import { Result } from "effect"
import type { Fields } from "../model/ScanJob.ts"
import * as CronFields from "./CronFields.ts"
import * as DayFilter from "./DayFilter.ts"
import * as Expansion from "./Expansion.ts"
import * as Rule from "./Rule.ts"
import { isInstant, quoted, unreadable, zoneOf } from "./ScheduleParts.ts"
import type * as ScheduleParts from "./ScheduleParts.ts"
import * as ZoneClock from "../model/ZoneClock.ts"

/**
 * A span of time in epoch milliseconds; `until` is exclusive.
 *
 * @since 0.3.0
 * @category models
 */
export interface Span extends Expansion.Span {}

/**
 * A schedule that has been read.
 *
 * @since 0.3.0
 * @category models
 */
export interface Recurrence {
  /**
   * The instants within the span, in order, plus the first one at or after its end, if there is one within nine years. A span that
   * holds more than {@link limit} instants gives the first `limit` of them and one more, so that callers can tell.
   */
  readonly instants: (span: Span) => ReadonlyArray<number>
}

/**
 * Why a schedule cannot be read.
 *
 * @since 0.3.0
 * @category errors
 */
export interface Unreadable extends ScheduleParts.Unreadable {}

/**
 * The largest number of instants of a span: 27 years of a daily schedule.
 *
 * **Example** (whether instants were left out)
 *
 * ```ts
 * import { Recurrence } from "@scanjobs/core"
 *
 * export const isCut = (instants: ReadonlyArray<number>) => instants.length > Recurrence.limit
 * ```
 *
 * @since 0.3.0
 * @category models
 */
export const limit = Expansion.limit

/**
 * Reads a recurrence rule of RFC 5545, with its start and its IANA time zone. Without a rule, the start is due once.
 *
 * `FREQ` is `MINUTELY`, `HOURLY`, `DAILY`, `WEEKLY`, `MONTHLY` or `YEARLY`, with `INTERVAL`, `COUNT`, `UNTIL`, `BYDAY`, `BYMONTHDAY`,
 * `BYMONTH` and `WKST`, and from `DAILY` on with `BYHOUR` and `BYMINUTE`, which make it due several times a day. Any other part makes the rule
 * unreadable. Days that a month does not have are skipped.
 *
 * A rule by days keeps its local time. One that does not exist, because clocks go forward, uses the offset before the change, which makes
 * it later by the gap; one that occurs twice, because clocks go back, is the first of the two (RFC 5545, 3.3.5). `HOURLY` and `MINUTELY`
 * count elapsed time, so that clocks neither lengthen nor shorten a step.
 *
 * The start is local time of the form `YYYYMMDDTHHMMSS`, or an instant in epoch milliseconds.
 *
 * **Example** (a local time that does not exist on one day in New York)
 *
 * ```ts run
 * import { Recurrence } from "@scanjobs/core"
 * import { Result } from "effect"
 *
 * const nightly = Recurrence.fromRule({ start: "20260101T023000", rule: "FREQ=DAILY", zone: "America/New_York" })
 * const span = { from: Date.UTC(2026, 2, 7), until: Date.UTC(2026, 2, 9) }
 * const due = Result.getOrThrow(nightly).instants(span)
 * console.log(due.map((at) => new Date(at).toISOString()))
 * // [ '2026-03-07T07:30:00.000Z', '2026-03-08T07:30:00.000Z', '2026-03-09T06:30:00.000Z' ]
 * ```
 *
 * @since 0.3.0
 * @category constructors
 */
export const fromRule = (schedule: {
  readonly start: string | number | null | undefined
  readonly rule: string | null | undefined
  readonly zone: string | null | undefined
}): Result.Result<Recurrence, Unreadable> => {
  const { start } = schedule
  if (typeof start === "string" ? Rule.localTime(start) === undefined : !isInstant(start)) {
    return unreadable("start", `${quoted(start)} is not a time of the form YYYYMMDDTHHMMSS`)
  }
  const zone = zoneOf(schedule.zone)
  if (Result.isFailure(zone)) return Result.fail(zone.failure)
  const clock = ZoneClock.make(zone.success)
  const local = typeof start === "string" ? Rule.localTime(start) : new Date(clock.localOf(start ?? 0))
  if (local === undefined) return unreadable("start", `${quoted(start)} is not a time`)
  const rule = schedule.rule === null || schedule.rule === undefined ? Rule.once : Rule.read(schedule.rule)
  if (typeof rule === "string") return unreadable("rule", `${quoted(schedule.rule)} cannot be read: ${rule}`)
  if (Rule.countsTooLong(rule, local)) {
    return unreadable("rule", `${quoted(schedule.rule)} cannot be read: its COUNT begins before 1970`)
  }
  const end =
    rule.until === undefined
      ? Infinity
      : rule.isUntilLocal
        ? clock.instantOf(rule.until.getTime())
        : rule.until.getTime()
  return Result.succeed(ofRule(Rule.withDefaults(rule, local), { local, clock, end }))
}

const ofRule = (
  rule: Rule.Rule,
  { clock, end, local }: { readonly local: Date; readonly clock: ZoneClock.ZoneClock; readonly end: number }
): Recurrence => {
  const { count, freq, monthDays, months, weekdays } = rule
  const first = Math.floor(local.getTime() / ZoneClock.dayMillis)
  const fitter = () =>
    DayFilter.make({
      weekdays,
      monthDays,
      months,
      isEither: false,
      isOfYear: freq === "YEARLY" && months.length === 0,
      isInStep: Rule.stepOf(rule, first, DayFilter.monthOf(first))
    })
  const step = Rule.millisOf(rule)
  if (step !== undefined) {
    const isFiltered = weekdays.length + monthDays.length + months.length > 0
    const start = clock.instantOf(local.getTime())
    return {
      instants: (span) =>
        Expansion.ofSteps({ start, step, count, end, on: isFiltered ? { clock, fits: fitter() } : undefined }, span)
    }
  }
  const start = local.getTime() - first * ZoneClock.dayMillis
  const times = Rule.timesOf(rule, start)
  const days = { clock, times, first, skipped: times.filter((time) => time < start).length, count, end }
  return { instants: (span) => Expansion.ofDays({ ...days, isDueTwice: false, fits: fitter() }, span) }
}

/**
 * Reads a cron expression of five fields, or of six with seconds in front, in an IANA time zone, or in the one that it begins with (`TZ=` or
 * `CRON_TZ=`). Names, lists, ranges and steps are read, and `@daily` and the like. Anything else, such as `L` or a year, is unreadable.
 * Nothing is due after `end`, in epoch milliseconds, if there is one.
 *
 * If both the day of the month and the weekday are restricted, either is enough (crontab(5)). A local time that does not exist, because
 * clocks go forward, is later by the gap. The hour that occurs twice, because clocks go back, has its runs twice if the expression runs
 * every hour, and otherwise the first time only.
 *
 * **Example** (every weekday in Zürich)
 *
 * ```ts run
 * import { Recurrence } from "@scanjobs/core"
 * import { Result } from "effect"
 *
 * const weekdays = Recurrence.fromCron({ expression: "30 2 * * MON-FRI", zone: "Europe/Zurich" })
 * const span = { from: Date.UTC(2026, 2, 27), until: Date.UTC(2026, 2, 30) }
 * console.log(Result.getOrThrow(weekdays).instants(span).map((at) => new Date(at).toISOString()))
 * // [ '2026-03-27T01:30:00.000Z', '2026-03-30T00:30:00.000Z' ]
 * ```
 *
 * @since 0.3.0
 * @category constructors
 */
export const fromCron = (schedule: {
  readonly expression: string | null | undefined
  readonly zone: string | null | undefined
  readonly end?: number | null | undefined
}): Result.Result<Recurrence, Unreadable> => {
  const { expression, zone: own = schedule.zone } = CronFields.parted(schedule.expression)
  const zone = zoneOf(own)
  if (Result.isFailure(zone)) return Result.fail(zone.failure)
  const fields = CronFields.read(expression ?? "")
  if (typeof fields === "string") {
    return unreadable("expression", `${quoted(expression)} cannot be read: ${fields}`)
  }
  const { days, isHourly, times } = fields
  const clock = ZoneClock.make(zone.success)
  const unbounded = { first: -Infinity, skipped: 0, count: Infinity, end: schedule.end ?? Infinity }
  const always = { ...unbounded, clock, times, isDueTwice: isHourly }
  return Result.succeed({ instants: (span) => Expansion.ofDays({ ...always, fits: DayFilter.make(days) }, span) })
}

/**
 * Recurs after a fixed period, from `start` on, up to `end` if there is one. All are milliseconds.
 *
 * **Example** (every six hours)
 *
 * ```ts run
 * import { Recurrence } from "@scanjobs/core"
 * import { Result } from "effect"
 *
 * const sixHours = Recurrence.every({ start: Date.UTC(2026, 0, 1), period: 6 * 3_600_000 })
 * const span = { from: Date.UTC(2026, 5, 1, 1), until: Date.UTC(2026, 5, 1, 12) }
 * console.log(Result.getOrThrow(sixHours).instants(span).map((at) => new Date(at).toISOString()))
 * // [ '2026-06-01T06:00:00.000Z', '2026-06-01T12:00:00.000Z' ]
 * ```
 *
 * @since 0.3.0
 * @category constructors
 */
export const every = ({
  end,
  period,
  start
}: {
  readonly start: number | null | undefined
  readonly period: number | null | undefined
  readonly end?: number | null | undefined
}): Result.Result<Recurrence, Unreadable> => {
  if (!isInstant(start)) return unreadable("start", `${quoted(start)} is not a time`)
  if (typeof period !== "number" || !(period >= 1 && period < Infinity)) {
    return unreadable("period", `${quoted(period)} is not a number of milliseconds above 0`)
  }
  const steps = { start, step: period, count: Infinity, end: end ?? Infinity }
  return Result.succeed({ instants: (span) => Expansion.ofSteps(steps, span) })
}

/**
 * Makes the planned runs of a schedule, at most {@link limit}: occurrences in state `scheduled`, whose ids are the schedule's own id and
 * the time. A schedule that cannot be read, and the rest of one with more runs, is one occurrence in state `unknown` whose `detail`
 * says why, so that it is not mistaken for no schedule; its id is the schedule's own. Where a listing has the schedule itself, too, as
 * a definition, give its occurrences another id to begin with.
 *
 * @since 0.3.0
 * @category constructors
 */
export const planned = (
  recurrence: Result.Result<Recurrence, Unreadable>,
  span: Span,
  schedule: Omit<Fields, "kind" | "state" | "vendorState" | "startTime" | "finishTime" | "progress">
): Fields | ReadonlyArray<Fields> => {
  const run = { ...schedule, kind: "occurrence" as const, vendorState: null }
  const unknown = (detail: string): Fields => ({ ...run, state: "unknown", detail })
  if (Result.isFailure(recurrence)) {
    const { part, problem } = recurrence.failure
    return unknown(`its schedule cannot be read: ${part} ${problem}`)
  }
  const instants = recurrence.success.instants(span)
  const due = (startTime: number): Fields => ({
    ...run,
    vendorId: `${schedule.vendorId}@${new Date(startTime).toISOString()}`,
    state: "scheduled",
    startTime
  })
  const runs = instants.slice(0, limit).map(due)
  const next = instants[limit]
  return next === undefined || next >= span.until
    ? runs
    : [
        ...runs,
        unknown(
          `it has more than ${limit} planned runs; those from ${new Date(next).toISOString()} on are left out: ask for a shorter time`
        )
      ]
}
