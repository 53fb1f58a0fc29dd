/**
 * GitLab's states, of jobs as of pipelines.
 */
import { ScanJob } from "@scanjobs/core"
import type * as Api from "./Api.ts"

/** The state of a pipeline. */
export const of = ScanJob.states({
  created: "scheduled",
  scheduled: "scheduled",
  pending: "queued",
  preparing: "queued",
  waiting_for_resource: "queued",
  waiting_for_callback: "queued",
  running: "running",
  canceling: "running",
  manual: "paused",
  success: "succeeded",
  failed: "failed",
  canceled: "cancelled",
  skipped: "skipped"
})

/** The state of a job. Analyzers are allowed to fail, and then the pipeline goes on without their findings. */
export const ofJob = ({ allow_failure, status }: typeof Api.Job.Type): ScanJob.State =>
  status === "failed" && allow_failure === true ? "partially_succeeded" : of(status)
