/**
 * What is kept in sync: one connection of one provider.
 */
import type { Catalog, Cursor, Lane, Provider, Query, ScanError, ScanJob } from "@scanjobs/core"
import type { Effect, Stream } from "effect"
import type { SyncSuperseded } from "./Fence.ts"

/** How the lanes of one listing are read. */
export interface LaneOptions {
  readonly listings: readonly [string]
  readonly resume: ReadonlyArray<Cursor.Cursor>
  /** From which start time on a lane is read, in epoch milliseconds, where that differs from the query's. */
  readonly since?: NonNullable<Provider.RunOptions["since"]>
}

/** One connection of one provider. */
export interface Source<E, R> {
  readonly provider: string
  readonly connection: string
  /** A text that is another one where the connection lists another account's rows. */
  readonly identity: string
  readonly listings: Provider.Listings
  readonly concurrency: number
  readonly lanes: (query: Query.Query, options: LaneOptions) => Stream.Stream<Lane.Lane<ScanJob.ScanJob, E>, E, R>
}

/** Called for each lane, and for a connection, that cannot be read, and where a later sync of the connection has begun. */
export type OnFailure<E, E2, R2> = (
  failure: Catalog.Failure<E | ScanError.ScanError | SyncSuperseded>
) => Effect.Effect<void, E2, R2>
