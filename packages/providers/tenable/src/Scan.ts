/**
 * What a scan's jobs have in common, and the runs that its schedule plans.
 */
import type { ScanJob } from "@scanjobs/core"
import { Result } from "effect"
import type * as Api from "./Api.ts"
import * as Recurrence from "./Recurrence.ts"

/** The fields that all jobs of a scan have. */
export const fieldsOf = ({ id, name }: { readonly id: number; readonly name?: string | null | undefined }) => ({
  definitionId: String(id),
  name: name ?? null,
  category: "vulnerability" as const
})

/**
 * The planned runs of a scan within the span, at most {@link Recurrence.limit}. A schedule that cannot be read, and the rest of one
 * with more runs, is one planned run in state `unknown`, so that it is not mistaken for no schedule.
 */
export const planned = (
  scan: typeof Api.Scan.Type,
  span: Recurrence.Span
): ScanJob.Fields | ReadonlyArray<ScanJob.Fields> => {
  if (scan.enabled !== true || !isScheduled(scan)) return []
  const run = { ...fieldsOf(scan), kind: "occurrence" as const }
  const unknown = (detail: string): ScanJob.Fields => ({
    ...run,
    vendorId: String(scan.id),
    state: "unknown",
    vendorState: null,
    detail
  })
  const at = (startTime: number): ScanJob.Fields => ({
    ...run,
    vendorId: `${scan.id}@${new Date(startTime).toISOString()}`,
    state: "scheduled",
    vendorState: null,
    startTime
  })
  return Result.match(Recurrence.instants(scan, span), {
    onFailure: ({ problem }) => unknown(`its schedule cannot be read: ${problem}`),
    onSuccess: (instants) => {
      const runs = instants.slice(0, Recurrence.limit).map(at)
      const next = instants[Recurrence.limit]
      return next === undefined || next >= span.until
        ? runs
        : [
            ...runs,
            unknown(
              `it has more than ${Recurrence.limit} planned runs; those from ${new Date(next).toISOString()} on are left out: ask for a shorter time`
            )
          ]
    }
  })
}

/** An empty rule is no schedule. Without a rule, a start time is due once. */
const isScheduled = ({ rrules, starttime }: Recurrence.Schedule): boolean =>
  rrules === null || rrules === undefined ? (starttime ?? "").trim() !== "" : rrules.trim() !== ""
