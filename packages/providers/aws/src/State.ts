/**
 * The states of the four services. `CANCELED` and `CANCELLED` differ by service. Threats that were found are results, and no state.
 */
import { ScanJob } from "@scanjobs/core"

const finished = { COMPLETED: "succeeded", FAILED: "failed" } as const

/** The state of a scan of a backup. */
export const ofBackup = ScanJob.states({
  ...finished,
  CREATED: "queued",
  RUNNING: "running",
  COMPLETED_WITH_ISSUES: "partially_succeeded",
  CANCELED: "cancelled"
})

/** The state of a malware scan. */
export const ofMalware = ScanJob.states({
  ...finished,
  RUNNING: "running",
  COMPLETED_WITH_ISSUES: "partially_succeeded",
  SKIPPED: "skipped"
})

/** The state of a CIS scan. */
export const ofCis = ScanJob.states({ ...finished, IN_PROGRESS: "running", CANCELLED: "cancelled" })

/** The state of a job of Macie. */
export const ofMacie = ScanJob.states({
  IDLE: "scheduled",
  RUNNING: "running",
  PAUSED: "paused",
  USER_PAUSED: "paused",
  COMPLETE: "succeeded",
  CANCELLED: "cancelled"
})
