/**
 * The states of the three services. Enumerations come as names, or as numbers where the request asked for them.
 */
import { ScanJob } from "@scanjobs/core"
import type * as Api from "./Api.ts"

type Enum = string | number | null | undefined

/** The name of a value of an enumeration whose names are known in their order; `null` where there is none. */
const nameBy =
  (names: ReadonlyArray<string | undefined>) =>
  (value: Enum): string | null => {
    if (value === undefined || value === null) return null
    return typeof value === "string" ? value : (names[value] ?? String(value))
  }

/** How far something is, and what the vendor calls that. */
export interface Told {
  readonly state: ScanJob.State
  readonly vendorState: string | null
}

const dlpJobState = nameBy(["JOB_STATE_UNSPECIFIED", "PENDING", "RUNNING", "DONE", "CANCELED", "FAILED", "ACTIVE"])
const ofDlpState = ScanJob.states({
  PENDING: "queued",
  RUNNING: "running",
  ACTIVE: "running",
  DONE: "succeeded",
  CANCELED: "cancelled",
  FAILED: "failed"
})

/** The state of a job of Sensitive Data Protection. One that is done and has errors is done in part. */
export const ofDlpJob = ({ errors, state }: Pick<typeof Api.DlpJob.Type, "errors" | "state">): Told => {
  const vendorState = dlpJobState(state)
  const isPartly = vendorState === "DONE" && (errors ?? []).length > 0
  return { state: isPartly ? "partially_succeeded" : ofDlpState(vendorState), vendorState }
}

const triggerStatus = nameBy(["STATUS_UNSPECIFIED", "HEALTHY", "PAUSED", "CANCELLED"])
const ofTriggerStatus = ScanJob.states({ HEALTHY: "scheduled", PAUSED: "paused", CANCELLED: "cancelled" })

/** The state of a trigger that has a schedule. */
export const ofTrigger = (status: Enum): Told => {
  const vendorState = triggerStatus(status)
  return { state: ofTriggerStatus(vendorState), vendorState }
}

const executionState = nameBy(["EXECUTION_STATE_UNSPECIFIED", "QUEUED", "SCANNING", "FINISHED"])
const resultState = nameBy(["RESULT_STATE_UNSPECIFIED", "SUCCESS", "ERROR", "KILLED"])
const ofExecution = ScanJob.states({ QUEUED: "queued", SCANNING: "running" })
const ofResult = ScanJob.states({ SUCCESS: "succeeded", ERROR: "failed", KILLED: "cancelled" })

/** The state of a run of Web Security Scanner. A finished one has a result, too. */
export const ofScanRun = (
  run: Pick<typeof Api.ScanRun.Type, "executionState" | "resultState" | "warningTraces">
): Told => {
  const execution = executionState(run.executionState)
  const result = resultState(run.resultState)
  if (execution !== "FINISHED") return { state: ofExecution(execution), vendorState: execution }
  const isPartly = result === "SUCCESS" && (run.warningTraces ?? []).length > 0
  return {
    state: isPartly ? "partially_succeeded" : ofResult(result),
    vendorState: result === null ? execution : `${execution} ${result}`
  }
}

const dataJobState = nameBy([
  "STATE_UNSPECIFIED",
  "RUNNING",
  "CANCELING",
  "CANCELLED",
  "SUCCEEDED",
  "FAILED",
  undefined,
  "PENDING"
])
const ofDataState = ScanJob.states({
  PENDING: "queued",
  RUNNING: "running",
  CANCELING: "running",
  CANCELLED: "cancelled",
  SUCCEEDED: "succeeded",
  SUCCEEDED_WITH_ERRORS: "partially_succeeded",
  FAILED: "failed"
})

/** The state of a job of a data scan. */
export const ofDataScanJob = (state: Enum): Told => {
  const vendorState = dataJobState(state)
  return { state: ofDataState(vendorState), vendorState }
}

const errorTrace = nameBy([
  "CODE_UNSPECIFIED",
  "INTERNAL_ERROR",
  "SCAN_CONFIG_ISSUE",
  "AUTHENTICATION_CONFIG_ISSUE",
  "TIMED_OUT_WHILE_SCANNING",
  "TOO_MANY_REDIRECTS",
  "TOO_MANY_HTTP_ERRORS"
])
const warningTrace = nameBy([
  "CODE_UNSPECIFIED",
  "INSUFFICIENT_CRAWL_RESULTS",
  "TOO_MANY_CRAWL_RESULTS",
  "TOO_MANY_FUZZ_TASKS",
  "BLOCKED_BY_IAP",
  "NO_STARTING_URL_FOUND_FOR_MANAGED_SCAN"
])

/** Why a run of Web Security Scanner failed, or what it warns of. */
export const detailOfScanRun = (run: Pick<typeof Api.ScanRun.Type, "errorTrace" | "warningTraces">): string | null => {
  const codes = [errorTrace(run.errorTrace?.code), ...(run.warningTraces ?? []).map(({ code }) => warningTrace(code))]
  const told = codes.filter((code) => code !== null)
  return told.length === 0 ? null : told.join(", ")
}
