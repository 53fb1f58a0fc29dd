/**
 * The states of runs and machine actions. What is a state of a run is not documented as such: these are the words of the operations' own status
 * and of the phase of discovery.
 */
import { ScanJob } from "@scanjobs/core"
import type { Run } from "./Api.ts"

const ofWord = ScanJob.states({
  accepted: "queued",
  queued: "queued",
  throttled: "queued",
  delayed: "queued",
  inprogress: "running",
  running: "running",
  transientfailure: "running",
  succeeded: "succeeded",
  failed: "failed",
  canceled: "cancelled",
  cancelled: "cancelled",
  completedwithexceptions: "partially_succeeded",
  completewithwarning: "partially_succeeded"
})

/** How an ingestion may end that leaves the Data Map without a part of what was found. */
const incomplete = new Set(["failed", "partialsucceeded"])

/** The state of a run. One whose ingestion failed has succeeded in part. */
export const ofRun = ({ ingestionExecutionDetails: ingestion, status }: typeof Run.Type): ScanJob.State => {
  const state = ofWord((status ?? "").toLowerCase())
  return state === "succeeded" && incomplete.has((ingestion?.status ?? "").toLowerCase())
    ? "partially_succeeded"
    : state
}

/** The state of a machine action. */
export const ofAction = ScanJob.states({
  Pending: "queued",
  InProgress: "running",
  Succeeded: "succeeded",
  Failed: "failed",
  TimeOut: "failed",
  Cancelled: "cancelled"
})

/** Why a run did not succeed as a whole, as far as Purview says so. */
export const detailOf = (run: typeof Run.Type): string | null => {
  const said = ScanJob.firstText(run.errorMessage, run.error?.message)
  return said ?? (ofRun(run) === "partially_succeeded" ? ingestionOf(run) : null)
}

const ingestionOf = ({ ingestionExecutionDetails: ingestion }: typeof Run.Type): string | null =>
  incomplete.has((ingestion?.status ?? "").toLowerCase()) ? `ingestion: ${ingestion?.status}` : null
