/**
 * The rows of a connection, its listings and its lanes. They are written once, and read afterwards.
 */
import { Effect } from "effect"
import type { SqlClient } from "effect/sql"
import type { ListingRole } from "./ListingRole.ts"

/** A listing of a connection, and when it was whole. */
export interface ListingRow {
  readonly id: number
  readonly whole_at: number | null
  readonly whole_from: number | null
}

/** A lane, the last reading of it that was whole, and the one that was not finished. Times are epoch milliseconds. */
export interface LaneRow {
  readonly id: number
  readonly series_id: number
  readonly scope: string
  readonly begun_at: number | null
  readonly begun_from: number | null
  readonly begun_until: number | null
  /** The place to resume from, as JSON. */
  readonly cursor: string | null
  readonly whole_at: number | null
  readonly whole_from: number | null
  readonly whole_until: number | null
  /** From when on the last whole reading of a plan tells for certain. */
  readonly whole_after: number | null
}

/** A row that was just written or found. */
const only = <A>([row]: ReadonlyArray<A>): Effect.Effect<A> =>
  row === undefined ? Effect.die(new Error("a row that was written is not there")) : Effect.succeed(row)

/** The connection's id. */
export const connection = Effect.fnUntraced(function* (sql: SqlClient.SqlClient, name: string, provider: string) {
  const find = sql<{ readonly id: number }>`SELECT id FROM connection WHERE provider = ${provider} AND name = ${name}`
  const [known] = yield* find
  if (known !== undefined) return known.id
  yield* sql`INSERT INTO connection (name, provider) VALUES (${name}, ${provider}) ON CONFLICT (provider, name) DO NOTHING`
  return (yield* only(yield* find)).id
})

/**
 * Forgets where readings of the connection stopped, if it lists another account's rows by now: a place in one account's list means
 * nothing in another's.
 */
export const identify = Effect.fnUntraced(function* (sql: SqlClient.SqlClient, connectionId: number, identity: number) {
  const found = yield* sql<{
    readonly identity: number | null
  }>`SELECT identity FROM connection WHERE id = ${connectionId}`
  if (found[0]?.identity === identity) return
  yield* sql`UPDATE lane SET cursor = NULL, begun_at = NULL
    WHERE listing_id IN (SELECT id FROM listing WHERE connection_id = ${connectionId})`
  yield* sql`UPDATE connection SET identity = ${identity} WHERE id = ${connectionId}`
})

/** Puts the connection under these tags, and under no others. */
export const tag = Effect.fnUntraced(function* (
  sql: SqlClient.SqlClient,
  connectionId: number,
  tags: ReadonlyArray<string>
) {
  const found = yield* sql<{
    readonly tag: string
  }>`SELECT tag FROM connection_tag WHERE connection_id = ${connectionId}`
  const wanted = new Set(tags)
  if (found.length === wanted.size && found.every((row) => wanted.has(row.tag))) return
  yield* sql`DELETE FROM connection_tag WHERE connection_id = ${connectionId}`
  for (const one of wanted) yield* sql`INSERT INTO connection_tag (connection_id, tag) VALUES (${connectionId}, ${one})`
})

/** A listing, and what it was for when it was written. */
export interface FoundListing extends ListingRow {
  readonly is_plan: number
  readonly has_runs: number
}

/** A listing of a connection. What it is for can change with a new version of its provider. */
export const listing = Effect.fnUntraced(function* (sql: SqlClient.SqlClient, connectionId: number, role: ListingRole) {
  const [isPlan, hasRuns] = [role.isPlan ? 1 : 0, role.hasRuns ? 1 : 0]
  const find = sql<FoundListing>`SELECT id, whole_at, whole_from, is_plan, has_runs FROM listing
    WHERE connection_id = ${connectionId} AND name = ${role.name}`
  const [known] = yield* find
  if (known?.is_plan === isPlan && known.has_runs === hasRuns) return known
  yield* sql`INSERT INTO listing (connection_id, name, is_plan, has_runs) VALUES (${connectionId}, ${role.name}, ${isPlan}, ${hasRuns})
    ON CONFLICT (connection_id, name) DO UPDATE SET is_plan = excluded.is_plan, has_runs = excluded.has_runs`
  return yield* only(yield* find)
})

const laneColumns = (sql: SqlClient.SqlClient) =>
  sql.literal(
    "id, series_id, scope, begun_at, begun_from, begun_until, cursor, whole_at, whole_from, whole_until, whole_after"
  )

/** All lanes of a listing. */
export const lanes = (sql: SqlClient.SqlClient, listingId: number) =>
  sql<LaneRow>`SELECT ${laneColumns(sql)} FROM lane WHERE listing_id = ${listingId}`

/** A lane of a listing; `scope` is `""` where the listing has none. */
export const lane = Effect.fnUntraced(function* (
  sql: SqlClient.SqlClient,
  place: { readonly connectionId: number; readonly listingId: number; readonly series: string; readonly scope: string }
) {
  const { connectionId, listingId, scope, series } = place
  const find = sql<LaneRow>`SELECT ${laneColumns(sql)} FROM lane WHERE listing_id = ${listingId} AND scope = ${scope}`
  const [known] = yield* find
  if (known !== undefined) return known
  yield* sql`INSERT INTO series (connection_id, name, scope) VALUES (${connectionId}, ${series}, ${scope}) ON CONFLICT DO NOTHING`
  yield* sql`INSERT INTO lane (listing_id, series_id, scope)
    SELECT ${listingId}, id, ${scope} FROM series WHERE connection_id = ${connectionId} AND name = ${series} AND scope = ${scope}
    ON CONFLICT DO NOTHING`
  return yield* only(yield* find)
})
