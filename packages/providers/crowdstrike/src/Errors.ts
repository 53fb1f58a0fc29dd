/**
 * How Falcon reports errors: a list beside `meta`, whose `trace_id` its support asks for, also under status 200.
 */
import { type Reason, Rejection, Time } from "@scanjobs/core"
import { Option, Schema } from "effect"

const Text = Schema.optionalKey(Schema.NullOr(Schema.String))

const Problem = Schema.Struct({
  code: Schema.optionalKey(Schema.NullOr(Schema.Union([Schema.Finite, Schema.String]))),
  message: Text,
  id: Text
})

const Envelope = Schema.Struct({
  errors: Schema.optionalKey(Schema.NullOr(Schema.Array(Problem))),
  meta: Schema.optionalKey(Schema.NullOr(Schema.Struct({ trace_id: Text })))
})

const decode = Schema.decodeUnknownOption(Envelope)

/** A row that vanished after its id was listed: the others are there, and the library notes the id. */
const isAbsence = ({ code, id }: typeof Problem.Type): boolean => Number(code) === 404 && typeof id === "string"

/** When the vendor allows requests again, in epoch seconds. Where it does not say so, some seconds, and longer each time. */
const waitOf = ({ headers, status }: Rejection.VendorAnswer): Partial<Rejection.Rejection> => {
  if (status !== 429) return {}
  const retryAt = Time.fromEpoch(headers["x-ratelimit-retryafter"]) ?? Number.NaN
  return { retryAt, ...(headers["retry-after"] === undefined ? { retryAfter: 5000, growing: true } : {}) }
}

/** Finds the error in an answer. Without such a body, the HTTP status decides. */
export const reader: Rejection.Reader = (answer) => {
  const { body, status } = answer
  const isGood = status < 400
  const { errors, meta } = Option.getOrElse(decode(body), (): typeof Envelope.Type => ({}))
  const problems = (errors ?? []).filter((problem) => !isGood || !isAbsence(problem))
  const [first] = problems
  if (isGood && first === undefined) return undefined
  const code = first?.code ?? null
  const message = problems.flatMap((problem) => problem.message ?? []).join("; ")
  return {
    code: code === null ? null : String(code),
    message: message !== "" ? message : typeof body === "string" ? body : null,
    ...(typeof meta?.trace_id === "string" ? { requestId: meta.trace_id } : {}),
    ...(isGood ? { as: Rejection.conditionOf(Number(code ?? status)) } : {}),
    ...waitOf(answer)
  }
}

/** Why a request for rows that is refused means that they are gone. Of several ids, the others may be there. */
export const absent = ({ status }: Reason.Refusal, ids: ReadonlyArray<string>): string | undefined =>
  status === 404 && ids.length === 1 ? "it is gone" : undefined

/** The scopes that an API client needs. */
export const scopes = "Network Scan: read (network-scan:read) and On-Demand Scans (ODS): read"

/** What to do where the credential is refused, or a redirect leads to another cloud. */
export const credentialHint =
  "check cloud, because the account may be in another one, and clientId, clientSecret and memberCid"

/** What a person can do about a reason. */
export const hint = ({ _tag }: Reason.Reason): string | undefined => {
  if (_tag === "Unauthorized" || _tag === "ForeignLink") return credentialHint
  return _tag === "Forbidden" ? `give the API client the scopes ${scopes}, and check cloud` : undefined
}
