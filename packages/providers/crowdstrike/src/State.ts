/**
 * The states of runs. Those of network scans are documented; those of on-demand scans are not, and are the words that their status is
 * known to have.
 */
import { ScanJob } from "@scanjobs/core"

const insensitive =
  (states: (status: string) => ScanJob.State) =>
  (status: string | null | undefined): ScanJob.State =>
    states((status ?? "").toLowerCase())

/** The state of a run of a network scan. */
export const ofRun = insensitive(
  ScanJob.states({
    created: "scheduled",
    pending: "queued",
    running: "running",
    cancel_pending: "running",
    done: "succeeded",
    error: "failed",
    canceled: "cancelled"
  })
)

/** The state of an on-demand scan. */
export const ofOnDemand = insensitive(
  ScanJob.states({
    scheduled: "scheduled",
    pending: "queued",
    running: "running",
    completed: "succeeded",
    failed: "failed",
    cancelled: "cancelled",
    canceled: "cancelled"
  })
)
