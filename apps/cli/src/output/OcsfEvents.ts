/**
 * Jobs as OCSF events of the class Scan Activity, one JSON object a line.
 */
import { Ocsf } from "@scanjobs/history"
import { lines, type Form, type Lost } from "./JsonRows.ts"

/** How events are written. */
export interface Options {
  /** Epoch milliseconds, as the time at which the events are written. */
  readonly now: number
  /** Called for a job that cannot be written. */
  readonly lost: Lost
}

/** Writes an event for each job. */
export const make = ({ lost, now }: Options): Form => lines((job) => Ocsf.scanActivity(job, { loggedAt: now }), lost)
