/**
 * What a scan gives to its jobs: its name, and the runs that its schedule foresees.
 */
import type { ScanJob } from "@scanjobs/core"
import { Result } from "effect"
import type * as Api from "./Api.ts"
import * as Recurrence from "./Recurrence.ts"

/** What all jobs of a scan have. */
export const fieldsOf = ({ id, name }: { readonly id: number; readonly name?: string | null | undefined }) => ({
  definitionId: String(id),
  name: name ?? null,
  category: "vulnerability" as const
})

/** A schedule that cannot be read is one planned run of which nothing is known, so that nobody takes it for none. */
export const planned = (
  scan: typeof Api.Scan.Type,
  span: Recurrence.Span
): ScanJob.Fields | ReadonlyArray<ScanJob.Fields> => {
  const isScheduled = (scan.starttime ?? scan.rrules ?? null) !== null
  if (scan.enabled !== true || !isScheduled) return []
  const run = { ...fieldsOf(scan), kind: "occurrence" as const }
  return Result.match(Recurrence.instants(scan, span), {
    onFailure: ({ field, problem }) => ({
      ...run,
      vendorId: String(scan.id),
      state: "unknown",
      vendorState: scan[field] ?? null,
      detail: `its schedule cannot be read: ${problem}`
    }),
    onSuccess: (instants) =>
      instants.map((startTime) => ({
        ...run,
        vendorId: `${scan.id}@${new Date(startTime).toISOString()}`,
        state: "scheduled",
        vendorState: null,
        startTime
      }))
  })
}
