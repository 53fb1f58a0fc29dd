/**
 * Tenable's states. How a word ends tells nothing: `paused` is no more finished than `pausing`.
 */
import type { ScanJob } from "@scanjobs/core"

const states: { readonly [status: string]: ScanJob.State } = {
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
}

/** The state of a run, or of a scan's latest run. */
export const of = (status: string): ScanJob.State => states[status] ?? "unknown"
