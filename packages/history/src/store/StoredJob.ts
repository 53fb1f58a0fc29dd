/**
 * A job as the store has it: what the vendor said last, when it was first seen, and what became of it.
 *
 * **Example** (a line of a report)
 *
 * ```ts
 * import { StoredJob } from "@scanjobs/history"
 *
 * export const header = StoredJob.fieldNames.join(",")
 * export const line = ({ delay, name, verdict, why }: StoredJob.StoredJob) =>
 *   `${name}: ${verdict ?? "no plan"}${why === null ? "" : ` (${why})`}${delay === null ? "" : `, ${delay / 60_000} min late`}`
 * ```
 */
import { ScanJob } from "@scanjobs/core"
import type * as Verdict from "../judgement/Verdict.ts"

/**
 * A job, with four fields more.
 *
 * `raw` is `null` in a store that keeps no rows.
 *
 * @since 0.1.0
 * @category models
 */
export interface StoredJob extends ScanJob.ScanJob {
  /**
   * What became of a planned run; for a run that met a planned one, `ran`, `late`, `skipped` or `cancelled`. `null` for other runs,
   * for definitions, and for what is planned without a time.
   */
  readonly verdict: Verdict.Name | null
  /** Why the verdict is `unknown`. */
  readonly why: Verdict.Why | null
  /** Milliseconds from the planned time to the start of the run; negative for a run that started early. */
  readonly delay: number | null
  /** When a sync first saw it, in epoch milliseconds. */
  readonly firstSeen: number
}

/**
 * The names of the fields, in the order in which every output writes them.
 *
 * @since 0.1.0
 * @category constructors
 */
export const fieldNames = [
  ...ScanJob.fieldNames,
  "verdict",
  "why",
  "delay",
  "firstSeen"
] as const satisfies ReadonlyArray<keyof StoredJob>
