/**
 * What an answer means, or that there is none: a reply, or the reason why not, with nothing secret in it.
 */
import { Duration, Effect, Result, type Schema } from "effect"
import { Headers, type HttpClientError, type HttpClientResponse } from "effect/http"
import type { RateLimiter } from "effect/persistence"
import type { Reply } from "../contract/Exchange.ts"
import * as Latest from "../decoding/MemoizeLast.ts"
import type { LongJson } from "./LongJson.ts"
import * as Reason from "../model/Reason.ts"
import { type Condition, conditionOf, type Reader, type Rejection } from "../contract/Rejection.ts"
import type { Secrets } from "./Secrets.ts"
import * as VerbFailure from "../contract/VerbFailure.ts"

/** The errors of the client that a transport gives. */
export type ClientError =
  | HttpClientError.HttpClientError
  | RateLimiter.RateLimiterError
  | Reason.ForeignLink
  | Reason.TimedOut

/** What a vendor's answers are judged by. */
export interface Options {
  readonly rejection: Reader
  /** What a person can do about the reason. */
  readonly hint: (reason: Reason.Reason) => string | undefined
  readonly secrets: Secrets
  /** Whether errors may quote a body that is not understood; not so where bodies hold tokens. */
  readonly quotes: boolean
}

/** What an answer with this body, in pieces, means, which came at `now`. */
export const ofAnswer = (
  options: Options & { readonly parse: LongJson["parse"] },
  response: HttpClientResponse.HttpClientResponse,
  pieces: ReadonlyArray<string>,
  now: number
): Effect.Effect<Reply, Reason.Reason> => {
  const parsed = Result.try({ try: () => options.parse(pieces), catch: () => pieces.join("") })
  const { headers, status } = response
  const isGood = status >= 200 && status < 300
  const sentAt = sentAtOf(headers) ?? now
  const body = Result.merge(parsed)
  const rejection = VerbFailure.attempt(
    () => options.rejection({ status, headers, body, sentAt }),
    (failure) => failure
  )
  if (rejection instanceof VerbFailure.VerbFailure) return VerbFailure.raise(rejection, options.secrets)
  if (isGood && rejection === undefined && Result.isSuccess(parsed)) {
    // A vendor may repeat a secret in its rows, too. Where answers are tokens, they must stay what they are.
    const isClean = !options.quotes || !pieces.some(options.secrets.isIn)
    return Effect.succeed({
      url: response.request.url,
      headers,
      body: isClean ? body : options.secrets.scrubJson(body)
    })
  }
  const quote = options.quotes ? excerpt(options.secrets.scrub(pieces.join(""))) : null
  const what = isGood ? `not JSON${quote === null ? "" : `, it begins with ${JSON.stringify(quote)}`}` : quote
  const answer = describe(options, {
    status,
    code: rejection?.code ?? null,
    detail: rejection === undefined ? what : rejection.message,
    requestId: requestIdOf(headers) ?? rejection?.requestId ?? null
  })
  const condition = rejection?.as ?? (isGood && rejection === undefined ? "Malformed" : conditionOf(status))
  const wait = waitOf(headers, rejection, sentAt)
  return Effect.fail(hinted(options, toReason(condition, answer, wait, rejection?.growing)))
}

const toReason = (
  condition: Condition | "Malformed",
  answer: Reason.Answer,
  retryAfter: number | null,
  growing = false
): Reason.Reason => {
  switch (condition) {
    case "Unauthorized":
      return new Reason.Unauthorized(answer)
    case "Forbidden":
      return new Reason.Forbidden(answer)
    case "RateLimited":
      return new Reason.RateLimited({ ...answer, retryAfter, ...(growing ? { growing } : {}) })
    case "Unavailable":
      return new Reason.Unavailable({ ...answer, retryAfter })
    case "Malformed":
      return new Reason.Malformed({ ...answer, transient: true })
    case "VendorRejected":
      return new Reason.VendorRejected(answer)
  }
}

