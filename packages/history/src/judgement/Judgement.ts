/**
 * Judges planned runs by the runs that were read, and by what was read completely, and when.
 *
 * **Details**
 *
 * - The clock alone never raises an alarm. `overdue` and `missed` need a complete reading of the runs that began after the
 *   planned run should have started, and a reading of the plan that still had it.
 * - Judging is pure: the same plan, runs and readings give the same verdicts, in whatever order they became known.
 * - All times are instants in epoch milliseconds. Only a provider works out local times.
 *
 * **Example** (a daily scan that did not come)
 *
 * ```ts run
 * import { Judgement } from "@scanjobs/history"
 *
 * const hour = 3_600_000
 * const due = Date.UTC(2026, 0, 2, 2)
 * const verdicts = Judgement.judge({
 *   plan: [{ id: "planned", time: due, confirmedAt: due - hour, wasMoved: false }],
 *   runs: [{ id: "yesterday", time: due - 24 * hour, state: "succeeded" }],
 *   reading: { beganAt: due + 2 * hour, from: due - 48 * hour },
 *   now: due + 2 * hour
 * })
 * console.log(verdicts.get("planned")) // { _tag: 'overdue' }
 * ```
 */
import type { ScanJob } from "@scanjobs/core"
import { type JudgementPolicy, type Rules, rulesOf } from "./JudgementPolicy.ts"
import type { Verdict } from "./Verdict.ts"
import * as Windows from "./Windows.ts"

/**
 * A planned run.
 *
 * @since 0.1.0
 * @category models
 */
export interface Planned {
  readonly id: string
  /** When it is due, in epoch milliseconds. */
  readonly time: number
  /**
   * When the last complete reading of the plan began that still had it and that ended before it fell due, in epoch milliseconds;
   * `null` if there is none.
   */
  readonly confirmedAt: number | null
  /**
   * Whether the plan around it differs between the last reading before it fell due and the first one after, so that it may have
   * been moved; `null` until the plan was read again.
   */
  readonly wasMoved: boolean | null
  /** Whether a reading before it fell due no longer had it. Default false. */
  readonly isWithdrawn?: boolean | undefined
  /** The state that the vendor itself gives the planned run. Default `scheduled`. */
  readonly state?: ScanJob.State | undefined
}

/**
 * A run.
 *
 * @since 0.1.0
 * @category models
 */
export interface Run {
  readonly id: string
  /** When it started, in epoch milliseconds. For a run without a start, such as one in a queue: when it was first seen. */
  readonly time: number
  readonly state: ScanJob.State
}

/**
 * What was read of a definition's runs without a gap.
 *
 * @since 0.1.0
 * @category models
 */
export interface Reading {
  /** When the last complete reading began, in epoch milliseconds; `null` if there was none. */
  readonly beganAt: number | null
  /** The complete readings together have every run from this start time on, in epoch milliseconds. */
  readonly from: number
}

/**
 * What is judged: the plan and the runs of one definition, in any order.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options {
  readonly plan: Iterable<Planned>
  readonly runs: Iterable<Run>
  readonly reading: Reading
  /** Epoch milliseconds. */
  readonly now: number
  readonly policy?: JudgementPolicy | undefined
}

/**
 * Judges the planned runs of one definition; the verdicts are by the planned runs' ids, in order of time.
 *
 * Of several planned runs at the same time, all get the same verdict.
 *
 * @since 0.1.0
 * @category constructors
 */
export const judge = (options: Options): ReadonlyMap<string, Verdict> => {
  const rules = rulesOf(options.policy ?? {})
  const plan = [...options.plan].toSorted((a, b) => a.time - b.time)
  const runs = [...options.runs].toSorted((a, b) => a.time - b.time)
  const times = plan.filter(({ isWithdrawn }) => isWithdrawn !== true).map(({ time }) => time)
  const distinct = times.filter((time, index) => time !== times[index - 1])
  const windows = new Map(Windows.make(distinct, rules).map((window, index) => [distinct[index], window]))
  const verdicts = new Map<string, Verdict>()
  for (const planned of plan) {
    const window = planned.isWithdrawn === true ? undefined : windows.get(planned.time)
    verdicts.set(
      planned.id,
      window === undefined
        ? { _tag: "withdrawn" }
        : (byRun(nearest(runs, planned.time, window), planned, window) ?? byReading(planned, window, options, rules))
    )
  }
  return verdicts
}

/** The run in the window that started nearest to the planned time; the earlier one of two that are as near. */
const nearest = (runs: ReadonlyArray<Run>, time: number, { from, until }: Windows.Window): Run | undefined => {
  let best: Run | undefined
  for (let index = firstFrom(runs, from); index < runs.length; index++) {
    const run = runs[index]
    if (run === undefined || run.time >= until) break
    if (best === undefined || Math.abs(run.time - time) < Math.abs(best.time - time)) best = run
  }
  return best
}

/** The index of the first run that started at `time` or later. */
const firstFrom = (runs: ReadonlyArray<Run>, time: number): number => {
  let low = 0
  let high = runs.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((runs[middle]?.time ?? Number.POSITIVE_INFINITY) < time) low = middle + 1
    else high = middle
  }
  return low
}

/** What a run, or the vendor's own word on the planned run, proves. */
const byRun = (run: Run | undefined, planned: Planned, window: Windows.Window): Verdict | undefined => {
  if (run !== undefined) {
    const delay = run.time - planned.time
    if (run.state === "skipped" || run.state === "cancelled") return { _tag: run.state, run: run.id, delay }
    return { _tag: run.time > window.lateFrom ? "late" : "ran", run: run.id, delay }
  }
  const { state } = planned
  return state === "skipped" || state === "cancelled" ? { _tag: state, run: null, delay: 0 } : undefined
}

/** What the absence of a run proves, which depends on what was read. */
const byReading = (planned: Planned, window: Windows.Window, { now, reading }: Options, rules: Rules): Verdict => {
  if (now < planned.time) return { _tag: "planned" }
  if (now < window.lateFrom) return { _tag: "due" }
  if (rules.pauses.some(({ from, until }) => planned.time >= from && planned.time < until)) {
    return { _tag: "skipped", run: null, delay: 0 }
  }
  const shownUntil = reading.beganAt === null ? Number.NEGATIVE_INFINITY : reading.beganAt - rules.lag
  if (shownUntil < window.lateFrom) return { _tag: "unknown", why: "runs not read" }
  if (reading.from > window.from) return { _tag: "unknown", why: "runs not read so far back" }
  const { confirmedAt, wasMoved } = planned
  if (confirmedAt === null || wasMoved === null || planned.time - confirmedAt > rules.planAge) {
    return { _tag: "unknown", why: "plan not read" }
  }
  if (wasMoved) return { _tag: "unknown", why: "plan changed" }
  return { _tag: shownUntil < window.until ? "overdue" : "missed" }
}
