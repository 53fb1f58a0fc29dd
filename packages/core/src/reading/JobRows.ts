/**
 * Turns a page's rows into jobs. A row that makes the plugin throw is rejected on its own.
 */
import { Data, Result } from "effect"
import type { TimeField } from "../telemetry/Drift.ts"
import type { RejectedRow, Source } from "../telemetry/Progress.ts"
import { Category, type Fields, isState, Kind, linkOf, type ScanJob, type State } from "../model/ScanJob.ts"
import * as NearestName from "../contract/NearestName.ts"
import * as VerbFailure from "../contract/VerbFailure.ts"

/** What became of the rows of a page. */
export interface Made {
  readonly jobs: ReadonlyArray<ScanJob>
  /** Rows that gave no job. */
  readonly rowsWithoutJobs: ReadonlyArray<unknown>
  /** Rows that made the plugin throw. */
  readonly failed: ReadonlyArray<Failed>
  /** A time that could not be read, once for each job that has it. */
  readonly unreadableTimes: ReadonlyArray<TimeField>
}

/** A row that made the plugin throw. */
export interface Failed {
  /** Its place among the rows that fit their schema, counted from 0. */
  readonly at: number
  readonly failure: VerbFailure.VerbFailure
}

/** Completes what a plugin says about a row to a job. */
export type Normalise = (row: unknown, fields: Fields) => ScanJob

/** How rows become jobs. */
export interface Options {
  /** The plugin's `job` verb. */
  readonly job: (row: unknown, context: object) => Fields | ReadonlyArray<Fields>
  readonly context: object
  readonly normalise: Normalise
  /** The most jobs of one page. */
  readonly most: number
  /** Whether to pause after a row. A row may plan thousands of jobs, and an answer may have many such rows. */
  readonly isDue: () => boolean
}

/** Turns rows into jobs: the plugin's `job` verb, then `normalise`. It fails where another verb fails meanwhile. */
export const make = function* (
  rows: ReadonlyArray<unknown>,
  { context, isDue, job, most, normalise }: Options
): Generator<void, Result.Result<Made, VerbFailure.VerbFailure | TooMany>> {
  const jobs: Array<ScanJob> = []
  const rowsWithoutJobs: Array<unknown> = []
  const failed: Array<Failed> = []
  const unreadableTimes: Array<TimeField> = []
  const add = (row: unknown, fields: Fields) => {
    jobs.push(normalise(row, fields))
    if (isUnreadable(fields.startTime)) unreadableTimes.push("startTime")
    if (isUnreadable(fields.finishTime)) unreadableTimes.push("finishTime")
  }
  let at = 0
  // One `try` around the whole loop, entered again after a row that fails: a `try` per row is slower.
  while (at < rows.length) {
    try {
      for (; at < rows.length; at++) {
        if (isDue()) yield
        const row = rows[at]
        const fields = job(row, context)
        if (jobs.length > most) return Result.fail(new TooMany({ most }))
        if (!isSeveral(fields)) add(row, fields)
        else if (fields.length === 0) rowsWithoutJobs.push(row)
        else for (const one of fields) add(row, one)
      }
    } catch (cause) {
      if (cause instanceof VerbFailure.VerbFailure) return Result.fail(cause)
      failed.push({ at: at++, failure: new VerbFailure.VerbFailure({ verb: "job", cause }) })
    }
  }
  if (jobs.length > most) return Result.fail(new TooMany({ most }))
  return Result.succeed({ jobs, rowsWithoutJobs, failed, unreadableTimes })
}

/** An answer gives more jobs than `PageGuard` allows for one page. */
export class TooMany extends Data.TaggedError("TooMany")<{ readonly most: number }> {
  override get message(): string {
    return `one answer gives more than ${this.most} jobs; ask for a shorter time, or raise PageGuard.maxPageJobs`
  }
}

/** All rejected rows in the order of the page: those that do not fit their schema, and those that made the plugin throw. */
export const rejectedOf = (
  unfit: ReadonlyArray<RejectedRow>,
  { failed }: Made,
  rows: ReadonlyArray<unknown>
): ReadonlyArray<RejectedRow> => {
  if (failed.length === 0) return unfit
  // Both lists are in order. Before the place of a row lie the rows that fit, and the unfit ones that were passed.
  let passed = 0
  const placeOf = (at: number) => {
    while (passed < unfit.length && (unfit[passed]?.index ?? 0) <= at + passed) passed++
    return at + passed
  }
  const failures = failed.map(({ at, failure }) => ({
    index: placeOf(at),
    path: "",
    issue: `the provider failed on it: ${VerbFailure.textOf(failure.cause)}`,
    raw: rows[at]
  }))
  return [...unfit, ...failures].toSorted((a, b) => a.index - b.index)
}

