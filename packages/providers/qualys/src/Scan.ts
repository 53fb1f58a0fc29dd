/**
 * The jobs that are made of Qualys's scans and schedules.
 */
import { Recurrence, ScanJob, Time } from "@scanjobs/core"
import type * as Api from "./Api.ts"
import * as Search from "./Search.ts"
import * as State from "./State.ts"

/** Whether a state is an end. */
const isOver = (state: ScanJob.State): boolean => state === "succeeded" || state === "failed" || state === "cancelled"

/** A scan of VMDR or of policy compliance. It has no end: that is its launch and its duration. */
export const ofVm = (
  { DURATION, LAUNCH_DATETIME, REF, STATUS, TITLE, TYPE }: typeof Api.VmScan.Type,
  category: ScanJob.Category
): ScanJob.Fields => {
  const state = State.ofVm(STATUS.STATE)
  const startTime = Time.fromIso(LAUNCH_DATETIME)
  const length = isOver(state) ? Time.fromDuration(DURATION) : null
  return {
    vendorId: REF,
    kind: "run",
    definitionId: TYPE === "Scheduled" ? (TITLE ?? null) : null,
    name: TITLE ?? null,
    category,
    state,
    vendorState: STATUS.STATE,
    detail: STATUS.SUB_STATE ?? null,
    startTime,
    finishTime: startTime === null || length === null || Number.isNaN(length) ? null : startTime + length
  }
}

/** A scan of WAS. */
export const ofWas = (scan: typeof Api.WasScan.Type): ScanJob.Fields => ({
  vendorId: String(scan.id),
  kind: "run",
  definitionId: scan.mode === "SCHEDULED" ? (scan.name ?? null) : null,
  name: scan.name ?? null,
  category: "web",
  ...State.ofWas(scan),
  vendorState: scan.status ?? null,
  startTime: Time.fromIso(scan.launchedDate),
  finishTime: Time.fromIso(scan.endScanDate)
})

/** A schedule, as both products have it. */
interface Schedule {
  readonly id: string
  readonly name: string | null | undefined
  readonly isActive: boolean
  readonly next: string | null | undefined
  readonly category: ScanJob.Category
}

/**
 * A schedule and its next run. Qualys's rules name no time zones of IANA, so that later runs are not known. It does not say which schedule
 * launched a scan: both have the title.
 */
export const ofSchedule = (
  { category, id, isActive, name, next }: Schedule,
  span: Recurrence.Span
): ReadonlyArray<ScanJob.Fields> => {
  const common = { vendorId: id, definitionId: ScanJob.firstText(name, id), name: name ?? null, category }
  const definition: ScanJob.Fields = {
    ...common,
    kind: "definition",
    state: isActive ? "scheduled" : "paused",
    vendorState: isActive ? "active" : "inactive"
  }
  // An active schedule without a next launch is over, such as one for a single day.
  if (!isActive || Time.fromIso(next) === null) return [definition]
  const once = Recurrence.fromRule({ start: inUtc(next ?? ""), rule: null, zone: "Etc/UTC" })
  const planned = Recurrence.planned(once, span, { ...common, vendorId: `${id}/run` })
  return [definition, ...[planned].flat()]
}

/** The time from which on the launches of a schedule are not known: its next one, because Qualys tells no other. */
export const knownUntil = ({ isActive, next }: Schedule): number | undefined => {
  const time = isActive ? inUtc(next ?? "") : null
  return time === null || Number.isNaN(time) ? undefined : time
}

/** Times are UTC, with or without `Z`. */
const inUtc = (text: string): number | null => {
  const read = Time.fromIso(text)
  return Number.isNaN(read) ? Time.fromIso(`${text.trim()}Z`) : read
}

/** A schedule of VMDR. */
export const vmSchedule = (row: typeof Api.VmSchedule.Type): Schedule => ({
  id: row.ID,
  name: row.TITLE,
  isActive: row.ACTIVE === "1",
  next: nextOf(row),
  category: "vulnerability"
})

/** A schedule of WAS. */
export const wasSchedule = (row: typeof Api.WasSchedule.Type): Schedule => ({
  id: String(row.id),
  name: row.name,
  isActive: Search.isTrue(row.active),
  next: row.nextLaunchDate,
  category: "web"
})

/** The next launch of a schedule of VMDR. */
const nextOf = ({ NEXTLAUNCH_UTC, SCHEDULE }: typeof Api.VmSchedule.Type): string | null | undefined =>
  (typeof SCHEDULE === "object" ? SCHEDULE.NEXTLAUNCH_UTC : undefined) ?? NEXTLAUNCH_UTC
