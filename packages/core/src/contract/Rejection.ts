/**
 * Reads a vendor's own error messages.
 *
 * **Example** (two forms of error bodies, of which the first carries a status of its own)
 *
 * ```ts
 * import { Rejection } from "@scanjobs/core"
 * import { Schema } from "effect"
 *
 * const Problem = Schema.Struct({ status: Schema.Int, title: Schema.String })
 * const Plain = Schema.Struct({ error: Schema.String })
 *
 * export const rejection = Rejection.firstOf(
 *   Rejection.fromSchema(Problem, ({ status, title }) => ({ as: Rejection.conditionOf(status), code: null, message: title })),
 *   Rejection.fromSchema(Plain, ({ error }) => ({ code: null, message: error }))
 * )
 * ```
 */
import { Option, Schema } from "effect"
import type * as Quota from "../policies/Quota.ts"
import * as Compiled from "../decoding/Compiled.ts"

/**
 * An answer of the vendor, before it is known to be a page.
 *
 * @since 0.1.0
 * @category models
 */
export interface VendorAnswer {
  readonly status: number
  /** With lower-case names. */
  readonly headers: { readonly [name: string]: string | undefined }
  /** The body as JSON, or as text where it is not JSON. */
  readonly body: unknown
  /** When it was sent, in epoch milliseconds: by the vendor's clock if the answer has a `Date` header, else by ours. */
  readonly sentAt: number
}

/**
 * The conditions that an answer can report.
 *
 * @since 0.1.0
 * @category models
 */
export type Condition = "Unauthorized" | "Forbidden" | "RateLimited" | "Unavailable" | "VendorRejected"

/**
 * The condition that an HTTP status stands for, or a status in a body. A good status beside an error is a refusal.
 *
 * @since 0.1.0
 * @category accessors
 */
export const conditionOf = (status: number): Condition => {
  if (status === 401) return "Unauthorized"
  if (status === 403) return "Forbidden"
  if (status === 429) return "RateLimited"
  return status === 408 || status >= 500 ? "Unavailable" : "VendorRejected"
}

/**
 * What an answer says, if it is an error.
 *
 * @since 0.1.0
 * @category models
 */
export interface Rejection {
  readonly code: string | null
  readonly message: string | null
  /** The condition; by default {@link conditionOf} the HTTP status. */
  readonly as?: Condition
  /** The vendor's id of the request, if it is in the body. */
  readonly requestId?: string
  /** Milliseconds to wait, if the vendor states them elsewhere than in `Retry-After`. */
  readonly retryAfter?: number
  /**
   * When to try again, if the vendor states a time: epoch milliseconds by the vendor's clock. One that has passed counts as none, and
   * then `retryAfter` is the wait.
   */
  readonly retryAt?: number
  /**
   * Whether waits grow: `retryAfter` is the first wait, and each further attempt at the request waits twice as long, up to the
   * retry policy's `maxRetryAfter`.
   */
  readonly growing?: boolean
}

/**
 * Finds the error in an answer, or `undefined` if there is none. Called for every answer, including those with status 200.
 *
 * @since 0.1.0
 * @category models
 */
export type Reader = (answer: VendorAnswer) => Rejection | undefined

/**
 * Finds what is left of the quota in the head of an answer, or `undefined` if it does not tell. Called for every answer.
 *
 * @since 0.1.0
 * @category models
 */
export type QuotaReader = (answer: Pick<VendorAnswer, "headers" | "sentAt">) => Quota.State | undefined

/**
 * Reads errors that fit `schema`.
 *
 * **Example** (an error object beside the data)
 *
 * ```ts
 * import { Rejection } from "@scanjobs/core"
 * import { Schema } from "effect"
 *
 * export const reader = Rejection.fromSchema(
 *   Schema.Struct({ error: Schema.Struct({ code: Schema.String, message: Schema.String }) }),
 *   ({ error }) => error
 * )
 * ```
 *
 * @since 0.1.0
 * @category constructors
 */
export const fromSchema = <A>(
  schema: Schema.ConstraintDecoder<A>,
  read: (error: A, answer: VendorAnswer) => Rejection | undefined
): Reader => {
  const decode = Schema.decodeUnknownOption(schema)
  const fits = Compiled.guard(schema)
  return (answer) => {
    // Most answers are no errors, and do not fit.
    if (fits !== undefined && !fits(answer.body)) return undefined
    const decoded = decode(answer.body)
    return Option.isSome(decoded) ? read(decoded.value, answer) : undefined
  }
}

/**
 * Tries several readers in order; the first error counts.
 *
 * @since 0.1.0
 * @category combinators
 */
export const firstOf =
  (...readers: ReadonlyArray<Reader>): Reader =>
  (answer) => {
    for (const read of readers) {
      const rejection = read(answer)
      if (rejection !== undefined) return rejection
    }
    return undefined
  }
