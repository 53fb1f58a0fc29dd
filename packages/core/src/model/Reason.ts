/**
 * Why a listing failed. Each reason is a condition with its own facts; `ScanError` says where it arose.
 *
 * `retryable` tells whether trying again later can help. The library has already retried, as its policies say, before a reason
 * is seen. No reason holds a secret: the connection's secrets are removed from the vendor's texts first.
 *
 * **Example** (what a program does about a failure)
 *
 * ```ts
 * import { Reason, type ScanError } from "@scanjobs/core"
 *
 * export const advice = ({ reason }: ScanError.ScanError): string => {
 *   if (reason instanceof Reason.Unauthorized) return "replace the credential"
 *   if (reason instanceof Reason.Forbidden) return "grant the credential what is missing"
 *   if (reason instanceof Reason.RateLimited) return `try again in ${Reason.retryAfter(reason) ?? 60_000} ms`
 *   if (reason instanceof Reason.Unavailable || reason instanceof Reason.TimedOut) return "try again later"
 *   if (reason instanceof Reason.InvalidConnection) return reason.problems.join("; ")
 *   if (reason instanceof Reason.QuotaStoreFailed) return `look at the Redis: ${reason.detail}`
 *   if (reason instanceof Reason.Malformed || reason instanceof Reason.VendorRejected) {
 *     return `tell the vendor: HTTP ${Reason.statusOf(reason) ?? "unknown"}`
 *   }
 *   return reason.message
 * }
 *
 * // A schema, which stores a reason as JSON.
 * export const schema = Reason.Reason
 * export const isAnswer = (error: unknown) => Reason.isReason(error) && Reason.isRefusal(error)
 * export const unanswered = new Reason.Unauthorized(Reason.unknownAnswer)
 * ```
 */
import { Schema } from "effect"
import { answer, describe } from "./Answer.ts"
import { ForeignLink, Incomplete, PaginationStalled, TooManyRejected, Unreachable } from "./ListingReason.ts"

export { type Answer, unknownAnswer } from "./Answer.ts"
export { ForeignLink, Incomplete, PaginationStalled, TooManyRejected, Unreachable }

/**
 * The vendor does not accept the credential: HTTP 401, or a token server's refusal.
 *
 * @since 0.1.0
 * @category errors
 */
export class Unauthorized extends Schema.TaggedError<Unauthorized>()("Unauthorized", answer) {
  get retryable(): boolean {
    return false
  }
  override get message(): string {
    return `the vendor does not accept the credential (${describe(this)})`
  }
}

/**
 * The credential is valid but not permitted to read this: HTTP 403.
 *
 * @since 0.1.0
 * @category errors
 */
export class Forbidden extends Schema.TaggedError<Forbidden>()("Forbidden", answer) {
  get retryable(): boolean {
    return false
  }
  override get message(): string {
    return `the credential may not read this (${describe(this)})`
  }
}

/**
 * The vendor still limits the rate of requests after all retries: HTTP 429.
 *
 * @since 0.1.0
 * @category errors
 */
export class RateLimited extends Schema.TaggedError<RateLimited>()("RateLimited", {
  ...answer,
  /** Milliseconds to wait, as the vendor says; `null` where it does not say. */
  retryAfter: Schema.NullOr(Schema.Finite),
  /** True if `retryAfter` is the first of growing waits. */
  growing: Schema.optionalKey(Schema.Boolean),
  /** True if the vendor's quota renews after `retryAfter`, which is no longer than `maxQuotaWait` of the retry policy. */
  renews: Schema.optionalKey(Schema.Boolean)
}) {
  get retryable(): boolean {
    return true
  }
  override get message(): string {
    const wait = this.retryAfter === null ? "" : `, it says to wait ${Math.ceil(this.retryAfter / 1000)} s`
    return `the vendor asks for fewer requests${wait} (${describe(this)})`
  }
}

/**
 * No answer, or a temporary failure: a refused or broken connection, HTTP 408 or 5xx.
 *
 * @since 0.1.0
 * @category errors
 */
export class Unavailable extends Schema.TaggedError<Unavailable>()("Unavailable", {
  ...answer,
  /** Milliseconds to wait, as the vendor says; `null` where it does not say. */
  retryAfter: Schema.NullOr(Schema.Finite),
  /** True if trying again does not help, such as with a certificate that is not trusted. */
  permanent: Schema.optionalKey(Schema.Boolean)
}) {
  get retryable(): boolean {
    return this.permanent !== true
  }
  override get message(): string {
    return `the vendor cannot be reached, or its service is failing (${describe(this)})`
  }
}