/** What the vendor asks to wait: `Retry-After` in any form of RFC 9110, or what the plugin read elsewhere. */
const waitOf = (headers: Reply["headers"], rejection: Rejection | undefined, sentAt: number): number | null => {
  const stated = rejection?.retryAfter
  // A plugin may have read it from a text that is no number.
  if (stated !== undefined && Number.isFinite(stated)) return Math.max(0, stated)
  const header = headers["retry-after"]
  if (header === undefined) return null
  const parsed = Headers.parseRetryAfter(header)
  if (Result.isFailure(parsed)) return null
  return Duration.toMillis(Headers.retryAfterDelay(parsed.success, sentAt))
}

/** Dates in an answer are meant by the vendor's own clock. Many answers are of one second. */
const sentAtOf = ({ date }: Reply["headers"]): number | undefined => {
  const sent = date === undefined ? Number.NaN : timeOf(date)
  return Number.isNaN(sent) ? undefined : sent
}

const timeOf = Latest.of(Date.parse)

/** Why there is no answer. */
export const ofError = (
  options: Options,
  error: Exclude<ClientError, Reason.Reason> | Schema.SchemaError
): Reason.Reason => {
  const answer = (detail: string, status: number | null = null) =>
    describe(options, { status, code: null, detail, requestId: null })
  if (error._tag === "SchemaError")
    return new Reason.InvalidConnection({ problems: [options.secrets.scrub(error.message)] })
  if (error._tag === "RateLimiterError") {
    return new Reason.Unavailable({ ...answer(`the rate limiter failed: ${error.message}`), retryAfter: null })
  }
  const { reason } = error
  switch (reason._tag) {
    case "TransportError":
      return hinted(
        options,
        new Reason.Unavailable({ ...answer(causeOf(reason.cause) ?? "no answer"), retryAfter: null })
      )
    case "InvalidUrlError":
    case "EncodeError":
      return new Reason.InvalidConnection({ problems: [options.secrets.scrub(reason.message)] })
    case "StatusCodeError":
    case "DecodeError":
    case "EmptyBodyError":
      return new Reason.Malformed({
        ...answer(`the answer broke off: ${causeOf(reason.cause) ?? reason._tag}`, reason.response.status),
        transient: true
      })
  }
}

/** The innermost message of a chain of causes, which is the one that says what happened, with its code. */
const causeOf = (cause: unknown): string | undefined => {
  if (!(cause instanceof Error)) return undefined
  const inner = causeOf(cause.cause)
  if (inner !== undefined) return inner
  const code = "code" in cause && typeof cause.code === "string" ? cause.code : ""
  return (cause.message.includes(code) ? cause.message : `${cause.message} ${code}`.trim()) || undefined
}

const describe = (options: Options, answer: Omit<Reason.Answer, "hint">): Reason.Answer => {
  const scrub = (text: string | null) => (text === null ? null : excerpt(options.secrets.scrub(text)))
  return {
    status: answer.status,
    code: scrub(answer.code),
    detail: scrub(answer.detail),
    requestId: scrub(answer.requestId),
    hint: null
  }
}

const hinted = (options: Options, reason: Reason.Reason): Reason.Reason => {
  const hint = options.hint(reason)
  return hint === undefined ? reason : Reason.withHint(reason, options.secrets.scrub(hint))
}

const requestIdOf = (headers: Reply["headers"]): string | null => {
  for (const name of requestIdHeaders) {
    const value = headers[name]
    if (value !== undefined) return value
  }
  return null
}

const requestIdHeaders = [
  "request-id",
  "x-request-id",
  "x-github-request-id",
  "x-request-uuid",
  "x-ms-request-id",
  "x-amzn-requestid",
  "x-correlation-id"
]

const excerpt = (text: string): string => {
  const line = text.replaceAll(/\s+/g, " ").trim()
  return line.length > 300 ? `${line.slice(0, 299)}…` : line
}
