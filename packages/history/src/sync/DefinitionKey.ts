/**
 * Which definition a job belongs to: the scan, as people call it, that a schedule plans and that runs again and again.
 */
import type { ScanJob } from "@scanjobs/core"

/**
 * The key of the job's definition within its connection. A job without a definition belongs to the one of its category and name. Where
 * the scope is not the definition itself, it is part of the key: two repositories may have a workflow of the same name.
 */
export const of = ({ category, definitionId, kind, name, scope, vendorId }: ScanJob.ScanJob): string => {
  const own = definitionId ?? (kind === "definition" ? vendorId : `${category} ${name ?? ""}`)
  return scope === null || scope === own ? own : `${scope} ${own}`
}
