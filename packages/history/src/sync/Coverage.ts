/**
 * From when on everything is known: readings that overlap are one.
 */
import { Duration } from "effect"
import type { SqlClient, Statement } from "effect/sql"

/** A reading shows nothing of a run that started just when it began, so that two must overlap by more than this. */
const seam = Duration.toMillis("10 minutes")

/** The new `whole_from` of a row that is read whole from a start time on. A gap between two readings begins it anew. */
export const from = (sql: SqlClient.SqlClient, time: number): Statement.Fragment =>
  sql`CASE WHEN whole_at >= ${time + seam} AND whole_from < ${time} THEN whole_from ELSE ${time} END`
