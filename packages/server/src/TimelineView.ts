/**
 * The parts of a time line: its connections and counters, its rows, and its list of what needs attention.
 */
import { type Store, type StoreError, Views } from "@scanjobs/history"
import { Effect, Stream } from "effect"
import * as Marks from "./Marks.ts"
import * as Outlines from "./Outlines.ts"
import type { AttentionPage, Timeline, TimelineRows } from "./Schemas.ts"

/** What all parts need to know. */
export interface Request {
  readonly span: Views.Span
  readonly filter: Outlines.Filter
  readonly outline: Outlines.Outline
}

/** A part of what there is. */
export interface Window {
  readonly offset: number
  readonly limit: number
}

/** The connections and the counters. */
export const head = (
  { filter, outline }: Request,
  { connections, now }: { readonly connections: ReadonlyArray<Views.Connection>; readonly now: number }
): typeof Timeline.Type => {
  const matching = Outlines.matching(outline, filter)
  const rows = Map.groupBy(matching, (row) => keyOf(row, row.connection))
  return {
    now,
    order: Outlines.orderOf(matching),
    rows: matching.length,
    counts: Outlines.countsOf(outline),
    // Rows are in the order of connections.
    connections: connections
      .toSorted((a, b) => compare(a.name, b.name) || compare(a.provider, b.provider))
      .map((connection) => withRows(connection, rows.get(keyOf(connection, connection.name))?.length ?? 0))
  }
}

const withRows = (connection: Views.Connection, rows: number) => ({ ...connection, rows })
const keyOf = ({ provider }: { readonly provider: string }, connection: string) => `${provider} ${connection}`
const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)

/** The most marks of an answer, about, which is a megabyte and a half; and the most jobs of which they are made. */
const mostMarks = 8000
const mostJobs = 50_000

/** Some rows; fewer than asked for where they have very many runs, but at least one. */
export const rows: (
  request: Request,
  window: Window
) => Effect.Effect<typeof TimelineRows.Type, StoreError.StoreError, Store.Store> = Effect.fnUntraced(function* (
  { filter, outline, span },
  { limit, offset }
) {
  const matching = Outlines.matching(outline, filter)
  const asked = matching.slice(offset, offset + limit).map(({ id }) => id)
  const counts = yield* Views.jobCounts(asked, span)
  const ids = asked.slice(0, fitting(asked.map((id) => counts.get(id) ?? 0)))
  const definitions = yield* Views.definitionsOf(ids)
  const jobs = Map.groupBy(yield* Stream.runCollect(Views.rowJobs(ids, span)), ({ definition }) => definition)
  return {
    order: Outlines.orderOf(matching),
    offset,
    total: matching.length,
    rows: ids.flatMap((id) => {
      const definition = definitions.get(id)
      return definition === undefined ? [] : [{ definition, marks: Marks.make(jobs.get(id) ?? [], span) }]
    })
  }
})

const fitting = (counts: ReadonlyArray<number>): number => {
  let marks = 0
  let jobs = 0
  const beyond = counts.findIndex((count) => {
    marks += Math.min(count, Marks.most)
    jobs += count
    return marks > mostMarks || jobs > mostJobs
  })
  return beyond === -1 ? counts.length : Math.max(1, beyond)
}

/** Some of what needs attention. Definitions that are silent come last. */
export const attention: (
  request: Request,
  window: Window
) => Effect.Effect<typeof AttentionPage.Type, StoreError.StoreError, Store.Store> = Effect.fnUntraced(function* (
  { filter, outline, span },
  { limit, offset }
) {
  const { only } = filter
  const matching = Outlines.matching(outline, filter)
  const counts = Outlines.countsOf(matching)
  const total = (only ?? Views.attentionNames).reduce((sum, name) => sum + counts[name], 0)
  const isAll = matching.length === outline.length
  const jobs = yield* Views.attentionJobs(span, {
    definitions: isAll ? undefined : matching.map(({ id }) => id),
    of: only,
    offset,
    limit
  })
  const silent =
    only === undefined || only.includes("silent") ? matching.filter((row) => row.attention.silent === 1) : []
  const beyond = Math.max(0, offset - (total - silent.length))
  const last = silent.slice(beyond, beyond + limit - jobs.length).map(({ id }) => id)
  const definitions = yield* Views.definitionsOf([...new Set([...jobs.map(({ definition }) => definition), ...last])])
  const items = [
    ...jobs.map((job) => ({ definition: job.definition, mark: Marks.make([job], span)[0] ?? null })),
    ...last.map((id) => ({ definition: id, mark: null }))
  ]
  return {
    offset,
    total,
    items: items.flatMap(({ definition: id, mark }) => {
      const definition = definitions.get(id)
      return definition === undefined ? [] : [{ needs: mark?.needs ?? ("silent" as const), definition, mark }]
    })
  }
})
