/**
 * DigiCert's states. A planned run carries 11, "completed", as a placeholder, so that a number means one thing for a run and
 * another for a plan.
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
