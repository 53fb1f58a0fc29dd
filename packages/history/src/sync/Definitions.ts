/**
 * The definitions of a connection, which are written as their jobs are.
 */
import type { ScanJob } from "@scanjobs/core"
import { Effect } from "effect"
import type { SqlClient } from "effect/sql"
import * as Rowset from "../store/Rowset.ts"
import * as DefinitionKey from "./DefinitionKey.ts"
import { storable } from "./JobColumns.ts"
import type { KnownDefinition, Syncing } from "./Syncing.ts"

const columns = {
  connection_id: "integer",
  name_key: "text",
  vendor_id: "text",
  scope: "text",
  name: "text",
  named_at: "number",
  category: "text"
} as const

interface FoundRow {
  readonly id: number
  readonly name_key: string
  readonly name: string | null
  readonly named_at: number
  readonly scope: string
}

/** The key of a job's definition, as it is stored. */
export const keyOf = (job: ScanJob.ScanJob): string => storable(DefinitionKey.of(job))

/** Writes the definitions of these jobs, as far as they are new or have another name, within a transaction. */
export const write = Effect.fnUntraced(function* (
  { connectionId, definitions, now, store: { sql } }: Syncing,
  jobs: ReadonlyArray<ScanJob.ScanJob>
) {
  yield* find(sql, connectionId, definitions, jobs)
  const wanted = new Map<string, Rowset.Row<typeof columns>>()
  // In the order of start time, so that the last name wins.
  for (const job of jobs.toSorted((a, b) => timeOf(a, now) - timeOf(b, now))) {
    const key = keyOf(job)
    const known = definitions.get(key)
    const name = storable(job.name)
    const time = timeOf(job, now)
    const isNewer = known === undefined || (known.name !== name && time >= known.namedAt)
    if (!isNewer && (known.isScoped || job.scope === null)) continue
    wanted.set(key, {
      connection_id: connectionId,
      name_key: key,
      vendor_id: storable(job.definitionId),
      scope: storable(job.scope) ?? "",
      name: isNewer ? name : known.name,
      named_at: isNewer ? time : known.namedAt,
      category: job.category
    })
  }
  if (wanted.size === 0) return
  const rows = Rowset.make(sql, columns)
  // In the order of keys, so that two transactions that write the same definitions do not wait for each other.
  const sorted = [...wanted.values()].toSorted((a, b) => (String(a.name_key) < String(b.name_key) ? -1 : 1))
  yield* sql`INSERT INTO definition (${rows.names}) SELECT ${rows.names} FROM ${rows.from(sorted)} WHERE true
    ON CONFLICT (connection_id, name_key) DO UPDATE SET name = excluded.name, named_at = excluded.named_at,
      vendor_id = COALESCE(excluded.vendor_id, definition.vendor_id),
      scope = CASE WHEN excluded.scope = '' THEN definition.scope ELSE excluded.scope END`
  for (const key of wanted.keys()) definitions.delete(key)
  yield* find(sql, connectionId, definitions, jobs)
})

/** Learns the definitions of these jobs that are in the store. */
const find = Effect.fnUntraced(function* (
  sql: SqlClient.SqlClient,
  connectionId: number,
  definitions: Map<string, KnownDefinition>,
  jobs: ReadonlyArray<ScanJob.ScanJob>
) {
  const unknown = new Set(jobs.map(keyOf).filter((key) => !definitions.has(key)))
  if (unknown.size === 0) return
  const found = yield* sql<FoundRow>`SELECT id, name_key, name, named_at, scope FROM definition
    WHERE connection_id = ${connectionId} AND name_key IN ${Rowset.texts(sql, [...unknown])}`
  for (const { id, name, name_key, named_at, scope } of found) {
    definitions.set(name_key, { id, name, namedAt: named_at, isScoped: scope !== "" })
  }
})

/** A schedule's name is the present one. */
const timeOf = ({ kind, startTime }: ScanJob.ScanJob, now: number): number =>
  kind === "run" ? (startTime ?? now) : now
