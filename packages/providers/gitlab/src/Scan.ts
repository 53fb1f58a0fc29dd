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

/** A schedule, and its planned runs within the span. Where the zone is none of IANA, only the next run is known. */
export const ofSchedule = (
  schedule: typeof Api.Schedule.Type,
  span: Recurrence.Span
): ReadonlyArray<ScanJob.Fields> => {
  const { active, cron, cron_timezone, description, id, next_run_at, ref } = schedule
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
  const recurrence = Recurrence.fromCron({ expression: cron, zone: cron_timezone ?? "Etc/UTC" })
  const next = Time.fromIso(next_run_at)
  const isNextKnown = Result.isFailure(recurrence) && next !== null && !Number.isNaN(next)
  const known = isNextKnown ? Recurrence.fromRule({ start: next, rule: null, zone: "Etc/UTC" }) : recurrence
  const planned = Recurrence.planned(known, span, { ...common, vendorId: `${id}/run` })
  // The list is paged by id, so that a run behind the span says nothing about the rows that follow.
  return [
    definition,
    ...[planned].flat().filter(({ startTime = null }) => startTime === null || startTime < span.until)
  ]
}
