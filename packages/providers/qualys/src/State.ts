/**
 * The states of VMDR and of WAS.
 */
import { ScanJob } from "@scanjobs/core"
import type * as Api from "./Api.ts"

/** The state of a scan of VMDR or of policy compliance. */
export const ofVm = ScanJob.states({
  Queued: "queued",
  Loading: "running",
  Running: "running",
  Paused: "paused",
  Finished: "succeeded",
  Error: "failed",
  Canceled: "cancelled"
})

const ofStatus = ScanJob.states({
  SUBMITTED: "queued",
  RUNNING: "running",
  PROCESSING: "running",
  FINISHED: "succeeded",
  CANCELED_WITH_RESULTS: "partially_succeeded",
  ERROR: "failed",
  CANCELED: "cancelled"
})

/** What a finished scan of WAS has found, where that is not everything. */
const outcomes = new Map<string, ScanJob.State>([
  ["TIME_LIMIT_REACHED", "partially_succeeded"],
  ["TIME_LIMIT_EXCEEDED", "partially_succeeded"],
  ["CANCELED_WITH_RESULTS", "partially_succeeded"],
  ["NO_HOST_ALIVE", "failed"],
  ["NO_WEB_SERVICE", "failed"],
  ["SERVICE_ERROR", "failed"],
  ["SCAN_INTERNAL_ERROR", "failed"],
  ["SCAN_NOT_LAUNCHED", "failed"],
  ["SCANNER_NOT_AVAILABLE", "failed"]
])

/** The state of a scan of WAS, with the outcome if it did not simply succeed. */
export const ofWas = ({ resultsStatus, status, summary }: typeof Api.WasScan.Type) => {
  const outcome = summary?.resultsStatus ?? resultsStatus ?? ""
  const state = status === "FINISHED" ? outcomes.get(outcome) : undefined
  return state === undefined ? { state: ofStatus(status), detail: null } : { state, detail: outcome }
}
