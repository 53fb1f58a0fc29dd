/**
 * DigiCert's states. A planned run carries 11 ("completed") as a placeholder, so a number means something else for a plan than
 * for a run.
 */
import { ScanJob } from "@scanjobs/core"

/** The state of a run. */
export const ofRun = ScanJob.states({
  10: "running",
  11: "succeeded",
  12: "failed",
  13: "partially_succeeded",
  16: "skipped",
  19: "cancelled"
})

/** The state of a planned run. */
export const ofPlan = ScanJob.states({ 10: "running", 16: "skipped", 19: "cancelled" }, "scheduled")
