/**
 * How Qualys reports errors: `SIMPLE_RETURN` in XML, also under status 200, and a `ServiceResponse` that is no `SUCCESS`.
 */
import { type Reason, Rejection } from "@scanjobs/core"
import { Schema } from "effect"

const Text = Schema.optionalKey(Schema.NullOr(Schema.String))

const SimpleReturn = Schema.Struct({
  SIMPLE_RETURN: Schema.Struct({ RESPONSE: Schema.Struct({ CODE: Text, TEXT: Text }) })
})

const ServiceResponse = Schema.Struct({
  ServiceResponse: Schema.Struct({
    responseCode: Schema.String,
    responseErrorDetails: Schema.optionalKey(
      Schema.NullOr(Schema.Struct({ errorMessage: Text, errorResolution: Text }))
    )
  })
})

/** The rate and the concurrency of a subscription are exceeded. Every other 409 is a refusal, such as a registration that is not completed. */
const throttling = new Set(["1965", "1960"])

/** How long the answer says to wait, in milliseconds. */
const waitOf = ({ headers }: Rejection.VendorAnswer): { readonly retryAfter?: number } => {
  const seconds = Number(headers["x-ratelimit-towait-sec"] ?? Number.NaN)
  return seconds > 0 ? { retryAfter: seconds * 1000 } : {}
}

const ofCode = (code: string | null, answer: Rejection.VendorAnswer): Partial<Rejection.Rejection> =>
  code !== null && throttling.has(code)
    ? { as: "RateLimited", ...waitOf(answer) }
    : answer.status < 300
      ? { as: "VendorRejected" }
      : {}

/** Finds the error in an answer. Without such a body, the HTTP status decides. */
export const reader: Rejection.Reader = Rejection.firstOf(
  Rejection.fromSchema(SimpleReturn, ({ SIMPLE_RETURN: { RESPONSE } }, answer) => {
    const code = RESPONSE.CODE ?? null
    return { code, message: RESPONSE.TEXT ?? null, ...ofCode(code, answer) }
  }),
  Rejection.fromSchema(ServiceResponse, ({ ServiceResponse: { responseCode, responseErrorDetails } }, answer) =>
    responseCode === "SUCCESS"
      ? undefined
      : {
          code: responseCode,
          message: responseErrorDetails?.errorMessage ?? null,
          ...(/UNAUTHORIZED|CREDENTIAL/i.test(responseCode) ? { as: "Unauthorized" } : ofCode(null, answer))
        }
  )
)

/** What is left of the quota; every answer of VMDR tells. */
export const quotaState: Rejection.QuotaReader = ({ headers, sentAt }) => {
  const remaining = Number(headers["x-ratelimit-remaining"] ?? Number.NaN)
  const wait = Number(headers["x-ratelimit-towait-sec"] ?? Number.NaN)
  return Number.isInteger(remaining) && wait > 0 ? { remaining, renewsAt: sentAt + wait * 1000 } : undefined
}

/** What a person can do about a reason. */
export const hint = (reason: Reason.Reason): string | undefined => {
  if (reason._tag === "Unauthorized" || reason._tag === "Forbidden") {
    return "check username and password, that baseUrl is the platform of the subscription, and that the user has API access to this module"
  }
  return reason._tag === "VendorRejected" && reason.code === "2003"
    ? "complete the registration of the user"
    : undefined
}
