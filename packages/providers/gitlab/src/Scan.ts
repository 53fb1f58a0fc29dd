/**
 * Which jobs and pipelines are scans, what they scan, and what a schedule plans.
 */
import { Recurrence, type ScanJob, Time } from "@scanjobs/core"
import { Result } from "effect"
import type * as Api from "./Api.ts"

/** The reports of GitLab's analyzers. */
const reports = new Map<string, ScanJob.Category>([
  ["sast", "code"],
  ["secret_detection", "secret"],
  ["dependency_scanning", "vulnerability"],
  ["container_scanning", "vulnerability"],
  ["cluster_image_scanning", "vulnerability"],
  ["cyclonedx", "vulnerability"],
  ["dast", "web"],
  ["api_fuzzing", "web"],
  ["coverage_fuzzing", "web"]
])

/** The names of jobs of GitLab's own templates; `dast` comes before `sast`, which is not a part of it. */
const names: ReadonlyArray<readonly [RegExp, ScanJob.Category]> = [
  [/secret[-_]detection/i, "secret"],
  [/(?:dependency|container|cluster[-_]image)[-_]scanning|^gemnasium/i, "vulnerability"],
  [/(?:^|[-_])dast(?:$|[-_])|fuzz/i, "web"],
  [/(?:^|[-_])sast(?:$|[-_])/i, "code"]
]

/**
 * What a job scans; `undefined` where it is no scan. Only its reports tell for certain, and a job has them once it has ended well:
 * until then its name tells.
 */
export const categoryOf = (
  { artifacts, name }: typeof Api.Job.Type,
  others: ReadonlyArray<string>
): ScanJob.Category | undefined =>
  (artifacts ?? []).map((artifact) => reports.get(artifact.file_type ?? "")).find((found) => found !== undefined) ??
  names.find(([pattern]) => pattern.test(name))?.[1] ??
  (others.includes(name) ? "other" : undefined)

/** The pipelines that are listed, by their source: those that are scans as a whole, and those that a schedule started. */
const sources = new Map<string, ScanJob.Category>([
  ["ondemand_dast_scan", "web"],
  ["ondemand_dast_validation", "web"],
  ["security_orchestration_policy", "other"],
  ["schedule", "other"]
])

/** What a pipeline scans as a whole; `undefined` where it is a usual pipeline, of which only some jobs are scans. */
export const categoryOfSource = (source: string): ScanJob.Category | undefined => sources.get(source)

/** GitLab does not say which schedule started a pipeline, but both have the branch or tag. */
const scheduleOf = (ref: string | null | undefined): string =>
  `schedule/${(ref ?? "").replace(/^refs\/(?:heads|tags)\//, "")}`

/** What a pipeline belongs to. */
export const definitionOf = ({ ref, source }: typeof Api.Pipeline.Type): string =>
  source === "schedule" ? scheduleOf(ref) : source

const recurrenceOf = ({ cron, cron_timezone }: typeof Api.Schedule.Type) =>
  Recurrence.fromCron({ expression: cron, zone: cron_timezone ?? "Etc/UTC" })

/** The next run of a schedule whose later ones cannot be told; `undefined` where all can. */
const onlyNextOf = (schedule: typeof Api.Schedule.Type): number | undefined => {
  const next = Time.fromIso(schedule.next_run_at)
  const isKnown = next !== null && !Number.isNaN(next)
  return isKnown && Result.isFailure(recurrenceOf(schedule)) ? next : undefined
}

/** The time from which on the runs of a schedule are not known. */
export const knownUntil = (schedule: typeof Api.Schedule.Type): number | undefined =>
  schedule.active === true ? onlyNextOf(schedule) : undefined

/** A schedule, and its planned runs within the span. Where the zone is none of IANA, only the next run is known. */
export const ofSchedule = (
  schedule: typeof Api.Schedule.Type,
  span: Recurrence.Span
): ReadonlyArray<ScanJob.Fields> => {
  const { active, description, id, ref } = schedule
  const common = {
    vendorId: String(id),
    definitionId: scheduleOf(ref),
    name: description ?? null,
    category: "other" as const
  }
  const definition: ScanJob.Fields = {
    ...common,
    kind: "definition",
    state: active === true ? "scheduled" : "paused",
    vendorState: active === true ? "active" : "inactive"
  }
  if (active !== true) return [definition]
  const next = onlyNextOf(schedule)
  const known =
    next === undefined ? recurrenceOf(schedule) : Recurrence.fromRule({ start: next, rule: null, zone: "Etc/UTC" })
  const planned = Recurrence.planned(known, span, { ...common, vendorId: `${id}/run` })
  return [definition, ...[planned].flat()]
}
