/**
 * The orders that `--sort` offers.
 */
import type { ScanJob } from "@scanjobs/core"
import { Effect, Result, Stream } from "effect"
import { Suggestion } from "@scanjobs/settings"
import * as States from "./States.ts"

type Value = (job: ScanJob.ScanJob) => string | number | null

const values = {
  start: (job) => job.startTime,
  finish: (job) => job.finishTime,
  duration: ({ finishTime, startTime }) => (startTime === null || finishTime === null ? null : finishTime - startTime),
  state: (job) => States.severity(job.state),
  progress: (job) => job.progress,
  connection: (job) => job.connection,
  provider: (job) => job.provider,
  listing: (job) => job.listing,
  scope: (job) => job.scope,
  definition: (job) => job.definitionId,
  name: (job) => job.name,
  kind: (job) => job.kind,
  category: (job) => job.category,
  id: (job) => job.id
} as const satisfies Readonly<Record<string, Value>>

/** What jobs can be sorted by. */
export type Field = keyof typeof values

const isField = (name: string): name is Field => Object.hasOwn(values, name)

/** The names of the fields. */
export const fields: ReadonlyArray<Field> = Object.keys(values).filter(isField)

/** An order of jobs; `none` is the order in which they arrive. */
export type Order = { readonly field: Field; readonly isDescending: boolean } | "none"

/** Reads `FIELD`, `FIELD:asc`, `FIELD:desc` or `none`; fails with what is wrong. */
export const parse = (text: string): Result.Result<Order, string> => {
  if (text === "none") return Result.succeed("none")
  const [field = "", direction = "asc", ...rest] = text.split(":")
  if (!isField(field)) {
    const known = [...fields, "none"]
    return Result.fail(
      `there is no order ${JSON.stringify(field)}${Suggestion.of(field, known)}; there are ${known.join(", ")}`
    )
  }
  if ((direction !== "asc" && direction !== "desc") || rest.length > 0) {
    return Result.fail(`expected ${field}, ${field}:asc or ${field}:desc`)
  }
  return Result.succeed({ field, isDescending: direction === "desc" })
}

/** Compares by the field; jobs that lack it come first, or last where the order is descending, and equal jobs go by start. */
const comparator = ({ field, isDescending }: Exclude<Order, "none">) => {
  const of = compareBy(values[field])
  const start = compareBy(values.start)
  return (a: ScanJob.ScanJob, b: ScanJob.ScanJob): number => {
    const order = of(a, b)
    return order === 0 ? start(a, b) : isDescending ? -order : order
  }
}

const compareBy =
  (value: Value) =>
  (a: ScanJob.ScanJob, b: ScanJob.ScanJob): number => {
    const [left, right] = [value(a), value(b)]
    if (left === right) return 0
    if (left === null) return -1
    if (right === null) return 1
    return left < right ? -1 : 1
  }

/** Jobs that are held until all of them are read. */
export interface Sorter {
  /** Reads all jobs, and then emits them in order. They are held in memory. */
  readonly hold: <E, R>(jobs: Stream.Stream<ScanJob.ScanJob, E, R>) => Stream.Stream<ScanJob.ScanJob, E, R>
  /** The jobs that were read and not emitted yet, in order. */
  readonly held: () => ReadonlyArray<ScanJob.ScanJob>
}

/** Sorts one stream of jobs. */
export const make = (order: Exclude<Order, "none">): Sorter => {
  let held: Array<ScanJob.ScanJob> = []
  const release = (): ReadonlyArray<ScanJob.ScanJob> => {
    const jobs = held.toSorted(comparator(order))
    held = []
    return jobs
  }
  return {
    held: release,
    hold: (jobs) =>
      Stream.unwrap(
        Effect.as(
          Stream.runForEachArray(jobs, (page) => Effect.sync(() => void held.push(...page))),
          Stream.suspend(() => Stream.fromIterable(release()))
        )
      )
  }
}
