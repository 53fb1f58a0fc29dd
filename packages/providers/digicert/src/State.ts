/**
 * DigiCert's states. A planned run carries 11, "completed", as a placeholder, so that a number means one thing for a run and
 * another for a plan.
 */
import type { ScanJob } from "@scanjobs/core"

const ofRuns: { readonly [state: string]: ScanJob.State } = {
  10: "running",
  11: "succeeded",
  12: "failed",
  13: "partially_succeeded",
  16: "skipped",
  19: "cancelled"
}

const ofPlans: { readonly [state: string]: ScanJob.State } = { 10: "running", 16: "skipped", 19: "cancelled" }

/** The state of a run. */
export const ofRun = (state: number | string): ScanJob.State => ofRuns[state] ?? "unknown"

/** The state of a planned run. */
export const ofPlan = (state: number | string): ScanJob.State => ofPlans[state] ?? "scheduled"
