/**
 * What a person can do about a failure whose provider gives no hint.
 */
import type { Reason } from "@scanjobs/core"

/** A phrase, or `undefined` where the reason itself says what to do. */
export const of = (reason: Reason.Reason): string | undefined => {
  if ("hint" in reason && reason.hint !== null) return undefined
  switch (reason._tag) {
    case "Unauthorized":
    case "Forbidden":
      return "check the connection's credential"
    case "Unavailable":
      return reason.status === null ? "check the network, and baseUrl where it is set" : "try again later"
    case "RateLimited":
    case "TimedOut":
    case "Incomplete":
    case "Unreachable":
      return "try again later"
    case "VendorRejected":
      return "check the connection's settings"
    case "Malformed":
    case "TooManyRejected":
      return "check that baseUrl is the vendor's API; if it is, the provider must be updated for this answer"
    case "PaginationStalled":
      return "try again later; if it happens again, the provider must be updated for this way of paging"
    case "QuotaStoreFailed":
      return "check the Redis of the settings or of --rate-limit, and try again"
    case "ForeignLink":
    case "InvalidConnection":
      return undefined
  }
}
