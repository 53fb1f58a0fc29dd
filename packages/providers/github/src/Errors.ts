/**
 * How GitHub reports errors. It throttles with 403 as well as 429, answers 404 where the caller may not see something, and uses
 * 403 both for a feature that is off and for a credential that is not enough; only the message tells the two apart.
 */
import type { Reason, Rejection } from "@scanjobs/core"
import { Option, Schema } from "effect"

const Refusal = Schema.Struct({ message: Schema.String })

const messageOf = (body: unknown): string | null =>
  Option.getOrNull(Option.map(Schema.decodeUnknownOption(Refusal)(body), ({ message }) => message))

/** At least a minute, then longer each time, where an answer does not say how long to wait. */
const unsaid = { retryAfter: 60_000, growing: true }

const rateLimitWords = /rate limit|abuse detection/i

/**
 * How long to wait, if the answer throttles. An answer that refuses for another reason may carry `x-ratelimit-remaining: 0` too,
 * because it used up the last request of the hour, so the message is judged first.
 */
const throttling = (answer: Rejection.VendorAnswer, message: string | null) => {
  const { headers, status } = answer
  if (status !== 403 && status !== 429) return undefined
  const isThrottled = status === 429 || rateLimitWords.test(message ?? "")
  if (!isThrottled && (isOffWords(message) || blockedWords.test(message ?? "") || isAboutCredential(headers, message)))
    return undefined
  if (headers["retry-after"] !== undefined) return {}
  const left = quotaState(answer)
  // When the quota renews is added to the refusal.
  if (left?.remaining === 0) return left.renewsAt > answer.sentAt ? {} : { retryAfter: 0 }
  return isThrottled || headers["x-ratelimit-remaining"] === "0" ? unsaid : undefined
}

/** What is left of the hour. GitHub tells in every answer when the hour ends, in epoch seconds by its own clock. */
export const quotaState: Rejection.QuotaReader = ({ headers }) => {
  const remaining = Number(headers["x-ratelimit-remaining"] ?? Number.NaN)
  const renewsAt = Number(headers["x-ratelimit-reset"] ?? Number.NaN) * 1000
  return Number.isInteger(remaining) && renewsAt > 0 ? { remaining, renewsAt } : undefined
}

const offWords = new RegExp(
  [
    "\\b(?:advanced security|code security|secret protection|code scanning|secret scanning)\\b.*\\b(?:must be enabled|(?:is|are) (?:not|disabled|unavailable)|(?:has|have) not been enabled|disabled)\\b",
    "^no analysis found",
    "\\bto enable this feature\\b"
  ].join("|"),
  "i"
)

const isOffWords = (message: string | null): boolean => message !== null && offWords.test(message)

const blockedWords = /^repository access blocked/i

const credentialWords =
  /not accessible by|saml|single sign-on|\bsso\b|ip allow list|forbids access|bad credentials|must have admin rights|not authorized/i

/** Whether a refusal names the token, rather than the repository, as its cause. */
const isAboutCredential = (headers: Rejection.VendorAnswer["headers"], message: string | null): boolean =>
  headers["x-github-sso"] !== undefined || credentialWords.test(message ?? "")

/** The scopes of a classic token are in every answer, beside those of which the operation needs one. */
const lacksScope = ({ headers }: Rejection.VendorAnswer): boolean => {
  const accepted = scopesIn(headers["x-accepted-oauth-scopes"])
  const granted = headers["x-oauth-scopes"]
  return granted !== undefined && accepted.length > 0 && !scopesIn(granted).some((scope) => accepted.includes(scope))
}

const scopesIn = (header: string | undefined): ReadonlyArray<string> =>
  (header ?? "")
    .split(",")
    .map((scope) => scope.trim())
    .filter((scope) => scope !== "")

/** Codes of this package's own, because GitHub's answers have none; {@link hint} reads them. */
const codes = { sso: "single_sign_on", scope: "missing_scope" } as const

const notGitHub = "this is not an answer of GitHub's API: check baseUrl, and whether there is a proxy in between"

/**
 * Finds the error in an answer.
 *
 * `Forbidden` always means the credential. A feature that is off, a blocked repository and a name that does not exist are
 * `VendorRejected`; {@link isOff} tells the first two from the last.
 */
export const reader: Rejection.Reader = (answer) => {
  const { body, headers, status } = answer
  // A 200 whose list leaves out what single sign-on protects.
  if (status < 400) return headers["x-github-sso"]?.startsWith("partial-results") === true ? partial : undefined
  const message = messageOf(body)
  const said = { code: null, message }
  const wait = throttling(answer, message)
  if (wait !== undefined) return { ...said, as: "RateLimited", ...wait }
  if (status !== 403 && status !== 404) return message === null ? undefined : said
  if (headers["x-github-sso"] !== undefined) return { code: codes.sso, message, as: "Forbidden" }
  if (isOffWords(message) || blockedWords.test(message ?? "")) return { ...said, as: "VendorRejected" }
  if (lacksScope(answer)) return { code: codes.scope, message, as: "Forbidden" }
  if (message === null && !(status === 404 && body === ""))
    return { code: null, message: notGitHub, as: "VendorRejected" }
  return status === 403 ? { ...said, as: "Forbidden" } : { ...said, as: "VendorRejected" }
}

const partial: Rejection.Rejection = {
  code: codes.sso,
  message: "the list leaves out what single sign-on protects",
  as: "Forbidden"
}

/** Whether GitHub serves the repository to nobody, for legal reasons or because of its terms. */
export const isBlocked = ({ detail, status }: Reason.Refusal): boolean =>
  status === 451 || blockedWords.test(detail ?? "")

/** Whether GitHub itself says that there is nothing to read: the feature is off, or the repository is blocked. */
export const isOff = (reason: Reason.Refusal): boolean =>
  reason._tag === "VendorRejected" && (isBlocked(reason) || isOffWords(reason.detail))

/** Whether GitHub has nothing at this address, or does not show it to this token; it does not say which. */
export const isAbsent = ({ _tag, detail, status }: Reason.Refusal): boolean =>
  _tag === "VendorRejected" && status === 404 && detail !== notGitHub

/** What a person can do about a reason. */
export const hint = (reason: Reason.Reason): string | undefined => {
  if (reason._tag === "Unauthorized") return "check that the token is right and has not expired"
  if (reason._tag === "Forbidden") return credentialHint(reason)
  return reason._tag === "VendorRejected" && isAbsent(reason) && !isOff(reason) ? nameHint : undefined
}

const credentialHint = ({ code, detail }: Reason.Forbidden): string => {
  const words = detail ?? ""
  if (code === codes.sso || /saml|single sign-on/i.test(words)) {
    return "authorize the token for the organization's single sign-on, in GitHub's settings for tokens"
  }
  if (/ip allow list/i.test(words)) return "add the address of this machine to the organization's IP allow list"
  if (/not accessible by/i.test(words)) {
    return "give the token, or the app, the permission to read code scanning alerts and secret scanning alerts of this repository"
  }
  return "check that the token may read this: a classic token needs the scope security_events or repo, or public_repo for public repositories"
}

const nameHint =
  "check the names in repositories and organizations, and that the token may see them; a user account is not an organization: give its repositories as owner/name"
