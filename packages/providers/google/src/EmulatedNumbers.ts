/**
 * The enumerations of rows as numbers, as Google's own clients ask for them.
 */
import type { Row } from "./SyntheticScans.ts"

const places = (...names: ReadonlyArray<string | null>): ReadonlyMap<unknown, number> =>
  new Map(names.flatMap((name, number) => (name === null ? [] : [[name, number] as const])))

/** The enumerations of the services, by the names of the fields. A field that two services have, has the names of both. */
const numbers: { readonly [field: string]: ReadonlyArray<ReadonlyMap<unknown, number>> } = {
  type: [
    places("DLP_JOB_TYPE_UNSPECIFIED", "INSPECT_JOB", "RISK_ANALYSIS_JOB"),
    places("DATA_SCAN_TYPE_UNSPECIFIED", "DATA_QUALITY", "DATA_PROFILE", "DATA_DISCOVERY")
  ],
  status: [places("STATUS_UNSPECIFIED", "HEALTHY", "PAUSED", "CANCELLED")],
  executionState: [places("EXECUTION_STATE_UNSPECIFIED", "QUEUED", "SCANNING", "FINISHED")],
  resultState: [places("RESULT_STATE_UNSPECIFIED", "SUCCESS", "ERROR", "KILLED")]
}

/** The states of the resources, by the part of their names that tells what they are. */
const states: { readonly [part: string]: ReadonlyMap<unknown, number> } = {
  dlpJobs: places("JOB_STATE_UNSPECIFIED", "PENDING", "RUNNING", "DONE", "CANCELED", "FAILED", "ACTIVE"),
  jobs: places("STATE_UNSPECIFIED", "RUNNING", "CANCELING", "CANCELLED", "SUCCEEDED", "FAILED", null, "PENDING"),
  dataScans: places("STATE_UNSPECIFIED", "ACTIVE", "CREATING", "DELETING", "ACTION_REQUIRED")
}

const codes = places(
  "CODE_UNSPECIFIED",
  "INTERNAL_ERROR",
  "SCAN_CONFIG_ISSUE",
  "AUTHENTICATION_CONFIG_ISSUE",
  "TIMED_OUT_WHILE_SCANNING",
  "TOO_MANY_REDIRECTS",
  "TOO_MANY_HTTP_ERRORS"
)
const warnings = places(
  "CODE_UNSPECIFIED",
  "INSUFFICIENT_CRAWL_RESULTS",
  "TOO_MANY_CRAWL_RESULTS",
  "TOO_MANY_FUZZ_TASKS"
)

const codeOf = (trace: unknown, by: ReadonlyMap<unknown, number>): unknown =>
  typeof trace === "object" && trace !== null && "code" in trace
    ? { ...trace, code: by.get(trace.code) ?? trace.code }
    : trace

/** A row with numbers in place of names; what has no number stays as it is. */
export const of = (row: Row): Row => {
  const [kind = ""] = String(row["name"]).split("/").slice(-2)
  return Object.fromEntries(
    Object.entries(row).map(([field, value]) => {
      if (field === "errorTrace") return [field, codeOf(value, codes)]
      if (field === "warningTraces" && Array.isArray(value)) return [field, value.map((one) => codeOf(one, warnings))]
      const known = field === "state" ? [states[kind]] : (numbers[field] ?? [])
      return [field, known.map((by) => by?.get(value)).find((number) => number !== undefined) ?? value]
    })
  )
}
