/**
 * Jobs as events of the Open Cybersecurity Schema Framework (OCSF), class Scan Activity (6007) of version 1.9.0, as a SIEM takes
 * them.
 *
 * | `activity_id`         | for                                                                                |
 * | --------------------- | ---------------------------------------------------------------------------------- |
 * | 0 Unknown             | a run in the state `unknown`                                                       |
 * | 1 Started             | a run that is `running`                                                            |
 * | 2 Completed           | a run that `succeeded` or `partially_succeeded`                                    |
 * | 3 Cancelled           | a run or a planned run that was `cancelled`                                        |
 * | 6 Error               | a run that `failed`                                                                |
 * | 7 Paused              | a run that is `paused`                                                             |
 * | 99 Other              | all else; `activity_name` is the state or the verdict, such as `missed`            |
 *
 * | OCSF                                                | from                                                                 |
 * | --------------------------------------------------- | -------------------------------------------------------------------- |
 * | `time`                                              | `finishTime`, else `startTime`, else when it was first seen or read  |
 * | `start_time`, `end_time`, `duration`                | `startTime`, `finishTime` and their difference, in milliseconds      |
 * | `status_id`                                         | 1 for what succeeded or ran, 2 for `failed` and `missed`, 0 for `unknown`, else 99 with the word in `status` |
 * | `severity_id`                                       | 3 for `failed` and `missed`; 2 for `partially_succeeded`, `overdue` and `late`; else 1 |
 * | `status_code`, `status_detail`                      | `vendorState`; `detail`, else why a verdict is not known             |
 * | `scan.uid`, `scan.name`, `scan.type_id`             | `vendorId`, `name`; 2 Scheduled for a planned run, else 0 Unknown    |
 * | `schedule_uid`                                      | `definitionId`                                                       |
 * | `metadata.uid`, `.log_provider`, `.log_name`, `.labels` | `id`, `provider`, `connection`, `category`                       |
 * | `metadata.product.feature.name`                     | `listing`                                                            |
 * | `raw_data`                                          | the vendor's row as JSON                                             |
 * | `unmapped`                                          | `kind`, `scope`, `progress`, `link` and `delay`, which OCSF has no place for |
 *
 * **Example** (a failed run)
 *
 * ```ts run
 * import type { ScanJob } from "@scanjobs/core"
 * import { Ocsf } from "@scanjobs/history"
 *
 * const job: ScanJob.ScanJob = {
 *   provider: "acme", connection: "main", listing: "runs", scope: null, id: "acme/main/runs/7", vendorId: "7", kind: "run",
 *   definitionId: null, name: "Nightly", category: "web", state: "failed", vendorState: "3", detail: "no route to host",
 *   progress: null, startTime: 1767225600000, finishTime: 1767225660000, link: null, raw: { state: 3 }
 * }
 * const event = Ocsf.scanActivity(job, { loggedAt: 1767225700000 })
 * console.log(event.type_uid, event.severity, event.status, event.duration) // 600706 Medium Failure 60000
 * ```
 */
import type { ScanJob } from "@scanjobs/core"
import type * as Verdict from "../judgement/Verdict.ts"

/**
 * What is known about a job beside itself.
 *
 * @since 0.1.0
 * @category models
 */
export interface Context {
  /** When the event is written, in epoch milliseconds. */
  readonly loggedAt: number
  /** When the job was seen for the first time, in epoch milliseconds. */
  readonly firstSeen?: number | null
  /** What became of a planned run. */
  readonly verdict?: Verdict.Name | null
  /** Why the verdict is `unknown`. */
  readonly why?: string | null
  /** Milliseconds from the planned time to the run's start. */
  readonly delay?: number | null
}

/**
 * An event of the class Scan Activity. Times are epoch milliseconds.
 *
 * @since 0.1.0
 * @category models
 */
export interface ScanActivity {
  readonly activity_id: number
  readonly activity_name: string
  readonly category_uid: 6
  readonly category_name: "Application Activity"
  readonly class_uid: 6007
  readonly class_name: "Scan Activity"
  readonly type_uid: number
  readonly type_name: string
  readonly time: number
  readonly start_time?: number
  readonly end_time?: number
  readonly duration?: number
  readonly severity_id: 1 | 2 | 3
  readonly severity: "Informational" | "Low" | "Medium"
  readonly status_id: 0 | 1 | 2 | 99
  readonly status: string
  readonly status_code?: string
  readonly status_detail?: string
  readonly scan: {
    readonly uid: string
    readonly name?: string
    readonly type_id: 0 | 2
    readonly type: "Unknown" | "Scheduled"
  }
  readonly schedule_uid?: string
  readonly metadata: {
    readonly version: "1.9.0"
    readonly uid: string
    readonly logged_time: number
    readonly product: {
      readonly name: "scanjobs"
      readonly vendor_name: "scanjobs"
      readonly feature: { readonly name: string }
    }
    readonly log_provider: string
    readonly log_name: string
    readonly labels: ReadonlyArray<string>
  }
  readonly raw_data?: string
  readonly unmapped: { readonly [name: string]: string | number }
}

