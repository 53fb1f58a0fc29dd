/**
 * AvePoint's states. 1 to 5 and 10 are documented for this endpoint, the others for a sister API, which sends names.
 */
import { ScanJob } from "@scanjobs/core"

const ofName = ScanJob.states({
  running: "running",
  finished: "succeeded",
  failed: "failed",
  finishedwithexception: "partially_succeeded",
  skipped: "skipped",
  pending: "queued",
  failedtostart: "failed",
  canceled: "cancelled",
  cancelled: "cancelled",
  rejected: "cancelled",
  stopped: "cancelled",
  notscanned: "skipped",
  disabled: "skipped",
  notstarted: "scheduled",
  waitingforconfiguration: "scheduled"
})

const ofNumber = ScanJob.states({
  1: "running",
  2: "succeeded",
  3: "failed",
  4: "partially_succeeded",
  5: "skipped",
  6: "queued",
  7: "failed",
  8: "cancelled",
  9: "cancelled",
  10: "cancelled",
  11: "skipped",
  12: "skipped",
  13: "scheduled",
  14: "scheduled"
})

/** The state of a job, from its number or its name. */
export const of = (state: number | string): ScanJob.State => {
  const known = ofNumber(state)
  if (known !== "unknown" || typeof state === "number") return known
  return ofName(state.toLowerCase().replaceAll(/[^a-z]/g, ""))
}

/** The category of a job of this type: 11 is a batch import. */
export const categoryOf = (type: number | string): ScanJob.Category =>
  type === 11 || type === "11" || (typeof type === "string" && /import/i.test(type)) ? "import" : "inventory"
