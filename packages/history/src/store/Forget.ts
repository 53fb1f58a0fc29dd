/**
 * Deletes what is older than a store keeps.
 */
import { Effect } from "effect"
import { openStates } from "./Migrations.ts"
import type { Service } from "./OpenStore.ts"

/**
 * Deletes jobs that started, or without a start were first seen, before a time, and the changes from before it. Runs that are not over and
 * definitions stay. What was read no longer reaches back further than that. Gives how many jobs were deleted.
 */
export const before = ({ sql, transaction }: Service, time: number, connectionId?: number) =>
  transaction(
    Effect.gen(function* () {
      const series =
        connectionId === undefined
          ? sql`SELECT id FROM series`
          : sql`SELECT id FROM series WHERE connection_id = ${connectionId}`
      const old = sql`series_id IN (${series}) AND kind <> 'definition'
        AND NOT (kind = 'run' AND gone_at IS NULL AND state IN ${sql.literal(openStates)})`
      const deleted = [
        yield* sql`DELETE FROM job WHERE start_time < ${time} AND ${old} RETURNING 1 AS one`,
        yield* sql`DELETE FROM job WHERE start_time IS NULL AND first_seen < ${time} AND ${old} RETURNING 1 AS one`
      ].reduce((count, rows) => count + rows.length, 0)
      yield* sql`DELETE FROM change WHERE at < ${time} AND series_id IN (${series})`
      const listings =
        connectionId === undefined
          ? sql`SELECT id FROM listing`
          : sql`SELECT id FROM listing WHERE connection_id = ${connectionId}`
      if (deleted > 0) {
        yield* sql`UPDATE listing SET whole_from = ${time} WHERE whole_from < ${time} AND id IN (${listings})`
        yield* sql`UPDATE lane SET whole_from = ${time} WHERE whole_from < ${time} AND listing_id IN (${listings})`
      }
      return deleted
    })
  )