/** A job's state or, for a planned run, its verdict where there is one. */
type Word = ScanJob.State | Verdict.Name

const activities: { readonly [word in Word]?: readonly [id: number, name: string] } = {
  unknown: [0, "Unknown"],
  running: [1, "Started"],
  succeeded: [2, "Completed"],
  partially_succeeded: [2, "Completed"],
  cancelled: [3, "Cancelled"],
  failed: [6, "Error"],
  paused: [7, "Paused"]
}

const statuses: { readonly [word in Word]?: readonly [id: 0 | 1 | 2, name: string] } = {
  unknown: [0, "Unknown"],
  succeeded: [1, "Success"],
  ran: [1, "Success"],
  failed: [2, "Failure"],
  missed: [2, "Failure"]
}

const medium = [3, "Medium"] as const
const low = [2, "Low"] as const
const severities: { readonly [word in Word]?: typeof medium | typeof low } = {
  failed: medium,
  missed: medium,
  partially_succeeded: low,
  overdue: low,
  late: low
}

/**
 * The event of a job. Every job has one, also where the vendor gives no time for it.
 *
 * @since 0.1.0
 * @category constructors
 */
export const scanActivity = (job: ScanJob.ScanJob, context: Context): ScanActivity => {
  const isPlanned = job.kind === "occurrence"
  const word: Word = isPlanned && context.verdict != null ? context.verdict : job.state
  const [activity, activityName] = activities[word] ?? [99, word]
  const [severity, severityName] = severities[word] ?? [1, "Informational"]
  const [status, statusName] = statuses[word] ?? [99, word]
  const start = wholeOf(job.startTime)
  const end = wholeOf(job.finishTime)
  const detail = job.detail ?? context.why ?? undefined
  const raw = job.raw === undefined ? undefined : JSON.stringify(job.raw)
  return {
    activity_id: activity,
    activity_name: activityName,
    category_uid: 6,
    category_name: "Application Activity",
    class_uid: 6007,
    class_name: "Scan Activity",
    type_uid: 600_700 + activity,
    type_name: `Scan Activity: ${activityName}`,
    time: end ?? start ?? wholeOf(context.firstSeen) ?? Math.round(context.loggedAt),
    ...(start === undefined ? {} : { start_time: start }),
    ...(end === undefined ? {} : { end_time: end }),
    ...(start === undefined || end === undefined || end < start ? {} : { duration: end - start }),
    severity_id: severity,
    severity: severityName,
    status_id: status,
    status: statusName,
    ...(job.vendorState === null ? {} : { status_code: job.vendorState }),
    ...(detail === undefined ? {} : { status_detail: detail }),
    scan: {
      uid: job.vendorId,
      ...(job.name === null ? {} : { name: job.name }),
      ...(isPlanned ? { type_id: 2, type: "Scheduled" } : { type_id: 0, type: "Unknown" })
    },
    ...(job.definitionId === null ? {} : { schedule_uid: job.definitionId }),
    metadata: {
      version: "1.9.0",
      uid: job.id,
      logged_time: Math.round(context.loggedAt),
      product: { name: "scanjobs", vendor_name: "scanjobs", feature: { name: job.listing } },
      log_provider: job.provider,
      log_name: job.connection,
      labels: [job.category]
    },
    ...(raw === undefined ? {} : { raw_data: raw }),
    unmapped: {
      kind: job.kind,
      ...(job.scope === null ? {} : { scope: job.scope }),
      ...(job.progress === null ? {} : { progress: job.progress }),
      ...(job.link === null ? {} : { link: job.link }),
      ...(context.delay == null ? {} : { delay: context.delay })
    }
  }
}

/** OCSF has whole milliseconds. */
const wholeOf = (millis: number | null | undefined): number | undefined =>
  millis === null || millis === undefined ? undefined : Math.round(millis)
