/**
 * What a row of a time line draws: a mark for each run; and where there are more than fit into its width, one for those that
 * are close together.
 */
import { type StoredJob, Views } from "@scanjobs/history"
import type { Mark } from "./Schemas.ts"

type Mark = typeof Mark.Type

/** The most marks of a row: more would lie on top of each other. */
export const most = 300

/** Draws the jobs of one row, in the order of time. */
export const make = (jobs: ReadonlyArray<Views.RowJob>, { from, until }: Views.Span): ReadonlyArray<Mark> => {
  const marks = jobs.flatMap(markOf).toSorted((a, b) => a.start - b.start)
  if (marks.length <= most) return marks
  const width = (until - from) / most
  const parts = Map.groupBy(marks, ({ start }) => Math.max(0, Math.floor((start - from) / width)))
  return [...parts.values()].map(together)
}

const markOf = ({ job, needs }: Views.RowJob): ReadonlyArray<Mark> => {
  const { delay, finishTime, id, kind, startTime, state, verdict, why } = job
  if (startTime === null || kind === "definition") return []
  return [{ id, kind, state, verdict, why, start: startTime, finish: finishTime, delay, needs }]
}

/** The most pressing mark, over the time of all of them. */
const together = (marks: ReadonlyArray<Mark>): Mark => {
  const worst = marks.reduce((found, mark) => (rankOf(mark) < rankOf(found) ? mark : found))
  if (marks.length === 1) return worst
  const ends = marks.map(({ finish, start }) => finish ?? start)
  return {
    ...worst,
    start: Math.min(...marks.map(({ start }) => start)),
    finish: isOpen(worst) ? null : Math.max(...ends),
    together: { marks: marks.length, needing: marks.filter(({ needs }) => needs !== null).length }
  }
}

const isOpen = ({ finish, state }: { readonly finish: number | null; readonly state: StoredJob.StoredJob["state"] }) =>
  finish === null && (state === "running" || state === "paused" || state === "queued")

const rankOf = ({ needs }: Mark): number =>
  needs === null ? Views.attentionNames.length : Views.attentionNames.indexOf(needs)
