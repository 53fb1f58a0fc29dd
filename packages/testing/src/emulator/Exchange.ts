/**
 * A request that an emulator is answering.
 */
import { Schema } from "effect"
import type * as Ledger from "../ledger/Ledger.ts"

/**
 * The request breaks the vendor's documented rules. The emulator answers it with `answers.invalid` and notes it in the ledger.
 *
 * **Example** (a handler that refuses an unknown sort order)
 *
 * ```ts
 * import { Emulator } from "@scanjobs/testing"
 * import { Effect } from "effect"
 *
 * export const checkSort = (sort: string) =>
 *   sort === "name" ? Effect.void : Effect.fail(new Emulator.Violation({ problem: `sort: ${sort} is not documented` }))
 * ```
 *
 * @since 0.1.0
 * @category errors
 */
export class Violation extends Schema.TaggedError<Violation>()("Violation", { problem: Schema.String }) {
  override get message(): string {
    return this.problem
  }
}

/**
 * The parts of a request as they were sent. The ledger has them decoded.
 *
 * @since 0.3.0
 * @category models
 */
export interface Sent {
  /** The path with the query. */
  readonly target: string
  readonly body: string
}

/**
 * A request that is being answered.
 *
 * @since 0.1.0
 * @category models
 */
export interface Exchange {
  readonly entry: Ledger.Entry
  /** The address that was asked, without a trailing slash: the emulator's own, or that of the server which a proxy asks for. */
  readonly baseUrl: string
  /** The address and the body as they were sent, by which a signature can be verified. */
  readonly sent: Sent
  /** Notes a violation in the ledger without ending the request, for vendors that answer such a request anyway. */
  readonly note: (violation: string) => void
}
