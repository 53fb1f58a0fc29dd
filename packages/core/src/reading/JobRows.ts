/**
 * Makes jobs of a page's rows. A row that the plugin fails on is rejected alone.
 */
import type { RejectedRow, Source } from "../telemetry/Progress.ts"
import { type Fields, isState, type ScanJob, type State } from "../model/ScanJob.ts"
import * as VerbFailure from "../contract/VerbFailure.ts"

/** What the rows of a page are made to. */
export interface Made {
  readonly jobs: ReadonlyArray<ScanJob>
  /** Rows that no job was made of. */
  readonly idle: ReadonlyArray<unknown>
  /** Rows that the plugin failed on, counted from 0 among those that fit. */
  readonly failed: ReadonlyArray<Failed>
}

/** A row that the plugin failed on. */
export interface Failed {
  readonly at: number
  readonly failure: VerbFailure.VerbFailure
}

/** Makes a job of what a plugin says of a row. */
export type Normalise = (row: unknown, fields: Fields) => ScanJob

/** Makes jobs of rows, by the plugin's verb and by what is the same for every plugin. */
export const make = (
  rows: ReadonlyArray<unknown>,
  verbs: { readonly job: (row: unknown, context: object) => Fields | ReadonlyArray<Fields> },
  context: object,
  normalise: Normalise
): Made => {
  const jobs: Array<ScanJob> = []
  const idle: Array<unknown> = []
  const failed: Array<Failed> = []
  let at = 0
  // One `try` for all rows, which is entered again behind one that fails.
  while (at < rows.length) {
    try {
      for (; at < rows.length; at++) {
        const row = rows[at]
        const fields = verbs.job(row, context)
        if (!isSeveral(fields)) jobs.push(normalise(row, fields))
        else if (fields.length === 0) idle.push(row)
        else jobs.push(...fields.map((one) => normalise(row, one)))
      }
    } catch (cause) {
      if (cause instanceof VerbFailure.VerbFailure) throw cause
      failed.push({ at: at++, failure: new VerbFailure.VerbFailure({ verb: "job", cause }) })
    }
  }
  return { jobs, idle, failed }
}

/** All rejected rows in their order: those that did not fit, and those that the plugin failed on. */
export const rejectedOf = (
  unfit: ReadonlyArray<RejectedRow>,
  { failed }: Made,
  rows: ReadonlyArray<unknown>
): ReadonlyArray<RejectedRow> => {
  if (failed.length === 0) return unfit
  const placeOf = (at: number) => unfit.reduce((place, { index }) => (index <= place ? place + 1 : place), at)
  const failures = failed.map(({ at, failure }) => ({
    index: placeOf(at),
    path: "",
    issue: `the provider failed on it: ${VerbFailure.textOf(failure.cause)}`,
    raw: rows[at]
  }))
  return [...unfit, ...failures].toSorted((a, b) => a.index - b.index)
}

const isSeveral = (fields: Fields | ReadonlyArray<Fields>): fields is ReadonlyArray<Fields> => Array.isArray(fields)

/** Makes jobs of what a plugin says of rows. */
export const normaliser = (source: Source): Normalise => {
  const parts = [source.provider, source.connection, source.listing, source.scope]
  const prefix = parts
    .filter((part) => part !== null)
    .map((part) => `${encodeURIComponent(part)}/`)
    .join("")
  let usual: State = "unknown"
  const stateOf = (state: State) => {
    if (state === usual) return state
    // A plugin that is not type-checked may give anything.
    return (usual = isState(state) ? state : "unknown")
  }
  return (raw, fields) => {
    if (typeof fields.vendorId !== "string") throw new Error("it gave no `vendorId`")
    return {
      provider: source.provider,
      connection: source.connection,
      listing: source.listing,
      id: `${prefix}${fields.vendorId}`,
      vendorId: fields.vendorId,
      kind: fields.kind,
      definitionId: fields.definitionId ?? null,
      name: fields.name ?? null,
      category: fields.category,
      state: stateOf(fields.state),
      vendorState: fields.vendorState,
      detail: fields.detail ?? null,
      progress: finite(fields.progress),
      startTime: finite(fields.startTime),
      finishTime: finite(fields.finishTime),
      raw
    }
  }
}

/** A time that a vendor's text does not give, such as that of `Date.parse("soon")`, is none; no query would find its job. */
const finite = (value: number | null | undefined): number | null =>
  typeof value === "number" && Number.isFinite(value) ? value : null
