/**
 * How the services report errors: `{ message }`, with the type in the header `x-amzn-errortype`, or in the body as `__type`.
 */
import type { Rejection } from "@scanjobs/core"
import { Option, Schema } from "effect"

const Text = Schema.optionalKey(Schema.NullOr(Schema.String))
const Body = Schema.Struct({ __type: Text, message: Text, Message: Text })
const decode = Schema.decodeUnknownOption(Body)

/** The keys are unknown, expired or wrong, or the signature is. */
const unauthorized = new Set([
  "ExpiredTokenException",
  "IncompleteSignature",
  "InvalidClientTokenId",
  "InvalidSignatureException",
  "MissingAuthenticationTokenException",
  "RequestTimeTooSkewed",
  "UnrecognizedClientException"
])

const throttled = new Set(["RequestLimitExceeded", "ThrottlingException", "TooManyRequestsException"])

/** A type may stand behind a namespace, or before an address. */
const nameOf = (type: string): string => type.replace(/^.*#/, "").replace(/:.*$/, "")

const conditionOf = (code: string): Rejection.Condition | undefined => {
  if (unauthorized.has(code)) return "Unauthorized"
  // Macie says with 401, too, that it is not enabled.
  if (code === "AccessDeniedException") return "Forbidden"
  return throttled.has(code) ? "RateLimited" : undefined
}

/** Finds the error in an answer. */
export const reader: Rejection.Reader = ({ body, headers, status }) => {
  if (status < 400) return undefined
  const { Message, __type, message } = Option.getOrElse(decode(body), (): typeof Body.Type => ({}))
  const type = headers["x-amzn-errortype"] ?? __type
  const code = typeof type === "string" ? nameOf(type) : null
  const as = code === null ? undefined : conditionOf(code)
  return { code, message: message ?? Message ?? null, ...(as === undefined ? {} : { as }) }
}
