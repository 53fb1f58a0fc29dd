/**
 * The database's clock, which is the only one that a fleet goes by: those of the machines may differ.
 */
import type { SqlClient, Statement } from "effect/sql"

/** Now, in epoch milliseconds; within a transaction, too. */
export const now = (sql: SqlClient.SqlClient): Statement.Fragment =>
  sql.literal("(extract(epoch FROM clock_timestamp()) * 1000)::double precision")