/**
 * A deadline of {@link Deadlines} passed.
 *
 * @since 0.1.0
 * @category errors
 */
export class TimedOut extends Schema.TaggedError<TimedOut>()("TimedOut", {
  deadline: Schema.Literals(["attempt", "idle", "page", "listing"]),
  /** The deadline that passed, in milliseconds. */
  after: Schema.Finite
}) {
  get retryable(): boolean {
    return this.deadline === "attempt" || this.deadline === "idle"
  }
  override get message(): string {
    const what = {
      attempt: "a request got no answer",
      idle: "an answer stopped and did not continue",
      page: "a page got no answer, over all attempts,",
      listing: "the listing did not end"
    }
    return `${what[this.deadline]} within ${this.after / 1000} s`
  }
}

/**
 * The answer is not what the vendor documents: not JSON, cut short, or of another shape.
 *
 * @since 0.1.0
 * @category errors
 */
export class Malformed extends Schema.TaggedError<Malformed>()("Malformed", {
  ...answer,
  /** True if the body was cut short or was not JSON at all, so that another attempt can help. */
  transient: Schema.Boolean
}) {
  get retryable(): boolean {
    return this.transient
  }
  override get message(): string {
    return `the answer is not what the vendor documents (${describe(this)})`
  }
}

/**
 * The vendor refused this request: another 4xx, or an error inside a 200.
 *
 * @since 0.1.0
 * @category errors
 */
export class VendorRejected extends Schema.TaggedError<VendorRejected>()("VendorRejected", answer) {
  get retryable(): boolean {
    return false
  }
  override get message(): string {
    return `the vendor refused the request (${describe(this)})`
  }
}

/**
 * The connection's settings, or the cursor to resume from, are invalid. No request was sent.
 *
 * @since 0.1.0
 * @category errors
 */
export class InvalidConnection extends Schema.TaggedError<InvalidConnection>()("InvalidConnection", {
  problems: Schema.Array(Schema.String)
}) {
  get retryable(): boolean {
    return false
  }
  override get message(): string {
    return this.problems.join("; ")
  }
}

/**
 * The quotas that several processes share cannot be looked up, because their store, such as Redis, does not answer or refuses. No
 * request was sent.
 *
 * @since 0.1.0
 * @category errors
 */
export class QuotaStoreFailed extends Schema.TaggedError<QuotaStoreFailed>()("QuotaStoreFailed", {
  /** What is wrong with the store, which it names. */
  detail: Schema.String
}) {
  get retryable(): boolean {
    return true
  }
  override get message(): string {
    return `the shared quotas cannot be used, so that no request was sent: ${this.detail}`
  }
}

/**
 * Any reason.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Reason = Schema.Union([
  Unauthorized,
  Forbidden,
  RateLimited,
  Unavailable,
  TimedOut,
  Malformed,
  VendorRejected,
  PaginationStalled,
  ForeignLink,
  Incomplete,
  TooManyRejected,
  Unreachable,
  InvalidConnection,
  QuotaStoreFailed
])
/**
 * The type of {@link Reason}.
 *
 * @since 0.1.0
 * @category models
 */
export type Reason = typeof Reason.Type

/**
 * How long the vendor asks to wait before the next request, in milliseconds, or `null`.
 *
 * @since 0.1.0
 * @category accessors
 */
export const retryAfter = (reason: Reason): number | null =>
  reason._tag === "RateLimited" || reason._tag === "Unavailable" ? reason.retryAfter : null

/**
 * Tells a reason from every other error.
 *
 * @since 0.1.0
 * @category predicates
 */
export const isReason: (error: unknown) => error is Reason = Schema.is(Reason)

/**
 * A refusal that may concern only the one thing that was requested, and not the credential as a whole.
 *
 * @since 0.1.0
 * @category models
 */
export type Refusal = Forbidden | VendorRejected

/**
 * Tells a refusal from every other error.
 *
 * @since 0.1.0
 * @category predicates
 */
export const isRefusal: (error: unknown) => error is Refusal = Schema.is(Schema.Union([Forbidden, VendorRejected]))

/**
 * The HTTP status of the answer that led to the reason, or `null` if there was none.
 *
 * @since 0.1.0
 * @category accessors
 */
export const statusOf = (reason: Reason): number | null => ("status" in reason ? reason.status : null)
