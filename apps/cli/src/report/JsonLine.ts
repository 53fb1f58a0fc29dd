/**
 * One line of standard error for programs, and the lines that are about no listing.
 */

/** A line. */
export interface Line {
  readonly type: "failure" | "rejected" | "note" | "cut" | "drift" | "summary"
  readonly message: string
  readonly [field: string]: unknown
}

/** The place of what is about no connection. */
export const nowhere = { provider: null, connection: null, listing: null, scope: null }

/** The facts of a failure that is no answer of a vendor. */
export const unknownFacts = {
  hint: null,
  status: null,
  code: null,
  requestId: null,
  retryAfter: null,
  retryable: false,
  resume: null
}

/** What ends the program before or beside any listing. */
export const problem = (reason: string, message: string, code: string | null = null): Line => ({
  type: "failure",
  ...nowhere,
  reason,
  message,
  ...unknownFacts,
  code
})
