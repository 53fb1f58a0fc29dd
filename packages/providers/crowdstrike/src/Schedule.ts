/**
 * What schedules plan. The runs of most of them can be worked out; of the others, the next one is known at most.
 */
import { Recurrence, type ScanJob, Time } from "@scanjobs/core"
import { Result } from "effect"
import type * as Api from "./Api.ts"

type NetworkScan = typeof Api.NetworkScan.Type
type ScheduledScan = typeof Api.ScheduledScan.Type

/** The category of what a network scan does. */
export const categoryOf = (type: string | null | undefined): ScanJob.Category =>
  type === "assessment" ? "vulnerability" : type === "discovery" ? "inventory" : "other"

/** RFC 5545's names of the days that the vendor names. Which number a day has is not documented: a rule with numbers cannot be read. */
const weekdays = new Map<unknown, string>([
  ["Sun", "SU"],
  ["Mon", "MO"],
  ["Tue", "TU"],
  ["Wed", "WE"],
  ["Thu", "TH"],
  ["Fri", "FR"],
  ["Sat", "SA"]
])

const places = new Map([
  ["First", 1],
  ["Second", 2],
  ["Third", 3],
  ["Fourth", 4],
  ["Last", -1]
])

const digits = (text: string | null | undefined): string => (text ?? "").replaceAll(/[-:]/g, "")

const by = (name: string, values: ReadonlyArray<string | number>): string =>
  values.length === 0 ? "" : `;${name}=${values.join(",")}`

/** The rule of RFC 5545; `null` for what is due once. */
const ruleOf = (scheduling: typeof Api.Scheduling.Type): string | null => {
  const { days_of_month, days_of_week, end_date, frequency, occurrence } = scheduling
  const days = (days_of_week ?? []).map((day) => weekdays.get(day) ?? String(day))
  const place = places.get(occurrence ?? "")
  const end = digits(end_date)
  const until = end === "" ? "" : `;UNTIL=${end}`
  switch (frequency) {
    case "once":
      return null
    case "daily":
      return `FREQ=DAILY${until}`
    case "weekly":
      return `FREQ=WEEKLY${by("BYDAY", days)}${until}`
    case "monthly":
      return place === undefined
        ? `FREQ=MONTHLY${by("BYMONTHDAY", days_of_month ?? [])}${until}`
        : `FREQ=MONTHLY;BYDAY=${days.map((day) => `${place}${day}`).join(",") || "none"}${until}`
    default:
      return frequency ?? "none"
  }
}

/** `2026-01-05` and `02:30` or `02:30:00` as RFC 5545 has them. */
const startOf = ({ start_date, start_time }: typeof Api.Scheduling.Type): string => {
  const time = digits(start_time)
  return `${digits(start_date)}T${time}${time.length === 4 ? "00" : ""}`
}

const instantOf = (text: string | null | undefined): number | undefined => {
  const instant = Time.fromIso(text)
  return instant === null || Number.isNaN(instant) ? undefined : instant
}

const once = (start: number | undefined) => Recurrence.fromRule({ start, rule: null, zone: "Etc/UTC" })

/** When a network scan is due. Where its schedule cannot be read, only the next time is known, if Falcon tells it. */
const dueOf = ({ next_run_timestamp, scheduling }: NetworkScan) => {
  const next = instantOf(next_run_timestamp)
  const recurrence =
    scheduling === null || scheduling === undefined
      ? once(next)
      : Recurrence.fromRule({ start: startOf(scheduling), rule: ruleOf(scheduling), zone: scheduling.timezone })
  const isRead = Result.isSuccess(recurrence) && scheduling !== null && scheduling !== undefined
  return isRead || next === undefined ? { recurrence } : { recurrence: once(next), knownUntil: next + 1 }
}

const isScheduled = ({ frequency, next_run_timestamp, scheduling }: NetworkScan): boolean => {
  const known = scheduling?.frequency ?? frequency
  return known === null || known === undefined
    ? instantOf(next_run_timestamp) !== undefined
    : known.toLowerCase() !== "not_scheduled"
}

/** Up to when the runs of a network scan are known; `undefined` where all are. */
export const networkScanKnownUntil = (row: NetworkScan): number | undefined =>
  isScheduled(row) ? dueOf(row).knownUntil : undefined

/** A network scan, its planned runs within the span, and the first one behind it. */
export const ofNetworkScan = (row: NetworkScan, span: Recurrence.Span): ReadonlyArray<ScanJob.Fields> => {
  const common = { definitionId: row.id, name: row.name ?? null, category: categoryOf(row.type) }
  const definition = {
    ...common,
    vendorId: row.id,
    kind: "definition" as const,
    vendorState: row.scheduling?.frequency ?? row.frequency ?? null
  }
  if (!isScheduled(row)) return [{ ...definition, state: "paused" }]
  const planned = Recurrence.planned(dueOf(row).recurrence, span, { ...common, vendorId: `${row.id}/run` })
  return [{ ...definition, state: "scheduled" }, ...[planned].flat()]
}

interface Now {
  readonly now: number
}

/** The unit of the interval is not documented, so that only a start that is ahead is known. */
export const scheduledScanKnownUntil = ({ deleted, schedule }: ScheduledScan, { now }: Now): number | undefined => {
  const isOver = deleted === true || (schedule?.interval ?? 0) === 0
  return isOver ? undefined : Math.max(now, (instantOf(schedule?.start_timestamp) ?? now) + 1)
}

/** A scheduled scan that is not deleted, and its start, if it is ahead. */
export const ofScheduledScan = (
  { deleted, description, id, schedule, status }: ScheduledScan,
  { now, span }: Now & { readonly span: Recurrence.Span }
): ReadonlyArray<ScanJob.Fields> => {
  if (deleted === true) return []
  const common = { definitionId: id, name: description ?? null, category: "malware" as const }
  const start = instantOf(schedule?.start_timestamp)
  const planned =
    start === undefined || start <= now
      ? []
      : Recurrence.planned(once(start), span, { ...common, vendorId: `${id}/run` })
  return [
    { ...common, vendorId: id, kind: "definition", state: "scheduled", vendorState: status ?? null },
    ...[planned].flat()
  ]
}
