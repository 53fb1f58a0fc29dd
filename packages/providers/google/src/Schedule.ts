/**
 * What triggers and schedules become: a definition, and its planned runs within the span.
 */
import { Recurrence, type ScanJob, Time } from "@scanjobs/core"
import { Result } from "effect"
import type * as Api from "./Api.ts"
import * as State from "./State.ts"

type Common = Pick<ScanJob.Fields, "vendorId" | "category"> & { readonly name: string | null }

/** The list is paged by other things than time, so that a run behind the span says nothing about the rows that follow. */
const runsWithin = (
  recurrence: Parameters<typeof Recurrence.planned>[0],
  span: Recurrence.Span,
  { vendorId, ...common }: Common
): ReadonlyArray<ScanJob.Fields> =>
  [Recurrence.planned(recurrence, span, { ...common, vendorId: `${vendorId}/run`, definitionId: vendorId })]
    .flat()
    .filter(({ startTime = null }) => startTime === null || startTime < span.until)

const definitionOf = (common: Common, told: State.Told, detail: string | null = null): ScanJob.Fields => ({
  ...common,
  ...told,
  kind: "definition",
  definitionId: common.vendorId,
  detail
})

const scheduled: State.Told = { state: "scheduled", vendorState: null }

/**
 * A trigger of Sensitive Data Protection. Its period counts from the last run, and a run that is due while the one before goes on is skipped. When
 * a trigger runs for the first time is not documented.
 */
export const ofTrigger = (
  trigger: typeof Api.JobTrigger.Type,
  span: Recurrence.Span
): ReadonlyArray<ScanJob.Fields> => {
  const schedule = trigger.triggers?.find((one) => (one.schedule ?? null) !== null)?.schedule
  const told = State.ofTrigger(trigger.status, schedule !== undefined)
  const common: Common = { vendorId: trigger.name, name: trigger.displayName ?? null, category: "data" }
  const error = trigger.errors?.at(-1)?.details?.message ?? null
  const isByHand = told.state === "unknown" && schedule === undefined && told.vendorState === "HEALTHY"
  const definition = definitionOf(
    common,
    told,
    error ?? (isByHand ? "it has no schedule: people start its jobs" : null)
  )
  if (told.state !== "scheduled") return [definition]
  const lastRun = Time.fromIso(trigger.lastRunTime)
  if (lastRun === null) {
    const detail = "it has not run yet, and Google does not say when it will"
    return [
      definition,
      {
        ...common,
        vendorId: `${trigger.name}/run`,
        definitionId: trigger.name,
        kind: "occurrence",
        state: "unknown",
        vendorState: null,
        detail
      }
    ]
  }
  const period = Time.fromDuration(schedule?.recurrencePeriodDuration)
  return [
    definition,
    ...runsWithin(Recurrence.every({ start: lastRun + (period ?? Number.NaN), period }), span, common)
  ]
}

const day = 86_400_000

/** A configuration of Web Security Scanner: its next run, and one every so many days. Without a schedule, it is none. */
export const ofScanConfig = (
  { displayName, name, schedule }: typeof Api.ScanConfig.Type,
  span: Recurrence.Span
): ReadonlyArray<ScanJob.Fields> => {
  if (schedule === undefined || schedule === null) return []
  const common: Common = { vendorId: name, name: displayName ?? null, category: "web" }
  const start = Time.fromIso(schedule.scheduleTime)
  const days = schedule.intervalDurationDays ?? null
  const recurrence =
    days === null
      ? Recurrence.fromRule({ start, rule: null, zone: "Etc/UTC" })
      : Recurrence.every({ start, period: days * day })
  return [definitionOf(common, scheduled), ...runsWithin(recurrence, span, common)]
}

/** A data scan with a cron expression, in its own zone or else in `zone`. Without an expression, it is no schedule. */
export const ofDataScan = (
  { displayName, executionSpec, name }: typeof Api.DataScan.Type,
  { span, zone }: { readonly span: Recurrence.Span; readonly zone: string | undefined }
): ReadonlyArray<ScanJob.Fields> => {
  const schedule = executionSpec?.trigger?.schedule
  if (schedule === undefined || schedule === null) return []
  const common: Common = { vendorId: name, name: displayName ?? null, category: "data" }
  const recurrence = Result.mapError(
    Recurrence.fromCron({ expression: schedule.cron, zone }),
    ({ part, problem }): Recurrence.Unreadable => ({
      part,
      problem: part === "zone" && zone === undefined ? `${problem}; give the setting timeZone` : problem
    })
  )
  return [definitionOf(common, scheduled), ...runsWithin(recurrence, span, common)]
}
