/**
 * What triggers and schedules become: a definition, and its planned runs within the span.
 */
import { Recurrence, ScanJob, Time } from "@scanjobs/core"
import { Result } from "effect"
import type * as Api from "./Api.ts"
import * as Place from "./Place.ts"
import * as State from "./State.ts"

interface Common {
  readonly vendorId: string
  readonly definitionId: string
  readonly name: string | null
  readonly category: ScanJob.Category
}

const runsWithin = (
  recurrence: Parameters<typeof Recurrence.planned>[0],
  span: Recurrence.Span,
  common: Common
): ReadonlyArray<ScanJob.Fields> =>
  [Recurrence.planned(recurrence, span, { ...common, vendorId: `${common.vendorId}/run` })].flat()

const scheduled: State.Told = { state: "scheduled", vendorState: null }

/** The schedule of a row, where it stands, and the span for which its runs are wanted. */
interface Asked {
  readonly span: Recurrence.Span
  readonly place: string
}

/**
 * A trigger of Sensitive Data Protection. Its period counts from the last run, and a run that is due while the one before goes on is skipped. When
 * a trigger runs for the first time is not documented. One without a schedule is started by people, and is none.
 */
export const ofTrigger = (
  { displayName, errors, lastRunTime, name, status, triggers }: typeof Api.JobTrigger.Type,
  { place, span }: Asked
): ReadonlyArray<ScanJob.Fields> => {
  const schedule = triggers?.find((one) => (one.schedule ?? null) !== null)?.schedule
  if (schedule === undefined || schedule === null) return []
  const told = State.ofTrigger(status)
  const common: Common = {
    vendorId: Place.last(name),
    definitionId: Place.definition(place, name),
    name: displayName ?? null,
    category: "data"
  }
  const definition: ScanJob.Fields = {
    ...common,
    ...told,
    kind: "definition",
    detail: errors?.at(-1)?.details?.message ?? null
  }
  if (told.state !== "scheduled") return [definition]
  const lastRun = Time.fromIso(lastRunTime)
  if (lastRun === null) {
    const detail = "it has not run yet, and Google does not say when it will"
    const vendorId = `${common.vendorId}/run`
    return [definition, { ...common, vendorId, kind: "occurrence", state: "unknown", vendorState: null, detail }]
  }
  const period = Time.fromDuration(schedule.recurrencePeriodDuration)
  const recurrence = Recurrence.every({ start: lastRun + (period ?? Number.NaN), period })
  return [definition, ...runsWithin(recurrence, span, common)]
}

const day = 86_400_000

/** A configuration of Web Security Scanner: its next run, and one every so many days. Without a schedule, it is none. */
export const ofScanConfig = (
  { displayName, name, schedule }: typeof Api.ScanConfig.Type,
  span: Recurrence.Span
): ReadonlyArray<ScanJob.Fields> => {
  if (schedule === undefined || schedule === null) return []
  const id = Place.last(name)
  const common: Common = { vendorId: id, definitionId: id, name: displayName ?? null, category: "web" }
  const start = Time.fromIso(schedule.scheduleTime)
  const days = schedule.intervalDurationDays ?? null
  const recurrence =
    days === null
      ? Recurrence.fromRule({ start, rule: null, zone: "Etc/UTC" })
      : Recurrence.every({ start, period: days * day })
  return [{ ...common, ...scheduled, kind: "definition" }, ...runsWithin(recurrence, span, common)]
}

/** The next run of a configuration that does not tell its period: later ones are not known. */
export const knownUntil = ({ schedule }: typeof Api.ScanConfig.Type): number | undefined => {
  const next = Time.fromIso(schedule?.scheduleTime)
  const isKnown = next !== null && !Number.isNaN(next)
  return isKnown && (schedule?.intervalDurationDays ?? null) === null ? next : undefined
}

/** A data scan with a cron expression, in its own zone or else in `zone`. Without an expression, it is no schedule. */
export const ofDataScan = (
  { displayName, executionSpec, name }: typeof Api.DataScan.Type,
  { place, span, zone }: Asked & { readonly zone: string | undefined }
): ReadonlyArray<ScanJob.Fields> => {
  const schedule = executionSpec?.trigger?.schedule
  if (schedule === undefined || schedule === null) return []
  const common: Common = {
    vendorId: Place.last(name),
    definitionId: Place.definition(place, name),
    name: ScanJob.firstText(displayName, Place.last(name)),
    category: "data"
  }
  const recurrence = Result.mapError(
    Recurrence.fromCron({ expression: schedule.cron, zone }),
    ({ part, problem }): Recurrence.Unreadable => ({
      part,
      problem: part === "zone" && zone === undefined ? `${problem}; give the setting timeZone` : problem
    })
  )
  return [{ ...common, ...scheduled, kind: "definition" }, ...runsWithin(recurrence, span, common)]
}
