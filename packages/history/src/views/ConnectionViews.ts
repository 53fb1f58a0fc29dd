/**
 * How well each connection could be read.
 */
import { Effect } from "effect"
import { Store } from "../store/OpenStore.ts"
import type { StoreError } from "../store/StoreError.ts"

/**
 * What could not be read.
 *
 * @since 0.1.0
 * @category models
 */
export interface Failure {
  /** `null` where the connection as a whole cannot be read. */
  readonly listing: string | null
  readonly scope: string | null
  /** When it was first found to fail, in epoch milliseconds; `null` where it is read, except for single rows. */
  readonly since: number | null
  readonly message: string
}

/**
 * A connection, and how well it could be read.
 *
 * @since 0.1.0
 * @category models
 */
export interface Connection {
  readonly provider: string
  readonly name: string
  /** The words under which people have put it in the settings, in alphabetical order. */
  readonly tags: ReadonlyArray<string>
  /** When the last sync began, in epoch milliseconds. */
  readonly syncedAt: number | null
  /** What started before is known, as far as the vendor tells: when the oldest of the last complete readings began. `null` if one is missing. */
  readonly completeAt: number | null
  /** Since when something of it cannot be read. */
  readonly failingSince: number | null
  readonly failures: ReadonlyArray<Failure>
}

interface ConnectionRow {
  readonly id: number
  readonly provider: string
  readonly name: string
  readonly synced_at: number | null
  readonly failing_since: number | null
  readonly failure: string | null
}

interface PartRow {
  readonly connection_id: number
  readonly listing: string
  /** `null` for a listing as a whole. */
  readonly scope: string | null
  readonly whole_at: number | null
  readonly failing_since: number | null
  readonly failure: string | null
}

interface TagRow {
  readonly connection_id: number
  readonly tag: string
}

const byText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)

/**
 * Every connection in the store, by name.
 *
 * @since 0.1.0
 * @category running
 */
export const connections: Effect.Effect<ReadonlyArray<Connection>, StoreError, Store> = Effect.gen(function* () {
  const { attempt, sql } = yield* Store
  const rows = yield* attempt(
    sql<ConnectionRow>`SELECT id, provider, name, synced_at, failing_since, failure FROM connection ORDER BY name`
  )
  const parts = Map.groupBy(
    yield* attempt(sql<PartRow>`
      SELECT connection_id, name AS listing, NULL AS scope, whole_at, failing_since, failure FROM listing
      UNION ALL
      SELECT t.connection_id, t.name, n.scope, n.whole_at, n.failing_since, n.failure FROM lane n JOIN listing t ON t.id = n.listing_id
      WHERE n.failure IS NOT NULL`),
    ({ connection_id }) => connection_id
  )
  const tags = Map.groupBy(
    yield* attempt(sql<TagRow>`SELECT connection_id, tag FROM connection_tag`),
    ({ connection_id }) => connection_id
  )
  return rows.map((row) => connectionOf(row, parts.get(row.id) ?? [], tags.get(row.id) ?? []))
})

const connectionOf = (row: ConnectionRow, parts: ReadonlyArray<PartRow>, tags: ReadonlyArray<TagRow>): Connection => {
  const own: ReadonlyArray<Failure> =
    row.failure === null ? [] : [{ listing: null, scope: null, since: row.failing_since, message: row.failure }]
  const failures = parts.flatMap(({ failing_since, failure, listing, scope }): ReadonlyArray<Failure> =>
    failure === null ? [] : [{ listing, scope: scope === "" ? null : scope, since: failing_since, message: failure }]
  )
  // A listing without scopes has one lane, which fails with it. What fails as a whole fails in every part.
  const told =
    row.failure === null
      ? failures.filter((one, index) => failures.findIndex((other) => isSame(one, other)) === index)
      : own
  const times = parts
    .filter(({ failing_since, scope }) => scope === null || failing_since !== null)
    .map(({ whole_at }) => whole_at)
  const since = told.flatMap((failure) => (failure.since === null ? [] : [failure.since]))
  return {
    provider: row.provider,
    name: row.name,
    tags: tags.map(({ tag }) => tag).toSorted(byText),
    syncedAt: row.synced_at,
    completeAt: times.length === 0 || times.includes(null) ? null : Math.min(...times.map(Number)),
    failingSince: since.length === 0 ? null : Math.min(...since),
    failures: told
  }
}

const isSame = (a: Failure, b: Failure): boolean =>
  a.listing === b.listing && a.scope === b.scope && a.message === b.message
