/**
 * What became of a job, in sentences.
 */
import type { StoredJob, Verdict } from "@scanjobs/history"
import * as AgentTime from "./AgentTime.ts"

const minutes = (millis: number): string => {
  const whole = Math.round(Math.abs(millis) / 60_000)
  return whole < 120
    ? `${whole} min`
    : whole < 2880
      ? `${Math.round(whole / 60)} h`
      : `${Math.round(whole / 1440)} days`
}

const reasons: Record<Verdict.Why, string> = {
  "runs not read": "no complete reading of the runs began late enough to show this one",
  "runs not read so far back": "the complete readings of the runs do not reach back to its time",
  "plan not read": "no reading of the plan shortly before its time shows that it was still planned then",
  "plan changed": "the schedule was changed around its time, so that it may have been moved"
}

const planned = ({ startTime, verdict, why }: StoredJob.StoredJob, now: number): string => {
  const at = AgentTime.write(startTime) ?? "a time that the vendor does not tell"
  switch (verdict) {
    case "missed":
      return `It was planned for ${at}, and no run came; a run that starts now would not count as this one.`
    case "overdue":
      return `It was planned for ${at}, ${minutes(now - (startTime ?? now))} ago, and a reading shows that it has not started; it may still start late.`
    case "due":
      return `Its time, ${at}, has come, and it may still start in time.`
    case "unknown":
      return `It was planned for ${at}, and it is not known whether it ran${why === null ? "" : `: ${reasons[why]}`}.`
    case "withdrawn":
      return `It was planned for ${at}, and taken off the plan before.`
    case "skipped":
    case "cancelled":
      return `It was planned for ${at}, and the vendor says that it was ${verdict}.`
    default:
      return `It is planned for ${at}.`
  }
}

const ran = ({ finishTime, startTime, state }: StoredJob.StoredJob, now: number): string => {
  if (startTime === null) return `Its state is ${state}; the vendor tells no start.`
  const since = `It started at ${AgentTime.write(startTime)}`
  if (finishTime !== null) return `${since}, took ${minutes(finishTime - startTime)}, and its state is ${state}.`
  return state === "running" || state === "paused"
    ? `${since}, ${minutes(now - startTime)} ago, and its state is ${state}.`
    : `${since}, and its state is ${state}; the vendor tells no end.`
}

const plan = ({ delay, verdict }: StoredJob.StoredJob): ReadonlyArray<string> => {
  if (verdict === null) return ["It belongs to no planned run that is known."]
  if (delay === null || Math.abs(delay) < 60_000) return ["It started at its planned time."]
  return [`It started ${minutes(delay)} ${delay > 0 ? "after" : "before"} its planned time.`]
}

/** The sentences. */
export const sentences = (job: StoredJob.StoredJob, now: number): ReadonlyArray<string> => {
  if (job.kind === "definition") return ["It is a definition: a schedule or a profile, and no run."]
  if (job.kind === "occurrence") return [planned(job, now)]
  return [ran(job, now), ...plan(job)]
}
