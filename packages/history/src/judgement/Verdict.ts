/**
 * What became of a planned run.
 *
 * **Example** (verdicts as a filter)
 *
 * ```ts
 * import { Verdict } from "@scanjobs/history"
 * import { Schema } from "effect"
 *
 * export const Filter = Schema.Struct({ verdicts: Schema.Array(Verdict.Name), why: Schema.optionalKey(Verdict.Why) })
 * export const isAlarm = ({ _tag }: Verdict.Verdict) => _tag === "overdue" || _tag === "missed"
 * ```
 */
import { Schema } from "effect"

/**
 * The names of the verdicts.
 *
 * | verdict     | meaning                                                                                          |
 * | ----------- | ------------------------------------------------------------------------------------------------ |
 * | `planned`   | its time has not come                                                                            |
 * | `due`       | its time has come, and it may still start in time                                                |
 * | `overdue`   | it should have started, and a reading shows that it has not; it may still start late             |
 * | `missed`    | it did not start, and a run that starts now would not count as this one                          |
 * | `ran`       | it started in time; how it ended is the run's own state                                          |
 * | `late`      | it started after its grace had passed                                                            |
 * | `skipped`   | the vendor says that it left the run out, or the run fell into a pause                           |
 * | `cancelled` | the vendor says that the run was cancelled                                                       |
 * | `withdrawn` | the schedule was changed or deleted before its time, so that it was no longer planned            |
 * | `unknown`   | nothing that was read proves any of these; {@link Why} says what is missing                      |
 *
 * @since 0.1.0
 * @category schemas
 */
export const Name = Schema.Literals([
  "planned",
  "due",
  "overdue",
  "missed",
  "ran",
  "late",
  "skipped",
  "cancelled",
  "withdrawn",
  "unknown"
])

/**
 * The name of a verdict.
 *
 * @since 0.1.0
 * @category models
 */
export type Name = typeof Name.Type

/**
 * Why a verdict is `unknown`:
 *
 * - `runs not read`: no complete reading of the runs began late enough to show this run.
 * - `runs not read so far back`: the complete readings of the runs do not reach back to this run's time.
 * - `plan not read`: no reading of the plan shortly before the run's time shows that it was still planned then.
 * - `plan changed`: the schedule was changed around the run's time, so that the run may have been moved.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Why = Schema.Literals(["runs not read", "runs not read so far back", "plan not read", "plan changed"])

/**
 * Why a verdict is `unknown`.
 *
 * @since 0.1.0
 * @category models
 */
export type Why = typeof Why.Type

/**
 * A planned run with nothing to show for it.
 *
 * @since 0.1.0
 * @category models
 */
export interface Unmet {
  readonly _tag: "planned" | "due" | "overdue" | "missed" | "withdrawn"
}

/**
 * A planned run that was met by a run, or that the vendor left out.
 *
 * @since 0.1.0
 * @category models
 */
export interface Met {
  readonly _tag: "ran" | "late" | "skipped" | "cancelled"
  /** The id of the run; `null` where the plan itself, or a pause, says so. */
  readonly run: string | null
  /** Milliseconds from the planned time to the run's start; negative for a run that started early. */
  readonly delay: number
}

/**
 * A planned run that cannot be judged by what was read.
 *
 * @since 0.1.0
 * @category models
 */
export interface Unknown {
  readonly _tag: "unknown"
  readonly why: Why
}

/**
 * What became of a planned run.
 *
 * @since 0.1.0
 * @category models
 */
export type Verdict = Unmet | Met | Unknown
