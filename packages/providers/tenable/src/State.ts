/**
 * Tenable's states. The form of a word is no guide: `paused` is not a finished state.
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
