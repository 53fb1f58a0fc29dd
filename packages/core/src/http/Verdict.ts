/**
 * Decides what an answer, or a failure to get one, means: a reply, or a reason without any secret in it.
 */
import { Effect, Result, type Schema } from "effect"
import type { HttpClientError, HttpClientResponse } from "effect/http"
import type { RateLimiter } from "effect/persistence"
import type { Reply } from "../contract/Exchange.ts"
import * as Reason from "../model/Reason.ts"
import { withHint } from "../model/ReasonHint.ts"
import { type Condition, conditionOf, type Reader } from "../contract/Rejection.ts"
import type { Body } from "./Body.ts"
import * as RetryAfter from "./RetryAfter.ts"
import * as Slices from "../policies/Slices.ts"
import * as SecretIndex from "../secrets/SecretIndex.ts"
import type { Secrets } from "../secrets/Secrets.ts"
import * as TransportCause from "./TransportCause.ts"
import * as Excerpt from "../contract/Excerpt.ts"
import * as VerbFailure from "../contract/VerbFailure.ts"
import * as Format from "../decoding/Format.ts"
import * as JsonDepth from "../decoding/JsonDepth.ts"

/** The errors of a transport's client. */
export type ClientError = HttpClientError.HttpClientError | RateLimiter.RateLimiterError | Reason.Reason

/** What answers are judged by. */
export interface Options {
  readonly rejection: Reader
  /** What a person can do about a reason. */
  readonly hint: (reason: Reason.Reason) => string | undefined
  readonly secrets: Secrets
  /** Whether errors may quote a body that is not understood; false where bodies hold tokens. */
  readonly mayQuoteBody: boolean
}

/** Judges an answer with this body that arrived at `now`, in epoch milliseconds. */
export const ofAnswer = (
  options: Options,
  response: HttpClientResponse.HttpClientResponse,
  content: Body,
  now: number,
  format: Format.Format = Format.json
): Effect.Effect<Reply, Reason.Reason> => {
  const { headers, status } = response
  const isGood = status >= 200 && status < 300
  const sentAt = RetryAfter.sentAtOf(headers) ?? now
  const body = Result.match(content.json, { onSuccess: bounded, onFailure: () => content.start(Excerpt.searched) })
  const rejection = VerbFailure.attempt(
    () => options.rejection({ status, headers, body, sentAt }),
    (failure) => failure
  )
  if (rejection instanceof VerbFailure.VerbFailure) return VerbFailure.raise(rejection, options.secrets)
  const isPage = isGood && status !== 206 && Result.isSuccess(content.json) && content.undecodable === undefined
  if (rejection === undefined && isPage) {
    const reply = {
      url: response.request.url,
      headers,
      ...(Result.isSuccess(content.json) && body !== content.json.success ? { isCut: true } : {})
    }
    // Vendors may echo a secret in a row. Token responses are left alone: they are the secret.
    if (!options.mayQuoteBody) return Effect.succeed({ ...reply, body })
    return Effect.map(
      Slices.run(() => withoutSecrets(options.secrets, content, body)),
      (clean) => (clean === body ? { ...reply, body } : { ...reply, body: clean, bodyWithSecrets: body })
    )
  }
  const quote = options.mayQuoteBody ? Excerpt.of(options.secrets, content.start(Excerpt.searched + 1)) : null
  const flaw = isGood ? flawOf(status, content, quote, format) : undefined
  const answer = describe(options, {
    status,
    code: rejection?.code ?? null,
    detail: rejection === undefined ? (flaw?.detail ?? quote) : rejection.message,
    requestId: requestIdOf(headers) ?? rejection?.requestId ?? null
  })
  if (rejection === undefined && flaw !== undefined) {
    return Effect.fail(hinted(options, new Reason.Malformed({ ...answer, transient: flaw.transient })))
  }
  const wait = RetryAfter.waitOf(headers, rejection, sentAt)
  const isGrowing = RetryAfter.isGrowing(rejection, sentAt)
  return Effect.fail(hinted(options, toReason(rejection?.as ?? conditionOf(status), answer, wait, isGrowing)))
}

