/**
 * The rules by which planned runs are judged: how much delay is normal, and how fresh a reading must be.
 *
 * **Example** (an hour of maintenance, and little patience otherwise)
 *
 * ```ts
 * import type { JudgementPolicy, Pause } from "@scanjobs/history"
 *
 * const maintenance: Pause = { from: Date.UTC(2026, 0, 1, 2), until: Date.UTC(2026, 0, 1, 3) }
 * export const policy: JudgementPolicy = { grace: "10 minutes", pauses: [maintenance] }
 * ```
 */
import { Duration } from "effect"

/**
 * A time in which missing runs are expected, such as a maintenance window.
 *
 * @since 0.1.0
 * @category models
 */
export interface Pause {
  /** Epoch milliseconds, inclusive. */
  readonly from: number
  /** Epoch milliseconds, exclusive. */
  readonly until: number
}

/**
 * The rules for one definition. Every part may be left out.
 *
 * @since 0.1.0
 * @category models
 */
export interface JudgementPolicy {
  /**
   * How long after its time a run may start before it is late. Default 65 minutes, or a quarter of the time to the next planned
   * run where that is less. An hour and five minutes, because a vendor may start a run an hour off on a night on which
   * clocks change.
   */
  readonly grace?: Duration.Input | undefined
  /** How long after its time a run can still count as this one. Default 24 hours, and never beyond the next planned run. */
  readonly latest?: Duration.Input | undefined
  /** How old the last reading of the plan may be when the run falls due. Default 26 hours. */
  readonly planAge?: Duration.Input | undefined
  /** How long a vendor may take to list a run that has started. Default 2 minutes. */
  readonly lag?: Duration.Input | undefined
  /** Times in which a missing run is `skipped` and raises no alarm. Default none. */
  readonly pauses?: ReadonlyArray<Pause> | undefined
}

/** A policy with every default filled in, in milliseconds. */
export interface Rules {
  readonly grace: number | undefined
  readonly latest: number
  readonly planAge: number
  readonly lag: number
  readonly pauses: ReadonlyArray<Pause>
}

/** Fills in the defaults. */
export const rulesOf = (policy: JudgementPolicy): Rules => ({
  grace: policy.grace === undefined ? undefined : Duration.toMillis(policy.grace),
  latest: Duration.toMillis(policy.latest ?? "24 hours"),
  planAge: Duration.toMillis(policy.planAge ?? "26 hours"),
  lag: Duration.toMillis(policy.lag ?? "2 minutes"),
  pauses: policy.pauses ?? []
})
