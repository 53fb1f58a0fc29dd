/**
 * What a scan's jobs have in common, and the runs that its schedule plans.
 */
import { Recurrence, type ScanJob } from "@scanjobs/core"
import { Result } from "effect"
import type * as Api from "./Api.ts"

/** The fields that all jobs of a scan have. */
export const fieldsOf = ({ id, name }: { readonly id: number; readonly name?: string | null | undefined }) => ({
  definitionId: String(id),
  name: name ?? null,
  category: "vulnerability" as const
})

/** The planned runs of a scan within the span. */
export const planned = (
  scan: typeof Api.Scan.Type,
  span: Recurrence.Span
): ScanJob.Fields | ReadonlyArray<ScanJob.Fields> =>
  scan.enabled === true && isScheduled(scan)
    ? Recurrence.planned(scheduleOf(scan), span, { ...fieldsOf(scan), vendorId: String(scan.id) })
    : []

type Schedule = Pick<typeof Api.Scan.Type, "rrules" | "starttime" | "timezone">

/** An empty rule is no schedule. Without a rule, a start time is due once. */
const isScheduled = ({ rrules, starttime }: Schedule): boolean =>
  rrules === null || rrules === undefined ? (starttime ?? "").trim() !== "" : rrules.trim() !== ""

/** `ONETIME` is Tenable's own, and whatever else the rule then contains has no meaning, such as `INTERVAL=0`. */
const scheduleOf = ({ rrules, starttime, timezone }: Schedule) =>
  Result.mapError(
    Recurrence.fromRule({ start: starttime, rule: isOneTime.test(rrules ?? "") ? null : rrules, zone: timezone }),
    ({ part, problem }): Recurrence.Unreadable => ({ part: fields[part] ?? part, problem })
  )

const isOneTime = /(?:^|;)\s*FREQ\s*=\s*ONETIME\s*(?:;|$)/i

const fields: { readonly [part: string]: string | undefined } = {
  start: "starttime",
  rule: "rrules",
  zone: "timezone"
}
