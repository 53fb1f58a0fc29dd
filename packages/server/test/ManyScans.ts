/**
 * A store with many definitions, each of which ran every day: some failed, some were missed, and some of the last ones still run.
 */
import { Store } from "@scanjobs/history"
import { Clock, Effect } from "effect"

const minute = 60_000
const day = 1440 * minute

/** How many. The definitions are shared among the connections. */
export interface Size {
  readonly connections: number
  readonly definitions: number
  readonly days: number
}

/** Writes them. Definition `n` is named `Scan 00n`, belongs to connection `n % connections`, and has a plan where `n` is even. */
export const write = Effect.fnUntraced(function* ({ connections, days, definitions }: Size) {
  const { sql } = yield* Store.Store
  const now = yield* Clock.currentTimeMillis
  const numbers = (name: string, from: number, until: number) =>
    sql.literal(`${name}(n) AS (SELECT ${from} UNION ALL SELECT n + 1 FROM ${name} WHERE n < ${until - 1})`)
  const text = (number: string, width: number) =>
    sql.literal(`substr(CAST(1${"0".repeat(width)} + ${number} AS text), 2)`)
  yield* sql`WITH RECURSIVE ${numbers("c", 0, connections)}
    INSERT INTO connection (id, provider, name, synced_at) SELECT n + 1, 'tenable', 'site-' || ${text("n", 3)}, ${now} FROM c`
  yield* sql`INSERT INTO listing (id, connection_id, name, is_plan, has_runs, whole_at, whole_from)
    SELECT id, id, 'runs', 0, 1, ${now}, 0 FROM connection`
  yield* sql`INSERT INTO series (id, connection_id, name, scope, id_scope) SELECT id, id, 'runs', '', '' FROM connection`
  yield* sql`WITH RECURSIVE ${numbers("d", 0, definitions)}
    INSERT INTO definition (id, connection_id, name_key, vendor_id, scope, name, named_at, category, has_plan)
    SELECT n + 1, n % ${sql.literal(String(connections))} + 1, 'd' || n, 'd' || n, '', 'Scan ' || ${text("n", 5)}, ${now}, 'vulnerability',
      CASE WHEN n % 2 = 0 THEN 1 ELSE 0 END FROM d`
  // Times are whole minutes within a day, which differ by definition.
  yield* sql`WITH RECURSIVE ${numbers("t", 0, days)},
      one AS (SELECT d.id AS id, d.connection_id AS series, d.name AS name, t.n AS n,
        ${now} - t.n * ${sql.literal(String(day))} - (d.id * 97 % 1440) * ${sql.literal(String(minute))} AS at,
        (d.id * 31 + t.n * 7) % 97 AS chance FROM definition d CROSS JOIN t)
    INSERT INTO job (series_id, vendor_id, listing_id, definition_id, kind, name, category, state, vendor_state, start_time, finish_time,
      raw, digest, first_seen, changed_at, verdict)
    SELECT series, 'v' || id || '-' || n, series, id, CASE WHEN chance = 1 AND n > 0 THEN 'occurrence' ELSE 'run' END, name,
      'vulnerability', CASE WHEN chance = 1 AND n > 0 THEN 'scheduled' WHEN chance = 2 THEN 'failed' WHEN n = 0 AND chance < 12 THEN 'running'
        ELSE 'succeeded' END, 'state', at,
      CASE WHEN (chance = 1 AND n > 0) OR (n = 0 AND chance < 12 AND chance <> 2) THEN NULL
        ELSE at + (20 + id * 13 % 60) * ${sql.literal(String(minute))} END,
      '{"id":' || id || ',"note":"as the vendor sent it, with some more fields that a row has: ${sql.literal("x".repeat(200))}"}',
      id, at, at, CASE WHEN chance = 1 AND n > 0 THEN 'missed' ELSE NULL END
    FROM one`
  yield* sql`INSERT INTO job (series_id, vendor_id, listing_id, definition_id, kind, name, category, state, start_time, digest, first_seen,
      changed_at)
    SELECT connection_id, 'p' || id, connection_id, id, 'occurrence', name, category, 'scheduled',
      ${now} + (1440 - id * 97 % 1440) * ${sql.literal(String(minute))}, id, ${now}, ${now} FROM definition WHERE has_plan = 1`
})
