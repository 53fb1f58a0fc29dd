/**
 * Every definition with what needs attention of it within a span, without its runs: what a list of many thousands needs to be counted,
 * filtered and put in order.
 */
import type { ScanJob } from "@scanjobs/core"
import { Clock, Effect, Stream } from "effect"
import type { SqlClient, Statement } from "effect/sql"
import type * as Verdict from "../judgement/Verdict.ts"
import { needsAttention, openStates } from "../store/Migrations.ts"
import { Store } from "../store/OpenStore.ts"
import * as Rowset from "../store/Rowset.ts"
import type { StoreError } from "../store/StoreError.ts"
import * as Attention from "./Attention.ts"
import * as DefinitionViews from "./DefinitionViews.ts"

/**
 * A part of time, in epoch milliseconds.
 *
 * @since 0.3.0
 * @category models
 */
export interface Span {
  /** Inclusive. A run that began up to two days before it and ended within the span is part of it, as is one that is not over. */
  readonly from: number
  /** Exclusive. */
  readonly until: number
}

/**
 * A definition, and how many of its jobs within a span need attention.
 *
 * @since 0.3.0
 * @category models
 */
export interface Outlined extends Pick<
  DefinitionViews.Definition,
  "provider" | "connection" | "scope" | "definitionId" | "name" | "category"
> {
  /** The number by which the store knows it; another store has others. */
  readonly id: number
  readonly attention: Readonly<Partial<Record<Attention.Attention, number>>>
  /** When the latest of these jobs started or was planned, in epoch milliseconds; for a silent definition, by when it should have run. */
  readonly latest: Readonly<Partial<Record<Attention.Attention, number>>>
}

/** How long before a span a run may have begun that ended within it. */
export const lookBack = 2 * 86_400_000

/** The span of jobs `j` that are not open, as a condition. */
export const isWithin = (sql: SqlClient.SqlClient, { from, until }: Span): Statement.Fragment =>
  sql`j.start_time >= ${from - lookBack} AND j.start_time < ${until}
    AND (j.start_time >= ${from} OR j.finish_time >= ${from})`

/** What an open run may become: its count is worked out from the time. SQLite finds them by its index of what is open. */
export const isOpen = (sql: SqlClient.SqlClient): Statement.Fragment =>
  sql.literal(
    `j.kind = 'run' AND j.gone_at IS NULL AND j.state IN ${openStates} AND j.state IN ('running', 'paused', 'queued')`
  )

/** Jobs `j` that need attention and are not open runs. It begins with the words of the index. */
export const needs = (sql: SqlClient.SqlClient): Statement.Fragment =>
  sql.literal(`${needsAttention} AND (kind = 'occurrence' AND verdict IN ('missed', 'overdue', 'late', 'unknown')
    OR kind = 'run' AND state NOT IN ('running', 'paused', 'queued')
      AND (state IN ('failed', 'partially_succeeded') OR verdict = 'late'))`)

interface DefinitionRow {
  readonly id: number
  readonly provider: string
  readonly connection: string
  readonly scope: string
  readonly vendor_id: string | null
  readonly name: string | null
  readonly category: ScanJob.Category
  readonly name_key: string
}

interface CountRow {
  readonly definition_id: number
  readonly kind: ScanJob.Kind
  readonly state: ScanJob.State
  readonly verdict: Verdict.Name | null
  readonly jobs: number | bigint
  readonly latest: number
}

interface OpenRow {
  readonly definition_id: number
  readonly start_time: number
  readonly state: ScanJob.State
  readonly verdict: Verdict.Name | null
}

/**
 * Every definition, in the order of connection, name and key, with what needs attention.
 *
 * @since 0.3.0
 * @category running
 */
export const outline: (span: Span) => Effect.Effect<ReadonlyArray<Outlined>, StoreError, Store> = Effect.fnUntraced(
  function* (span) {
    const { attempt, sql } = yield* Store
    const now = yield* Clock.currentTimeMillis
    const definitions =
      yield* attempt(sql<DefinitionRow>`SELECT d.id, c.provider, c.name AS connection, d.scope, d.vendor_id, d.name,
        d.category, d.name_key FROM definition d JOIN connection c ON c.id = d.connection_id`)
    const found = new Map<number, Needing>()
    const add = (definition: number, name: Attention.Attention | null, jobs: number, at: number) => {
      if (name === null) return
      const { attention, latest } = found.get(definition) ?? { attention: {}, latest: {} }
      attention[name] = (attention[name] ?? 0) + jobs
      latest[name] = Math.max(latest[name] ?? at, at)
      found.set(definition, { attention, latest })
    }
    const counts = yield* attempt(sql<CountRow>`SELECT definition_id, kind, state, verdict, count(*) AS jobs,
        max(start_time) AS latest FROM job j
      WHERE ${isWithin(sql, span)} AND ${needs(sql)} GROUP BY definition_id, kind, state, verdict`)
    for (const { definition_id, jobs, latest, ...job } of counts)
      add(definition_id, Attention.of(job, false), Number(jobs), latest)
    const open = yield* attempt(sql<OpenRow>`SELECT j.definition_id, j.start_time, j.state, j.verdict FROM job j
      WHERE ${isOpen(sql)} AND +j.start_time < ${span.until}`)
    const longest = new Map<number, number | null>()
    const ofOpen = Rowset.integers(sql, [...new Set(open.map(({ definition_id }) => definition_id))])
    yield* Stream.runForEach(
      // A definition with a plan is never silent.
      DefinitionViews.rhythms(() => sql`(d.has_plan = 0 OR d.id IN ${ofOpen})`),
      ({ definition, id }) =>
        Effect.sync(() => {
          longest.set(id, definition.longest)
          if (definition.isSilent) add(id, "silent", 1, definition.expectedBy ?? now)
        })
    )
    for (const { definition_id, start_time, ...job } of open) {
      const most = longest.get(definition_id) ?? null
      const isLong = most !== null && now - start_time > most
      add(definition_id, Attention.of({ kind: "run", ...job }, isLong), 1, start_time)
    }
    return definitions
      .toSorted(byName)
      .map((row) => outlinedOf(row, found.get(row.id) ?? { attention: {}, latest: {} }))
  }
)

/** By reason, how many jobs need attention, and when the latest of them began. */
interface Needing {
  readonly attention: Partial<Record<Attention.Attention, number>>
  readonly latest: Partial<Record<Attention.Attention, number>>
}

const outlinedOf = (row: DefinitionRow, { attention, latest }: Needing): Outlined => ({
  id: row.id,
  provider: row.provider,
  connection: row.connection,
  scope: row.scope === "" ? null : row.scope,
  definitionId: row.vendor_id,
  name: row.name,
  category: row.category,
  attention,
  latest
})

const byName = (a: DefinitionRow, b: DefinitionRow) =>
  compare(a.connection, b.connection) ||
  compare(a.provider, b.provider) ||
  compare(a.name ?? "", b.name ?? "") ||
  compare(a.name_key, b.name_key)

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)
