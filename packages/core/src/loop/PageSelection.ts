/**
 * Selects the jobs of each page that the caller receives: new ones, within the query, up to its limit.
 */
import { Formatter, Result } from "effect"
import * as Query from "../model/Query.ts"
import type { ScanJob } from "../model/ScanJob.ts"
import type { RejectedRow } from "../telemetry/Progress.ts"
import * as QuerySpan from "./QuerySpan.ts"
import * as SeenKeys from "./SeenKeys.ts"

/** The rows of one answer, and the jobs made of them. */
export interface Rows<Job> {
  /** How many rows the answer had, rejected ones included. */
  readonly rows: number
  readonly jobs: ReadonlyArray<Job>
  /** The rows that no job was made of. Default none. */
  readonly rowsWithoutJobs?: ReadonlyArray<unknown>
  readonly rejected: ReadonlyArray<RejectedRow>
}

/** What one answer adds to the listing. */
export interface Selected<Job> {
  /** The new jobs that match the query, in the vendor's order. */
  readonly jobs: ReadonlyArray<Job>
  /** The rejected rows that no earlier page had. */
  readonly rejected: ReadonlyArray<RejectedRow>
  /** How many rows no earlier page had. */
  readonly freshRows: number
  readonly hasRepeatedJobs: boolean
  /** How many of the selected jobs have a state that the plugin does not know. */
  readonly unknownStates: number
}

/** The selection over all pages of one listing. */
export interface PageSelection<Job> {
  readonly select: (page: Rows<Job>) => Selected<Job>
  /** How many jobs were selected so far. */
  readonly found: () => number
  /** How many more jobs the limit allows; `Infinity` without one. */
  readonly left: () => number
  /** The bound of the query's span that the listing has passed, if any. */
  readonly passed: () => "from" | "until" | undefined
  /** Whether a job was left out because it starts at or after the horizon. */
  readonly isCutByHorizon: () => boolean
  /** The keys of rows that came, in this part of the listing and in those before it. */
  readonly seen: ReadonlyArray<SeenKeys.SeenKeys>
}

/** What is selected. */
export interface Options {
  readonly query: Query.Query
  /** The order in which the listing runs towards the end of the query's span. */
  readonly order: Query.Order
  /** Where an endless listing is cut, in epoch milliseconds; `null` where it is not cut. */
  readonly horizon: number | null
}

/** Starts a listing with nothing selected, or a part of it behind what was selected of the parts before. */
export const make = <Job extends ScanJob>(
  { horizon, order, query }: Options,
  after?: PageSelection<Job>
): PageSelection<Job> => {
  const bounded = horizon === null ? query : { ...query, until: horizon }
  const limit = query.limit ?? Number.POSITIVE_INFINITY
  const isMatch = Query.matches(bounded)
  const span = QuerySpan.make(bounded, order)
  const keys = SeenKeys.make()
  const earlier = after?.seen ?? []
  let found = after?.found() ?? 0
  let jobsOfPage = 0
  let isCutByHorizon = false

  const isNew = (key: string | undefined) => key === undefined || keys.isNew(key)

  // A row of an earlier part counts for this one's total, and is not given again.
  const cameEarlier = (key: string) => earlier.some((part) => part.has(key))

  const selectJobs = (jobs: ReadonlyArray<Job>) => {
    // Usually every job is selected, and the page's own array is given on.
    let some: Array<Job> | undefined
    let fresh = 0
    let freshRows = 0
    let row: unknown
    let isRowFresh = false
    let unknownStates = 0
    let at = 0
    for (const job of jobs) {
      const isFresh = keys.isNew(job.vendorId)
      // The jobs of a row follow one another, and have it in common. A row that repeats may plan further runs.
      if (job.raw !== row || !isObject(row)) {
        row = job.raw
        isRowFresh = isFresh
        if (isFresh) freshRows++
      } else if (isRowFresh && !isFresh) {
        isRowFresh = false
        freshRows--
      }
      if (isFresh) {
        fresh++
        span.note(job.startTime)
        if (horizon !== null && job.startTime !== null && job.startTime >= horizon) isCutByHorizon = true
      }
      if (!isFresh || found >= limit || !isMatch(job) || cameEarlier(job.vendorId)) some ??= jobs.slice(0, at)
      else {
        found++
        if (job.state === "unknown") unknownStates++
        some?.push(job)
      }
      at++
    }
    return { jobs: some ?? jobs, fresh, freshRows, unknownStates }
  }

  return {
    select: ({ jobs, rejected, rows, rowsWithoutJobs = [] }) => {
      jobsOfPage = jobs.length
      const selected = selectJobs(jobs)
      const repeatedJobs = jobs.length - selected.fresh
      const rowsWithJobs = rows - rowsWithoutJobs.length - rejected.length
      const freshWithoutJobs = rowsWithoutJobs.filter((row) => isNew(keyOf("row without jobs", row))).length
      const freshRejected = rejected.filter(({ raw }) => isNew(keyOf("rejected", raw)))
      return {
        jobs: selected.jobs,
        rejected: freshRejected,
        freshRows: Math.min(selected.freshRows, rowsWithJobs) + freshWithoutJobs + freshRejected.length,
        hasRepeatedJobs: repeatedJobs > 0,
        unknownStates: selected.unknownStates
      }
    },
    found: () => found,
    left: () => limit - found,
    passed: () => span.passed(jobsOfPage),
    isCutByHorizon: () => isCutByHorizon,
    seen: [...earlier, keys]
  }
}

const isObject = (raw: unknown): boolean => typeof raw === "object" && raw !== null

/** The key of a row that no job was made of; `undefined` where it is nested too deeply to be written as JSON. */
const keyOf = (kind: string, row: unknown): string | undefined =>
  Result.getOrUndefined(Result.try(() => `${kind} ${Formatter.formatJson(row)}`))
