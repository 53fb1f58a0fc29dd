/**
 * The states of scans. The vendor lists them without explanations.
 */
import { ScanJob } from "@scanjobs/core"

/** The state of a scan. */
export const of = ScanJob.states({
  dispatched: "queued",
  running: "running",
  // The engine is done, and the console takes in its results.
  integrating: "running",
  paused: "paused",
  finished: "succeeded",
  error: "failed",
  aborted: "failed",
  stopped: "cancelled"
})
