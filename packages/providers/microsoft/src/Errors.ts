/**
 * How Microsoft reports errors: the services by `{ error: { code, message } }`, and Entra ID by the fields of OAuth with codes of its own.
 */
import type { Reason, Rejection } from "@scanjobs/core"
import { Option, Schema } from "effect"

const Text = Schema.optionalKey(Schema.NullOr(Schema.String))
const Part = Schema.Struct({ code: Text, message: Text })
const Body = Schema.Struct({
  error: Schema.Struct({ code: Text, message: Text, details: Schema.optionalKey(Schema.NullOr(Schema.Array(Part))) })
})
const decode = Schema.decodeUnknownOption(Body)

/** Finds the error in an answer of a service. The code stands in a header, too. */
export const ofService: Rejection.Reader = ({ body, headers, status }) => {
  if (status < 400) return undefined
  const { code, details, message } = Option.getOrElse(decode(body), (): typeof Body.Type => ({ error: {} })).error
  const more = (details ?? []).flatMap((detail) => detail.message ?? [])
  const said = [message ?? undefined, ...more].filter((text) => text !== undefined && text !== "")
  return {
    code: code ?? headers["x-ms-error-code"] ?? null,
    message: said.length === 0 ? null : [...new Set(said)].join("; ")
  }
}

const decodeToken = Schema.decodeUnknownOption(
  Schema.Struct({
    error: Schema.String,
    error_description: Text,
    error_codes: Schema.optionalKey(Schema.NullOr(Schema.Array(Schema.Finite))),
    trace_id: Text
  })
)

/**
 * Finds the error in an answer of the token server. Its description begins with the code, and ends with lines for Microsoft's support, of
 * which the id of the request is kept.
 */
export const ofToken: Rejection.Reader = ({ body, status }) => {
  const found = Option.getOrUndefined(decodeToken(body))
  if (status < 400 || found === undefined) return undefined
  const { error, error_codes, error_description, trace_id } = found
  const [said = ""] = (error_description ?? "").split(/\s*(?:\r?\n|Trace ID: )/)
  const [, code = error_codes?.[0]] = /^AADSTS(\d+)/.exec(said) ?? []
  const condition = conditionOf(error, status)
  return {
    code: code === undefined ? error : `AADSTS${code}`,
    message: said === "" ? error : said.replace(/^AADSTS\d+: ?/, ""),
    ...(typeof trace_id === "string" ? { requestId: trace_id } : {}),
    ...(condition === undefined ? {} : { as: condition })
  }
}

const conditionOf = (error: string, status: number): Rejection.Condition | undefined => {
  if (error === "temporarily_unavailable") return "Unavailable"
  return status < 500 && status !== 429 ? "Unauthorized" : undefined
}

/** What to do about the codes that a wrong app registration or wrong settings lead to. Microsoft may change them. */
const hints: { readonly [code: string]: string } = {
  AADSTS90002: "check tenantId, and that cloud is the one of the tenant",
  AADSTS700016: "check clientId, and that tenantId is the tenant with the app registration",
  AADSTS7000215: "give the value of the client secret as clientSecret, and not its id",
  AADSTS7000222: "the client secret has expired: make a new one for the app registration",
  AADSTS700027: "upload the certificate to the app registration, and check that privateKey belongs to it",
  AADSTS700024: "check the clock of this computer",
  AADSTS500011: "the tenant does not know the service: check tenantId, cloud and tokenScope"
}

/** What a person can do about a refusal of the token server. */
export const hintOfToken = ({ code }: Reason.Unauthorized | Reason.Forbidden): string =>
  (code === null ? undefined : hints[code]) ?? "check tenantId, clientId, and the secret or certificate"
