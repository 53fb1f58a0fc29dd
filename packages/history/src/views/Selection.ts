/**
 * Which stored jobs are wanted, as a condition of a statement.
 */
import { type ScanJob, Query } from "@scanjobs/core"
import { Effect } from "effect"
import type { SqlClient, Statement } from "effect/sql"
import type * as Verdict from "../judgement/Verdict.ts"

/**
 * Which jobs are wanted. Every part may be left out.
 *
 * @since 0.1.0
 * @category models
 */
export interface Selection {
  /** The earliest start time, inclusive; a job without one passes. */
  readonly from?: Query.Time | undefined
  /** The latest start time, exclusive. */
  readonly until?: Query.Time | undefined
  /** Names of connections. */
  readonly connections?: ReadonlyArray<string> | undefined
  /** Connections with one of these tags. */
  readonly tags?: ReadonlyArray<string> | undefined
  readonly providers?: ReadonlyArray<string> | undefined
  readonly states?: ReadonlyArray<ScanJob.State> | undefined
  readonly categories?: ReadonlyArray<ScanJob.Category> | undefined
  readonly kinds?: ReadonlyArray<ScanJob.Kind> | undefined
  readonly verdicts?: ReadonlyArray<Verdict.Name> | undefined
  /** A text that the name or the vendor's id of the job contains. Capital letters of English count as small ones. */
  readonly text?: string | undefined
}

/** A selection whose times are epoch milliseconds. */
export interface Resolved extends Omit<Selection, "from" | "until"> {
  readonly from: number | undefined
  readonly until: number | undefined
}

/** Turns times into epoch milliseconds. */
export const resolve = ({ from, until, ...others }: Selection): Effect.Effect<Resolved> =>
  Effect.map(Query.resolve({ from, until }), (times) => ({ ...others, from: times.from, until: times.until }))

/** The condition, without the times. `planned` is the verdict of what was not judged because its time has not come. */
export const where = (sql: SqlClient.SqlClient, selection: Resolved): ReadonlyArray<Statement.Fragment> => {
  const { categories, connections, kinds, providers, states, tags, text, verdicts } = selection
  const conditions: Array<Statement.Fragment> = []
  const among = (column: string, values: ReadonlyArray<string> | undefined) => {
    if (values === undefined) return
    conditions.push(values.length === 0 ? sql`1 = 0` : sql`${sql.literal(column)} IN ${sql.in(values)}`)
  }
  among("c.name", connections)
  if (tags !== undefined) {
    conditions.push(
      tags.length === 0
        ? sql`1 = 0`
        : sql`c.id IN (SELECT connection_id FROM connection_tag WHERE tag IN ${sql.in(tags)})`
    )
  }
  among("c.provider", providers)
  among("j.state", states)
  among("j.category", categories)
  among("j.kind", kinds)
  if (verdicts !== undefined) {
    const judged = verdicts.filter((verdict) => verdict !== "planned")
    const parts = [
      ...(judged.length === 0 ? [] : [sql`j.verdict IN ${sql.in(judged)}`]),
      ...(verdicts.includes("planned")
        ? [sql`(j.verdict = 'planned' OR (j.verdict IS NULL AND j.kind = 'occurrence' AND j.start_time IS NOT NULL))`]
        : [])
    ]
    conditions.push(parts.length === 0 ? sql`1 = 0` : sql.or(parts))
  }
  if (text !== undefined && text !== "") {
    const pattern = `%${text.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`
    // In SQLite, `LIKE` itself takes capital letters of English for small ones, and its `lower` knows no others.
    const like = sql.literal(sql.onDialectOrElse({ pg: () => "ILIKE", orElse: () => "LIKE" }))
    conditions.push(sql`(j.name ${like} ${pattern} ESCAPE '\\' OR j.vendor_id ${like} ${pattern} ESCAPE '\\')`)
  }
  return conditions
}
