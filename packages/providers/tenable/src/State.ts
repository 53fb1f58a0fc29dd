/**
 * Tenable's states. How a word ends tells nothing: `paused` is no more finished than `pausing`.
 */
import { ScanJob } from "@scanjobs/core"

/** The state of a run, or of a scan's latest run. */
export const of = ScanJob.states({
  // Never run.
  empty: "scheduled",
  pending: "queued",
  initializing: "queued",
  running: "running",
  pausing: "running",
  resuming: "running",
  stopping: "running",
  processing: "running",
  publishing: "running",
  paused: "paused",
  completed: "succeeded",
  imported: "succeeded",
  aborted: "failed",
  canceled: "cancelled",
  stopped: "cancelled"
})