const isSeveral = (fields: Fields | ReadonlyArray<Fields>): fields is ReadonlyArray<Fields> => Array.isArray(fields)

/** The `normalise` of one lane. */
export const normaliser = (source: Source, scopeKey: string | null): Normalise => {
  const parts = [source.provider, source.connection, source.listing, scopeKey]
  const prefix = parts
    .filter((part) => part !== null)
    .map((part) => `${encodeURIComponent(part)}/`)
    .join("")
  let usual: State = "unknown"
  const stateOf = (state: State) => {
    if (state === usual) return state
    // A plugin in plain JavaScript may return anything.
    return (usual = isState(state) ? state : "unknown")
  }
  let isUnchecked = true
  return (raw, fields) => {
    if (isUnchecked) checkNames(fields)
    isUnchecked = false
    if (typeof fields.vendorId !== "string") throw new Error("it returned no `vendorId`")
    if (!kinds.has(fields.kind)) throw new Error(`it returned the kind ${JSON.stringify(fields.kind)}`)
    if (!categories.has(fields.category)) throw new Error(`it returned the category ${JSON.stringify(fields.category)}`)
    return {
      provider: source.provider,
      connection: source.connection,
      listing: source.listing,
      scope: source.scope,
      id: `${prefix}${fields.vendorId}`,
      vendorId: fields.vendorId,
      kind: fields.kind,
      definitionId: saidOf(fields.definitionId),
      name: saidOf(fields.name),
      category: fields.category,
      state: stateOf(fields.state),
      vendorState: textOf(fields.vendorState),
      detail: saidOf(fields.detail),
      progress: within(fields.progress, 0, 100),
      startTime: within(fields.startTime, -lastTime, lastTime),
      finishTime: within(fields.finishTime, -lastTime, lastTime),
      link: linkOf(fields.link),
      raw
    }
  }
}

/**
 * The compiler does not see a misspelt field in what a function returns, and nothing would read it. The first job of a lane is
 * checked, because `job` makes all of them.
 */
const checkNames = (fields: Fields): void => {
  const known = Object.keys(names)
  const unknown = Object.keys(fields).find((name) => !known.includes(name))
  if (unknown === undefined) return
  const cause = new Error(
    `a job has no field \`${unknown}\`, so it would be lost. ${NearestName.question(unknown, known)}It may be one of ${known.join(", ")}; \`raw\` has the whole row in any case`
  )
  throw new VerbFailure.VerbFailure({ verb: "job", cause })
}

const names: { readonly [Name in keyof Required<Fields>]: true } = {
  vendorId: true,
  kind: true,
  category: true,
  state: true,
  vendorState: true,
  definitionId: true,
  name: true,
  detail: true,
  progress: true,
  startTime: true,
  finishTime: true,
  link: true
}

const kinds: ReadonlySet<unknown> = new Set(Kind.literals)
const categories: ReadonlySet<unknown> = new Set(Category.literals)

/** The last time that a `Date` can hold, epoch milliseconds. */
const lastTime = 8.64e15

/** Whether the vendor gives a time that the plugin could not read, such as `Date.parse("soon")`. */
const isUnreadable = (time: number | null | undefined): boolean =>
  typeof time === "number" && within(time, -lastTime, lastTime) === null

/** A number within bounds. Any other becomes `null`: no query would match a job that starts at NaN, and no text could say when. */
const within = (value: number | null | undefined, least: number, most: number): number | null =>
  typeof value === "number" && value >= least && value <= most ? value : null

/** A text or `null`, also where a plugin in plain JavaScript returns a number or leaves the field out. */
const textOf = (value: unknown): string | null => {
  if (typeof value === "string") return value
  return value === null || value === undefined ? null : JSON.stringify(value)
}

/** The same, where an empty text says no more than none: many vendors write what is not there so. */
const saidOf = (value: unknown): string | null => (value === "" ? null : textOf(value))
