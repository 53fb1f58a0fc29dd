/**
 * How an emulator answers one request.
 */
import type { Provider } from "@scanjobs/core"
import { Cause, Effect, Redacted } from "effect"
import { HttpServerError, type HttpServerRequest, HttpServerResponse } from "effect/http"
import { HttpApiBuilder, HttpApiError } from "effect/http-api"
import type { Declaration, Options } from "./EmulatorOptions.ts"
import { Current } from "./EmulatorRouter.ts"
import { type Exchange, Violation } from "./Exchange.ts"
import type * as LedgerWriter from "../ledger/LedgerWriter.ts"
import type * as RollingWindow from "../ledger/RollingWindow.ts"

type Security = Declaration<Provider.Listings>["security"]

/** An exchange whose ledger entry is still being written. */
export interface DraftExchange extends Exchange {
  readonly entry: LedgerWriter.Draft
}

/** Answers a request: with what the fault injects, or as the vendor would. */
export const answer = Effect.fnUntraced(function* <L extends Provider.Listings, R>(
  options: Options<L>,
  security: Security,
  limits: RollingWindow.RollingWindow,
  router: Effect.Effect<HttpServerResponse.HttpServerResponse, unknown, R>,
  exchange: DraftExchange
) {
  const { fault, latency } = options
  const { entry } = exchange
  if (latency !== undefined) yield* Effect.sleep(latency)
  const injected = fault?.(entry, entry.nth)
  const own = vendorsAnswer(options, security, limits, router, exchange)
  if (injected === undefined) return yield* own
  if (HttpServerResponse.isHttpServerResponse(injected)) return injected
  return yield* Effect.isEffect(injected) ? injected : Effect.flatMap(own, injected.change)
})

/** The vendor's own answer: checks the credential, then the quotas, then the request. */
const vendorsAnswer = Effect.fnUntraced(function* <L extends Provider.Listings, R>(
  { accepts, answers }: Options<L>,
  security: Security,
  limits: RollingWindow.RollingWindow,
  router: Effect.Effect<HttpServerResponse.HttpServerResponse, unknown, R>,
  exchange: DraftExchange
) {
  const { entry } = exchange
  if (entry.endpoint !== null) {
    const credential = security === "none" ? "" : Redacted.value(yield* HttpApiBuilder.securityDecode(security))
    const accepted = yield* accepts(credential, exchange)
    entry.credential = accepted ? "accepted" : "refused"
    if (!accepted) return answers.refused(exchange)
    const exceeded = limits.admit(credential, entry.time)
    if (exceeded !== undefined) return answers.limited(exceeded, exchange)
  }
  const invalid = (problems: ReadonlyArray<string>) => {
    for (const problem of problems) exchange.note(problem)
    return answers.invalid(problems, exchange)
  }
  return yield* router.pipe(
    Effect.provideService(Current, exchange),
    Effect.map((response) =>
      response.status === 415 ? invalid(["the body is not of the documented type"]) : response
    ),
    Effect.catchCause((cause) => {
      const error = Cause.squash(cause)
      if (error instanceof Violation) return Effect.succeed(invalid([error.problem]))
      if (HttpApiError.HttpApiSchemaError.is(error)) return Effect.succeed(invalid(problemsOf(error)))
      if (isMissing(error)) {
        exchange.note("there is no such address")
        return Effect.succeed(answers.missing(exchange))
      }
      return Effect.failCause(cause)
    })
  )
})

/**
 * The request without a credential that stands in its query: endpoints do not declare that parameter, and would report it as
 * a violation.
 */
export const withoutCredential = (
  security: Security,
  request: HttpServerRequest.HttpServerRequest
): HttpServerRequest.HttpServerRequest => {
  if (security === "none" || security._tag !== "ApiKey" || security.in !== "query") return request
  const { pathname, searchParams } = new URL(request.url, "http://loopback")
  searchParams.delete(security.key)
  return request.modify({ url: `${pathname}?${searchParams.toString()}` })
}

const isMissing = (error: unknown): boolean =>
  error instanceof HttpServerError.HttpServerError && error.reason._tag === "RouteNotFound"

const problemsOf = ({ cause, kind }: HttpApiError.HttpApiSchemaError): ReadonlyArray<string> => [
  `${kind.toLowerCase()}: ${cause.message.replaceAll(/\s*\n\s*/g, " ")}`
]
