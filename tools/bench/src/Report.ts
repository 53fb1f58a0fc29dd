/**
 * The measurements that a process reports about itself.
 */
import { existsSync, readFileSync } from "node:fs"
import type { Meter } from "./Meter.ts"

/** The size of the heap after a number of jobs, just after a garbage collection. */
export interface HeapSample {
  readonly jobs: number
  readonly bytes: number
}

/** What reading and judging a history takes, in milliseconds. */
export interface HistoryTimes {
  /** How many jobs the month has. */
  readonly monthJobs: number
  readonly month: number
  readonly counts: number
  readonly judge: number
}

/** All times are milliseconds. */
export interface Report {
  readonly jobs: number
  /** From the start of the process until the program is loaded. */
  readonly startWall: number
  readonly startCpu: number
  /** Of the whole process. */
  readonly wall: number
  readonly cpu: number
  /** From when the program was loaded to its first job. */
  readonly firstJob: number | null
  /** The most memory that the process had, in bytes. */
  readonly rss: number
  readonly heap?: ReadonlyArray<HeapSample>
  readonly connections?: { readonly wall: number; readonly heap: number; readonly rss: number }
  readonly history?: HistoryTimes
  readonly first?: { readonly ours: ReadonlyArray<number>; readonly bare: ReadonlyArray<number> }
}

let startWall = 0
let startCpu = 0

const cpu = () => {
  const { systemCPUTime, userCPUTime } = process.resourceUsage()
  return (systemCPUTime + userCPUTime) / 1000
}

/** Notes that the program is loaded and begins. */
export const begin = (): void => {
  startWall = performance.now()
  startCpu = cpu()
}

/** On Linux, `maxRSS` includes the memory of the parent process before `exec`; `/proc/self/status` does not. */
const mostMemory = () => {
  const status = "/proc/self/status"
  const own = existsSync(status) ? /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(status, "utf8"))?.[1] : undefined
  return 1024 * (own === undefined ? process.resourceUsage().maxRSS : Number(own))
}

/** The report of a process that has finished. */
export const end = (meter: Pick<Meter, "first" | "jobs">): Report => ({
  jobs: meter.jobs,
  startWall,
  startCpu,
  wall: performance.now(),
  cpu: cpu(),
  firstJob: meter.first === undefined ? null : meter.first - startWall,
  rss: mostMemory()
})

/** Sends the report to the parent process. */
export const send = (report: Report): void => {
  process.send?.(report)
}
