/**
 * What a sync found to be different. Changes have ascending ids, so that a reader can go on where it stopped.
 *
 * **Example** (a line for each change)
 *
 * ```ts
 * import { Change } from "@scanjobs/history"
 * import { Schema } from "effect"
 *
 * export const Wanted = Schema.Array(Change.What)
 * export const line = ({ id, job, now, was, what }: Change.Change) => `${id} ${what} ${job.name}: ${was} -> ${now}`
 * ```
 */
import { Schema } from "effect"
import type { StoredJob } from "./StoredJob.ts"

/**
 * What is different:
 *
 * - `new`: a run or a definition was not there before.
 * - `state`: the vendor gives it another state. `was` and `now` are states.
 * - `verdict`: something became of a planned run, other than that it ran in time. `was` and `now` are verdicts.
 * - `gone`: the vendor no longer lists it, although it was not over.
 *
 * The first complete reading of a listing tells what there is, and is no news. Neither is a planned run that comes into sight. Of the
 * planned runs of a definition that are withdrawn together, only the first one is told.
 *
 * @since 0.1.0
 * @category schemas
 */
export const What = Schema.Literals(["new", "state", "verdict", "gone"])
/**
 * What is different.
 *
 * @since 0.1.0
 * @category models
 */
export type What = typeof What.Type

/**
 * A change, with the job as it is now.
 *
 * @since 0.1.0
 * @category models
 */
export interface Change {
  /** Ascending, in the order in which changes were written. */
  readonly id: number
  /** When it was found, in epoch milliseconds. */
  readonly at: number
  readonly what: What
  readonly was: string | null
  readonly now: string | null
  readonly job: StoredJob
}
