/**
 * How many jobs there are, by day and by what became of them.
 */
import type { ScanJob } from "@scanjobs/core"
import { Effect, Stream } from "effect"
import type * as Verdict from "../judgement/Verdict.ts"
import { Store } from "../store/OpenStore.ts"
import * as JobRow from "../store/JobRow.ts"
import type { StoreError } from "../store/StoreError.ts"
import * as Selection from "./Selection.ts"

/**
 * How many jobs of one day are alike.
 *
 * @since 0.1.0
 * @category models
 */
export interface Count {
  readonly provider: string
  readonly connection: string
  /** When the day begins in UTC, in epoch milliseconds. */
  readonly day: number
  readonly kind: ScanJob.Kind
  readonly state: ScanJob.State
  readonly verdict: Verdict.Name | null
  readonly jobs: number
}

const day = 86_400_000

interface Row extends Omit<Count, "day" | "jobs"> {
  readonly day: number
  readonly jobs: number | bigint
}

/**
 * Counts the jobs that match and have a start time, in the order of days. As in `jobs`, a planned run that was met is the run that met it.
 *
 * @since 0.1.0
 * @category running
 */
export const counts = (selection: Selection.Selection = {}): Stream.Stream<Count, StoreError, Store> =>
  Stream.fromIterableEffect(
    Effect.gen(function* () {
      const { attempt, sql } = yield* Store
      const resolved = yield* Selection.resolve(selection)
      const { from, until } = resolved
      const number = sql.onDialectOrElse({
        pg: () => sql.literal(`floor(j.start_time / ${day})`),
        orElse: () => sql.literal(`(CAST(j.start_time AS INTEGER) / ${day})`)
      })
      const where = [
        from === undefined ? sql`j.start_time IS NOT NULL` : sql`j.start_time >= ${from}`,
        ...(until === undefined ? [] : [sql`j.start_time < ${until}`]),
        sql`j.gone_at IS NULL AND j.met_vendor_id IS NULL`,
        ...Selection.where(sql, resolved)
      ]
      const rows =
        yield* attempt(sql<Row>`SELECT c.provider, c.name AS connection, ${number} AS day, j.kind, j.state, j.verdict, count(*) AS jobs
        FROM ${JobRow.tables(sql)} WHERE ${sql.and(where)} GROUP BY c.provider, c.name, ${number}, j.kind, j.state, j.verdict
        ORDER BY 3, 1, 2, 4, 5, 6`)
      return rows.map(({ connection, kind, provider, state, verdict, ...row }) => ({
        provider,
        connection,
        day: row.day * day,
        kind,
        state,
        verdict: verdict ?? (kind === "occurrence" ? "planned" : null),
        jobs: Number(row.jobs)
      }))
    })
  )
