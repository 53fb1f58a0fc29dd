/**
 * The span of time in which a run counts as a given planned run.
 *
 * The windows of one definition never overlap, so that one run never meets two planned runs, and the order in which plans and
 * runs become known makes no difference.
 */
import { Duration } from "effect"
import type { Rules } from "./JudgementPolicy.ts"

/** Epoch milliseconds. */
export interface Window {
  /** A run that starts earlier is not this one. Inclusive. */
  readonly from: number
  /** A run that starts after this is late. */
  readonly lateFrom: number
  /** A run that starts then or later is not this one. Exclusive. */
  readonly until: number
}

/** On a night on which clocks change, a run that is an hour off is still the same run. */
const slack = Duration.toMillis("65 minutes")

/** The windows of planned times, which must be ascending and without repeats. */
export const make = (times: ReadonlyArray<number>, rules: Rules): ReadonlyArray<Window> =>
  times.map((time, index) => {
    const next = times[index + 1]
    const until = Math.min(time + rules.latest, next === undefined ? Number.POSITIVE_INFINITY : startOf(next, time))
    const grace = rules.grace ?? Math.min(slack, next === undefined ? slack : (next - time) / 4)
    return { from: startOf(time, times[index - 1]), lateFrom: Math.min(time + grace, until), until }
  })

/** A run may start early, but not by more than an eighth of the time since the previous planned run. */
const startOf = (time: number, previous: number | undefined): number =>
  time - Math.min(slack, previous === undefined ? slack : (time - previous) / 8)
