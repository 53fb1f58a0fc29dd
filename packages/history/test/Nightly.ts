/**
 * The jobs of a definition `nightly`.
 */
import type { ScanJob } from "@scanjobs/core"

/** A run that succeeded, unless the fields say otherwise. */
export const run = (
  vendorId: string,
  startTime: number | null,
  fields: Partial<ScanJob.Fields> = {}
): ScanJob.Fields => ({
  vendorId,
  kind: "run",
  category: "web",
  state: "succeeded",
  vendorState: null,
  definitionId: "nightly",
  name: "Nightly",
  startTime,
  ...fields
})

/** A run that is named after its start. */
export const runAt = (startTime: number | null, fields: Partial<ScanJob.Fields> = {}): ScanJob.Fields =>
  run(`run ${startTime}`, startTime, fields)

/** A planned run. */
export const plannedAt = (startTime: number): ScanJob.Fields => ({
  ...run(`planned ${startTime}`, startTime),
  kind: "occurrence",
  state: "scheduled"
})
