/**
 * The facts about an answer that the reasons of all conditions share.
 */
import { Schema } from "effect"

/** The fields of every reason that is about an answer. */
export const answer = {
  /** The HTTP status, or `null` if there was no answer. */
  status: Schema.NullOr(Schema.Int),
  /** The vendor's own error code. */
  code: Schema.NullOr(Schema.String),
  /** The vendor's message, or the transport's. */
  detail: Schema.NullOr(Schema.String),
  /** The vendor's id of the request, to quote to its support. */
  requestId: Schema.NullOr(Schema.String),
  /** What the user can do. */
  hint: Schema.NullOr(Schema.String)
}

/**
 * The facts about an answer that the reasons of all conditions share.
 *
 * @since 0.1.0
 * @category models
 */
export interface Answer {
  readonly status: number | null
  readonly code: string | null
  readonly detail: string | null
  readonly requestId: string | null
  readonly hint: string | null
}

/** Describes an answer in one line. */
export const describe = (self: Answer): string => {
  const status = self.status === null ? undefined : `HTTP ${self.status}`
  // Some vendors give the status as the code.
  const code = self.code === null || self.code === String(self.status) ? undefined : self.code
  const facts = [status, code].filter((fact) => fact !== undefined)
  return [
    facts.length === 0 ? undefined : facts.join(" "),
    self.detail ?? undefined,
    self.hint ?? undefined,
    self.requestId === null ? undefined : `request id ${self.requestId}`
  ]
    .filter((part) => part !== undefined && part !== "")
    .join("; ")
}

/**
 * An answer of which nothing is known, to spread into a reason.
 *
 * @since 0.1.0
 * @category constructors
 */
export const unknownAnswer: Answer = { status: null, code: null, detail: null, requestId: null, hint: null }
