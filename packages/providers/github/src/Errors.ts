/**
 * How GitHub says no. It throttles with 403 as well as with 429, and answers 404 where something may not be seen.
 */
import type { Rejection } from "@scanjobs/core"
import { Option, Schema } from "effect"

const Refusal = Schema.Struct({ message: Schema.String })

const messageOf = (body: unknown): string | null =>
  Option.getOrNull(Option.map(Schema.decodeUnknownOption(Refusal)(body), ({ message }) => message))

/** Where an answer does not say how long, at least a minute, and then longer each time. */
const unsaid = { retryAfter: 60_000, growing: true }

/** How long to wait, where an answer throttles. */
const throttling = ({ headers, sentAt, status }: Rejection.VendorAnswer, message: string | null) => {
  if (status !== 403 && status !== 429) return undefined
  if (headers["retry-after"] !== undefined) return {}
  // The time is in whole seconds, by the vendor's clock.
  const reset = Number(headers["x-ratelimit-reset"] ?? Number.NaN) * 1000
  if (headers["x-ratelimit-remaining"] === "0") return reset > 0 ? { retryAfter: reset - sentAt } : unsaid
  return status === 429 || /rate limit|abuse detection/i.test(message ?? "") ? unsaid : undefined
}

const notGitHub = "this is no answer of GitHub's API: check baseUrl, and whether a proxy stands between"

/**
 * Finds the error in an answer. `Forbidden` are only refusals in GitHub's own form, with 403 and with 404: nothing else
 * says that a feature is off, or that a repository may not be seen.
 */
export const reader: Rejection.Reader = (answer) => {
  const { body, status } = answer
  if (status < 400) return undefined
  const message = messageOf(body)
  const said = { code: null, message }
  const wait = throttling(answer, message)
  if (wait !== undefined) return { ...said, as: "RateLimited", ...wait }
  // The description gives 404 no body in one place.
  if (status === 404 && (message !== null || body === "")) return { ...said, as: "Forbidden" }
  if (status === 403 && message === null) return { code: null, message: notGitHub, as: "VendorRejected" }
  return message === null ? undefined : said
}
