/**
 * The reasons that are about a listing as a whole, and not about one answer.
 */
import { Schema } from "effect"

/**
 * The listing repeats itself or makes no progress, so that its end cannot be reached.
 *
 * @since 0.1.0
 * @category errors
 */
export class PaginationStalled extends Schema.TaggedError<PaginationStalled>()("PaginationStalled", {
  /**
   * `repeated`: the next page is this page. `cycle`: the next page was read before. `barren`: page after page brings
   * nothing new. `cap`: more pages, or more rows of an endless listing, than `PageGuard` allows.
   */
  how: Schema.Literals(["repeated", "cycle", "barren", "cap"]),
  /** How many pages had been read. */
  pages: Schema.Int
}) {
  get retryable(): boolean {
    return false
  }
  override get message(): string {
    const how = {
      repeated: "the vendor names the page just read as the next one",
      cycle: "the vendor names a page that was read before as the next one",
      barren: "page after page brings nothing new, and nothing says that the end is reached",
      cap: "the listing goes on for longer than is allowed"
    }
    return `paging stalled after ${this.pages} pages: ${how[this.how]}; rows may be missing`
  }
}

/**
 * A link or redirect points to another origin than the connection's. No request was sent there.
 *
 * @since 0.1.0
 * @category errors
 */
export class ForeignLink extends Schema.TaggedError<ForeignLink>()("ForeignLink", {
  /** The origin that the link names. */
  origin: Schema.String,
  /** The connection's own origin. */
  expected: Schema.String,
  /** What a person can do about it, as the provider knows; without it, the message gives the usual advice. */
  hint: Schema.optionalKey(Schema.String)
}) {
  get retryable(): boolean {
    return false
  }
  override get message(): string {
    const isDowngrade = this.origin === this.expected.replace(/^https:/, "http:")
    // Setting baseUrl to a link without TLS would send the credential in clear text.
    const advice = isDowngrade
      ? ". The server does not know that it is reached over https: have its proxy pass X-Forwarded-Proto"
      : this.hint === undefined
        ? ". If that host is right, set baseUrl to it"
        : `; ${this.hint}`
    return `the vendor's answer points to ${this.origin}, but this connection talks only to ${this.expected}; no request was sent there${advice}`
  }
}

/**
 * The vendor states more rows than it gave.
 *
 * @since 0.1.0
 * @category errors
 */
export class Incomplete extends Schema.TaggedError<Incomplete>()("Incomplete", {
  /** How many rows the vendor says there are. */
  expected: Schema.Int,
  /** How many different rows it gave. */
  received: Schema.Int
}) {
  get retryable(): boolean {
    return true
  }
  override get message(): string {
    return `the vendor says that there are ${this.expected} rows, but gave only ${this.received}`
  }
}

/**
 * The vendor says itself that its answers lack a part of what it lists, such as a region that it could not reach.
 *
 * @since 0.3.0
 * @category errors
 */
export class Unreachable extends Schema.TaggedError<Unreachable>()("Unreachable", {
  /** What is missing, as the vendor names it. */
  missing: Schema.Array(Schema.String)
}) {
  get retryable(): boolean {
    return true
  }
  override get message(): string {
    const named = this.missing.slice(0, 10).join(", ")
    const more = this.missing.length > 10 ? ` and ${this.missing.length - 10} more` : ""
    return `the vendor could not reach a part of what it lists (${named}${more}); rows are missing`
  }
}

/**
 * More rows of a listing were rejected than `PageGuard` allows.
 *
 * @since 0.1.0
 * @category errors
 */
export class TooManyRejected extends Schema.TaggedError<TooManyRejected>()("TooManyRejected", {
  rejected: Schema.Int,
  allowed: Schema.Int
}) {
  get retryable(): boolean {
    return false
  }
  override get message(): string {
    return `${this.rejected} rows do not have the form that the vendor documents; at most ${this.allowed} are allowed`
  }
}
