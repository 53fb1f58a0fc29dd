/**
 * GitHub's states: those of secret scanning scans, and the outcome of an analysis, which has no state.
 */
import { ScanJob } from "@scanjobs/core"

/** The state of a secret scanning scan. */
export const ofScan = ScanJob.states({
  completed: "succeeded",
  running: "running",
  // GitHub's description does not list it, and its example has it.
  in_progress: "running",
  pending: "queued",
  failed: "failed"
})

/** The fields of an analysis that tell its outcome. */
export interface Told {
  readonly error?: string | null
  readonly warning?: string | null
}

/** The state of an analysis, with the reason if it did not simply succeed. */
export const ofAnalysis = ({
  error,
  warning
}: Told): { readonly state: ScanJob.State; readonly detail: string | null } => {
  if (error !== undefined && error !== null && error !== "") return { state: "failed", detail: error }
  return warning !== undefined && warning !== null && warning !== ""
    ? { state: "partially_succeeded", detail: warning }
    : { state: "succeeded", detail: null }
}
