/**
 * How a vendor says no, in its own words.
 */
import { Option, Schema } from "effect"
import * as Compiled from "../decoding/Compiled.ts"

/** An answer of the vendor, before it is held to be a page. */
export interface VendorAnswer {
  readonly status: number
  /** With lower-case names. */
  readonly headers: { readonly [name: string]: string | undefined }
  /** The body as JSON, or as text where it is not JSON. */
  readonly body: unknown
  /** When it was sent, by the vendor's own clock where its `Date` header shows that; epoch milliseconds. */
  readonly sentAt: number
}

/** The conditions that a vendor's answer can report. */
export type Condition = "Unauthorized" | "Forbidden" | "RateLimited" | "Unavailable" | "VendorRejected"

/** The condition that an HTTP status, or a status in a body, stands for; a good status with an error is a refusal too. */
export const conditionOf = (status: number): Condition => {
  if (status === 401) return "Unauthorized"
  if (status === 403) return "Forbidden"
  if (status === 429) return "RateLimited"
  return status === 408 || status >= 500 ? "Unavailable" : "VendorRejected"
}

/** What the vendor's answer says, where it is an error. */
export interface Rejection {
  readonly code: string | null
  readonly message: string | null
  /** The condition, where the HTTP status does not say it; by default it is {@link conditionOf} that status. */
  readonly as?: Condition
  /** The vendor's id of the request, where it stands in the body. */
  readonly requestId?: string
  /** Milliseconds to wait, where the vendor says it elsewhere than in `Retry-After`. */
  readonly retryAfter?: number
  /**
   * Where the vendor wants the waits to grow: `retryAfter` is the first one, and each further attempt at the request waits twice
   * as long, up to the longest wait that the retry policy bears.
   */
  readonly growing?: boolean
}

/** Finds the error in an answer; `undefined` where it has none. It is asked for every answer, also for those with status 200. */
export type Reader = (answer: VendorAnswer) => Rejection | undefined

/**
 * Reads errors that have the form of `schema`.
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
 */
export const fromSchema = <A>(
  schema: Schema.ConstraintDecoder<A>,
  read: (error: A, answer: VendorAnswer) => Rejection | undefined
): Reader => {
  const decode = Schema.decodeUnknownOption(schema)
  const fits = Compiled.guard(schema)
  return (answer) => {
    // Nearly every answer is good, and so does not fit.
    if (fits !== undefined && !fits(answer.body)) return undefined
    const decoded = decode(answer.body)
    return Option.isSome(decoded) ? read(decoded.value, answer) : undefined
  }
}

/** Asks one reader after the other; the first error counts. */
export const firstOf =
  (...readers: ReadonlyArray<Reader>): Reader =>
  (answer) => {
    for (const read of readers) {
      const rejection = read(answer)
      if (rejection !== undefined) return rejection
    }
    return undefined
  }
