/**
 * The planned runs of a CIS configuration.
 */
import { Recurrence, type ScanJob } from "@scanjobs/core"
import type { CisConfiguration } from "./Api.ts"

/**
 * The runs within a span. A configuration that runs once has no time, and of a monthly one only the weekday is known, so that neither has
 * any.
 */
export const planned = (
  { scanConfigurationArn, scanName, schedule }: CisConfiguration,
  span: Recurrence.Span
): ScanJob.Fields | ReadonlyArray<ScanJob.Fields> => {
  const due = schedule?.daily ?? schedule?.weekly
  if (due === undefined) return []
  const [hour = "", minute = ""] = due.startTime.timeOfDay.split(":")
  const days = schedule?.daily === undefined ? (schedule?.weekly?.days ?? []).join(",") : "*"
  return Recurrence.planned(
    Recurrence.fromCron({ expression: `${Number(minute)} ${Number(hour)} * * ${days}`, zone: due.startTime.timezone }),
    span,
    {
      vendorId: scanConfigurationArn,
      definitionId: scanConfigurationArn,
      name: scanName ?? null,
      category: "configuration"
    }
  )
}
