/**
 * A lane is one listing of one connection, read for one scope. Lanes are read, fail and are resumed independently.
 */
import { Array, Stream } from "effect"
import type { Cursor } from "../model/Cursor.ts"
import type { Order } from "../model/Query.ts"
import type { ScanError } from "../model/ScanError.ts"
import type { RejectedRow, Source } from "../telemetry/Progress.ts"

/**
 * One page of a lane.
 *
 * @since 0.1.0
 * @category models
 */
export interface Page<out Job> {
  /** The provider, connection, listing and scope that the page belongs to. */
  readonly source: Source
  /** The number of the page within its lane, counted from 0. */
  readonly index: number
  /** The jobs that match the query, in the vendor's order. */
  readonly jobs: ReadonlyArray<Job>
  /** The rows that do not fit the vendor's documented form. */
  readonly rejected: ReadonlyArray<RejectedRow>
  /** The place to resume from after this page. */
  readonly next: Cursor
}

/**
 * One listing of one connection, for one scope.
 *
 * @since 0.1.0
 * @category models
 */
export interface Lane<out Job, out E = never> {
  /** The provider, connection, listing and scope. */
  readonly source: Source
  /** The order of start time that the vendor promises. */
  readonly order: Order
  /** The pages; each run of the stream reads the lane from its first request, or from its cursor. */
  readonly pages: Stream.Stream<Page<Job>, ScanError | E>
}

/**
 * The jobs of a stream of pages.
 *
 * **Example** (jobs, and a cursor after each page)
 *
 * ```ts
 * import { Lane, type Provider } from "@scanjobs/core"
 * import { Console, Stream } from "effect"
 *
 * declare const Acme: Provider.Provider<"acme", {}, {}>
 *
 * export const program = Acme.pages({ provider: "acme", name: "main" }).pipe(
 *   Stream.tap((page) => Console.log(page.next)),
 *   Lane.jobs,
 *   Stream.runCount
 * )
 * ```
 *
 * @since 0.1.0
 * @category combinators
 */
export const jobs = <Job, E, R>(pages: Stream.Stream<Page<Job>, E, R>): Stream.Stream<Job, E, R> =>
  pages.pipe(
    Stream.map((page) => page.jobs),
    Stream.filter(Array.isReadonlyArrayNonEmpty),
    Stream.flattenArray
  )
