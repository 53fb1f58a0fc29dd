/**
 * What the store knows, as streams that hold one page at a time.
 *
 * **Details**
 *
 * - Every stream reads a page, then goes on after its last row, so that rows that come meanwhile shift nothing.
 * - A planned run that was met is shown as the run that met it, with its verdict and delay. One event is one row.
 * - Readings that failed make nothing healthy: see {@link connections} for what could not be read.
 *
 * **Example** (what never happened in the last week)
 *
 * ```ts
 * import { Store, Views } from "@scanjobs/history"
 * import { Console, Effect, Stream } from "effect"
 *
 * export const program = Views.verdicts({ from: "-7 days" }).pipe(
 *   Stream.runForEach(({ name, startTime, verdict }) => Console.log(verdict, name, startTime)),
 *   Effect.provide(Store.layerSqlite("scanjobs.db"))
 * )
 * ```
 *
 * **Example** (the other views)
 *
 * ```ts
 * import { type Store, Views } from "@scanjobs/history"
 * import { Effect, Stream } from "effect"
 *
 * const failed: Views.Selection = { from: "-1 day", states: ["failed"], text: "nightly" }
 * export const failures = Views.jobs(failed)
 * export const sinceYesterday = Views.changes({ since: "-1 day" })
 * export const live = Stream.unwrap(Effect.map(Views.lastChange, (after) => Views.follow({ after })))
 * export const silent = Views.definitions({ connections: ["main"] }).pipe(
 *   Stream.filter((definition: Views.Definition) => definition.isSilent))
 * export const stuck = Views.runningTooLong().pipe(Stream.map(({ job, longest }: Views.LongRun) => [job.name, longest]))
 * export const unread = Effect.map(Views.connections, (all) =>
 *   all.filter(({ failures }: Views.Connection) => failures.some((failure: Views.Failure) => failure.since !== null)))
 * export const month = Views.counts({ from: "-30 days" }).pipe(Stream.map((count: Views.Count) => count.jobs))
 * export const options: Views.ChangeOptions = { after: 0, connections: ["main"] }
 * export const one = Views.job("acme/main/runs/7")
 * export const pageAfter = (cursor: string): Effect.Effect<Views.JobPage, unknown, Store.Store> =>
 *   Views.jobPage(failed, { cursor, limit: 50 }).pipe(
 *     Effect.catchTag("CursorUnreadable", (error: Views.CursorUnreadable) => Effect.die(error)))
 * ```
 *
 * **Example** (a page of many thousands of definitions)
 *
 * ```ts
 * import { Views } from "@scanjobs/history"
 * import { Effect, Stream } from "effect"
 *
 * const span: Views.Span = { from: Date.UTC(2026, 0, 1), until: Date.UTC(2026, 0, 31) }
 * export const firstRows = Effect.gen(function* () {
 *   const rows = yield* Views.outline(span)
 *   const ids = rows.slice(0, 50).map(({ id }: Views.Outlined) => id)
 *   const about = yield* Views.definitionsOf(ids)
 *   const counts = yield* Views.jobCounts(ids, span)
 *   const jobs = yield* Stream.runCollect(Views.rowJobs(ids, span))
 *   return { about, counts, jobs }
 * })
 * export const failed: Views.AttentionOptions = { of: "failed", offset: 0, limit: 50 }
 * export const latest = Views.attentionJobs(span, failed)
 * const soonest: Views.PlannedOptions = { limit: 5 }
 * export const next = Views.planned(span, soonest)
 * export const ofJob = Views.definitionOf("acme/main/runs/7")
 * export const words: ReadonlyArray<Views.Attention> = Views.attentionNames
 * ```
 */
export { type Attention, attentionNames } from "./Attention.ts"
export { type ChangeOptions, changes, follow, lastChange } from "./ChangeViews.ts"
export { type Connection, connections, type Failure } from "./ConnectionViews.ts"
export { type Count, counts } from "./Counts.ts"
export { type Definition, definitions, type LongRun, runningTooLong } from "./DefinitionViews.ts"
export { CursorUnreadable } from "./JobCursor.ts"
export { job, type JobOptions, jobPage, type JobPage, type JobPageOptions, jobs, verdicts } from "./JobViews.ts"
export { outline, type Outlined, type Span } from "./Outline.ts"
export {
  attentionJobs,
  type AttentionOptions,
  definitionOf,
  definitionsOf,
  jobCounts,
  planned,
  type PlannedOptions,
  type RowJob,
  rowJobs
} from "./RowJobs.ts"
export type { Selection } from "./Selection.ts"