/** The same JSON if its text holds no secret, or else JSON without the secrets. */
const withoutSecrets = function* (secrets: Secrets, { parts }: Body, body: unknown): Generator<void, unknown> {
  for (const part of parts) {
    for (const piece of SecretIndex.piecesOf(part)) {
      if (secrets.isIn(piece)) return yield* secrets.inSteps.scrubData(body)
      yield
    }
  }
  return body
}

/** The same JSON, cut where it is nested too deeply. */
const bounded = (json: unknown): unknown => (JsonDepth.isExceeded(json) ? JsonDepth.cut(json) : json)

/** Why a good answer is no page, and whether another attempt may give one. */
const flawOf = (status: number, content: Body, quote: string | null, { name }: Format.Format) => {
  if (status === 204 || status === 205) {
    return { detail: "the answer has no content, where a page of rows is expected", transient: false }
  }
  if (status === 206) {
    return { detail: "the answer is only a part, although the whole was requested", transient: false }
  }
  if (content.undecodable !== undefined) return { detail: content.undecodable, transient: false }
  if (quote === "") return { detail: `not ${name}: the body is empty`, transient: true }
  if (quote === null) return { detail: `not ${name}`, transient: true }
  const why =
    Result.isFailure(content.json) && typeof content.json.failure === "string" ? ` (${content.json.failure})` : ""
  return { detail: `not ${name}${why}, it begins with ${JSON.stringify(quote)}`, transient: true }
}

const toReason = (
  condition: Condition,
  answer: Reason.Answer,
  retryAfter: number | null,
  growing: boolean
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
    case "VendorRejected":
      return new Reason.VendorRejected(answer)
  }
}

/** The reason of a failure to get an answer. */
export const ofError = (options: Options, error: ClientError | Schema.SchemaError): Reason.Reason => {
  // An answer that was judged has its hint. A redirect elsewhere is no answer that is judged.
  if (Reason.isReason(error)) return error._tag === "ForeignLink" ? hinted(options, error) : error
  const answer = (detail: string, status: number | null = null) =>
    describe(options, { status, code: null, detail, requestId: null })
  if (error._tag === "SchemaError")
    return new Reason.InvalidConnection({ problems: [Excerpt.of(options.secrets, error.message)] })
  if (error._tag === "RateLimiterError") {
    return new Reason.QuotaStoreFailed({ detail: Excerpt.of(options.secrets, error.message) })
  }
  const { reason } = error
  switch (reason._tag) {
    case "TransportError": {
      const { code, message } = TransportCause.of(reason.cause)
      const advice = TransportCause.adviceOf(code)
      const unavailable = { ...answer(message ?? "no answer"), retryAfter: null }
      return hinted(
        options,
        new Reason.Unavailable(advice === undefined ? unavailable : { ...unavailable, hint: advice, permanent: true })
      )
    }
    case "InvalidUrlError":
    case "EncodeError":
      return new Reason.InvalidConnection({ problems: [Excerpt.of(options.secrets, reason.message)] })
    case "StatusCodeError":
    case "DecodeError":
    case "EmptyBodyError":
      return new Reason.Malformed({
        ...answer(
          `the answer broke off: ${TransportCause.of(reason.cause).message ?? reason._tag}`,
          reason.response.status
        ),
        transient: true
      })
  }
}

const describe = (options: Options, answer: Omit<Reason.Answer, "hint">): Reason.Answer => {
  const scrub = (text: string | null) => (text === null ? null : Excerpt.of(options.secrets, text))
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
  return hint === undefined ? reason : withHint(reason, Excerpt.of(options.secrets, hint, longestHint))
}

/** A hint is the plugin's own text, which may quote the vendor. */
const longestHint = 1000

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
