/**
 * The one error of every provider, with the cases in `reason`.
 *
 * **Example** (one reason handled, the others left)
 *
 * ```ts
 * import { type ScanError } from "@scanjobs/core"
 * import { Effect, Stream } from "effect"
 *
 * declare const jobs: Stream.Stream<string, ScanError.ScanError>
 *
 * const patient = jobs.pipe(
 *   Stream.catchReason("ScanError", "RateLimited", (reason) =>
 *     Stream.fromEffectDrain(Effect.logWarning(`come back in ${reason.retryAfter} ms`)))
 * )
 * ```
 */
import { Schema } from "effect"
import { Cursor } from "./Cursor.ts"
import { Reason } from "./Reason.ts"

/**
 * A listing of a connection failed before its end. The rows that it gave until then are valid.
 *
 * @since 0.1.0
 * @category errors
 */
export class ScanError extends Schema.TaggedError<ScanError>()("ScanError", {
  provider: Schema.String,
  /** The connection's name. */
  connection: Schema.String,
  /** The listing, or `null` if the connection as a whole failed. */
  listing: Schema.NullOr(Schema.String),
  /** The scope as text, or `null` if the listing has none. */
  scope: Schema.NullOr(Schema.String),
  /** Where to resume from: the first request that was not answered. */
  resume: Schema.NullOr(Cursor),
  reason: Reason
}) {
  /** Whether trying again later can help. */
  get retryable(): boolean {
    return this.reason.retryable
  }
  override get message(): string {
    const where = [this.listing ?? undefined, this.scope ?? undefined].filter((part) => part !== undefined).join(" ")
    return `${this.connection} (${this.provider}${where === "" ? "" : ` ${where}`}): ${this.reason._tag}: ${this.reason.message}`
  }
}
