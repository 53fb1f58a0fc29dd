/**
 * Adds a hint for the user to a reason.
 */
import * as Reason from "./Reason.ts"

/** The same reason with this hint. A reason that no answer led to has no hint, and stays as it is. */
export const withHint = (reason: Reason.Reason, hint: string): Reason.Reason => {
  switch (reason._tag) {
    case "Unauthorized":
      return new Reason.Unauthorized({ ...reason, hint })
    case "Forbidden":
      return new Reason.Forbidden({ ...reason, hint })
    case "RateLimited":
      return new Reason.RateLimited({ ...reason, hint })
    case "Unavailable":
      return new Reason.Unavailable({ ...reason, hint })
    case "Malformed":
      return new Reason.Malformed({ ...reason, hint })
    case "VendorRejected":
      return new Reason.VendorRejected({ ...reason, hint })
    case "ForeignLink":
      return new Reason.ForeignLink({ ...reason, hint })
    default:
      return reason
  }
}
