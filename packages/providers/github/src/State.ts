/**
 * GitHub's states: those of secret scanning, and what an analysis says of itself, which has none.
 */
import { ScanJob } from "@scanjobs/core"

/** The state of a secret scanning scan. */
export const ofScan = ScanJob.states({
  completed: "succeeded",
  running: "running",
  // Not in the description, but in its example.
  in_progress: "running",
  pending: "queued",
  failed: "failed"
})

/** What an analysis tells of how it went. */
export interface Told {
  readonly error?: string | null
  readonly warning?: string | null
}

/** The state of an analysis, and why it is not a plain success. */
export const ofAnalysis = ({
  error,
  warning
}: Told): { readonly state: ScanJob.State; readonly detail: string | null } => {
  if (error !== undefined && error !== null && error !== "") return { state: "failed", detail: error }
  return warning !== undefined && warning !== null && warning !== ""
    ? { state: "partially_succeeded", detail: warning }
    : { state: "succeeded", detail: null }
}
