/**
 * A vendor on loopback: a real HTTP server made of a provider's declaration.
 *
 * The declaration gives the addresses, the credential's place and what a request must look like; the emulator's author gives
 * the answers. Requests are checked as strictly as the vendor's documentation allows: an unknown field, a wrong type or a
 * value out of range is answered as the vendor would, and noted in the ledger as a violation.
 *
 * Answers are plain HTTP responses, not values of the declaration's schemas, so that an emulator can send what those schemas
 * do not foresee.
 */
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import type { Listing, Provider, Quota } from "@scanjobs/core"
import { Cause, Clock, Context, type Duration, Effect, Exit, Layer, Redacted, Schema, type Scope } from "effect"
import { HttpRouter, HttpServer, HttpServerError, HttpServerRequest, HttpServerResponse } from "effect/http"
import { HttpApi, HttpApiBuilder, type HttpApiEndpoint, HttpApiError, type HttpApiSecurity } from "effect/http-api"
import * as Http from "node:http"
import * as Ledger from "./Ledger.ts"
import * as RollingWindow from "./RollingWindow.ts"

/** The part of a provider that a server is made of. */
export interface Declaration<out L extends Provider.Listings> {
  readonly id: string
  readonly security: HttpApiSecurity.Http | HttpApiSecurity.ApiKey
  readonly listings: L
  readonly api: HttpApi.Constraint
}

/** The request does what the vendor's documentation does not allow; it is answered with `answers.invalid`. */
export class Violation extends Schema.TaggedError<Violation>()("Violation", { problem: Schema.String }) {
  override get message(): string {
    return this.problem
  }
}

/** A request under way. */
export interface Exchange {
  readonly entry: Ledger.Entry
  /** The emulator's own address, without a slash at its end. */
  readonly baseUrl: string
  /** Notes a violation in the ledger and goes on, where the vendor would answer all the same or in another way. */
  readonly note: (violation: string) => void
}

/** Answers requests of one endpoint. */
export type Handler<in Request> = (
  request: Request,
  exchange: Exchange
) => Effect.Effect<HttpServerResponse.HttpServerResponse, Violation>

/** The answers of a provider's endpoints, by their names. */
export type Handlers<L extends Provider.Listings> = {
  readonly [Name in Provider.Endpoints<L>["identifier"]]: Handler<
    Listing.RequestOf<Extract<Provider.Endpoints<L>, { readonly identifier: Name }>>
  >
}

/** An address beside the declaration's, such as a token server's. It takes no credential and checks its requests itself. */
export interface Route {
  readonly method: "GET" | "POST"
  readonly path: `/${string}`
  readonly handle: (exchange: Exchange) => Effect.Effect<HttpServerResponse.HttpServerResponse, Violation>
}

/** Changes the vendor's own answer: the request is handled as ever, and this makes the answer of what comes of it. */
export interface Rewrite {
  readonly _tag: "Rewrite"
  readonly change: (
    response: HttpServerResponse.HttpServerResponse
  ) => Effect.Effect<HttpServerResponse.HttpServerResponse, never, HttpServerRequest.HttpServerRequest>
}

/** Makes a rewrite. */
export const rewrite = (change: Rewrite["change"]): Rewrite => ({ _tag: "Rewrite", change })

/** What a fault gives: the answer, an effect that yields it, or a change of the vendor's own answer. */
export type Injected =
  | HttpServerResponse.HttpServerResponse
  | Effect.Effect<HttpServerResponse.HttpServerResponse, never, HttpServerRequest.HttpServerRequest>
  | Rewrite

/**
 * Consulted before everything else, for each request; what it gives is the answer. `nth` counts the requests to that path
 * from 1. An effect may wait, never end, or give a response whose body breaks off. `Faults` has the usual ones.
 *
 * **Example** (the second page fails once, the third is a gateway's HTML)
 *
 * ```ts
 * import type { Emulator } from "@scanjobs/testing"
 * import { HttpServerResponse } from "effect/http"
 *
 * export const flaky: Emulator.Fault = ({ endpoint }, nth) => {
 *   if (endpoint !== "jobs") return undefined
 *   if (nth === 2) return HttpServerResponse.empty({ status: 503 })
 *   return nth === 3 ? HttpServerResponse.html("<h1>Bad gateway</h1>") : undefined
 * }
 * ```
 */
export type Fault = (request: Ledger.Entry, nth: number) => Injected | undefined

/** What every emulator can be told. */
export interface Settings {
  /** Default: one that is free. */
  readonly port?: number | undefined
  /** How long every answer takes. Default: no time. */
  readonly latency?: Duration.Input | undefined
  readonly fault?: Fault | undefined
}

/** How the vendor says no. */
export interface Answers {
  /** To a credential that is missing or wrong. */
  readonly refused: (exchange: Exchange) => HttpServerResponse.HttpServerResponse
  /** To a request that breaks the rules. */
  readonly invalid: (problems: ReadonlyArray<string>, exchange: Exchange) => HttpServerResponse.HttpServerResponse
  /** To an address that there is not. */
  readonly missing: (exchange: Exchange) => HttpServerResponse.HttpServerResponse
  /** To a request beyond a quota. */
  readonly limited: (quota: Quota.Quota, exchange: Exchange) => HttpServerResponse.HttpServerResponse
}

/** What an emulator is made of. */
export interface Options<L extends Provider.Listings> extends Settings {
  readonly handlers: Handlers<L>
  /** Whether the vendor takes this credential; `""` where there is none. */
  readonly accepts: (credential: string, exchange: Exchange) => Effect.Effect<boolean>
  readonly answers: Answers
  readonly routes?: ReadonlyArray<Route>
  /** Enforced for each credential in rolling windows. Default: none. */
  readonly quotas?: ReadonlyArray<Quota.Quota> | undefined
  /** Added to every answer, injected ones too, where they are not there yet. */
  readonly headers?: (exchange: Exchange) => { readonly [name: string]: string }
}

/** An emulator that runs. */
export interface Emulator {
  /** Such as `http://127.0.0.1:40123`. */
  readonly baseUrl: string
  readonly ledger: Ledger.Ledger
}

/** The exchange that the handlers of a server's router answer. */
const Current = Context.Reference<Exchange | undefined>("@scanjobs/testing/Emulator/Current", {
  defaultValue: () => undefined
})

const current = Effect.flatMap(Current, (exchange) =>
  exchange === undefined ? Effect.die(new Error("no request is under way")) : Effect.succeed(exchange)
)

interface DraftExchange extends Exchange {
  readonly entry: Ledger.Draft
}

/**
 * Serves a provider's declaration on loopback until the scope ends; then open requests are cut, never waited for.
 *
 * It takes its time from the `Clock` in use here, so that under a `TestClock` the ledger's times, quotas and latency are
 * virtual; the socket is real all the same.
 */
export const serve = <L extends Provider.Listings>(
  provider: Declaration<L>,
  options: Options<NoInfer<L>>
): Effect.Effect<Emulator, never, Scope.Scope> =>
  Effect.gen(function* () {
    const server = Http.createServer()
    const http = yield* Effect.orDie(
      NodeHttpServer.make(() => server, { port: options.port ?? 0, host: "127.0.0.1", disablePreemptiveShutdown: true })
    )
    const baseUrl = HttpServer.formatAddress(http.address)
    const { close, ledger, open } = Ledger.make()
    const api = anyApi(provider.api)
    const endpoints = endpointsOf(api)
    const limits = RollingWindow.make(options.quotas ?? [])
    const router = yield* HttpRouter.toHttpEffect(app(api, options)).pipe(Effect.provide(HttpServer.layerServices))

    const handle = Effect.gen(function* () {
      const arrived = yield* HttpServerRequest.HttpServerRequest
      const url = new URL(arrived.url, baseUrl)
      const request = withoutCredential(provider.security, arrived)
      const text = yield* Effect.orElseSucceed(request.text, () => "")
      const entry = open({
        time: yield* Clock.currentTimeMillis,
        method: request.method,
        path: url.pathname,
        query: HttpServerRequest.searchParamsFromURL(url),
        headers: { ...request.headers },
        body: bodyOf(text, request.headers["content-type"])
      })
      entry.endpoint = endpoints.find((endpoint) => isAt(entry, endpoint))?.identifier ?? null
      const exchange = { entry, baseUrl, note: (violation: string) => void entry.violations.push(violation) }
      return yield* answer(options, provider.security, limits, router, exchange).pipe(
        // A server does not interrupt handlers unless they allow it, and this one may wait for ever.
        Effect.interruptible,
        Effect.catchCause((cause) =>
          Cause.hasInterruptsOnly(cause) ? Effect.failCause(cause) : broken(cause, exchange)
        ),
        Effect.provideService(HttpServerRequest.HttpServerRequest, request),
        Effect.provideService(HttpServerRequest.ParsedSearchParams, entry.query),
        Effect.flatMap((response) =>
          Effect.map(Clock.currentTimeMillis, (now) =>
            withHeaders(response, { date: new Date(now).toUTCString(), ...options.headers?.(exchange) })
          )
        ),
        Effect.onExit((exit) => Effect.sync(() => close(entry, Exit.isSuccess(exit) ? exit.value.status : null)))
      )
    })

    yield* http.serve(handle)
    yield* Effect.addFinalizer(() => closed(server))
    const emulator: Emulator = { baseUrl, ledger }
    return emulator
  })

/** Clients keep connections alive, and a request may never be answered: neither holds up the end of a test. */
const closed = (server: Http.Server) =>
  Effect.callback<void>((resume) => {
    server.close(() => resume(Effect.void))
    server.closeAllConnections()
  })

/** A mistake of the emulator's author must not pass for a vendor that is down. */
const broken = (cause: Cause.Cause<unknown>, { note }: Exchange) =>
  Effect.sync(() => {
    note(`the emulator itself failed: ${Cause.pretty(cause)}`)
    return HttpServerResponse.text("the emulator itself failed", { status: 500 })
  })

const answer = Effect.fnUntraced(function* <L extends Provider.Listings, R>(
  options: Options<L>,
  security: Declaration<L>["security"],
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

const vendorsAnswer = Effect.fnUntraced(function* <L extends Provider.Listings, R>(
  { accepts, answers }: Options<L>,
  security: Declaration<L>["security"],
  limits: RollingWindow.RollingWindow,
  router: Effect.Effect<HttpServerResponse.HttpServerResponse, unknown, R>,
  exchange: DraftExchange
) {
  const { entry } = exchange
  if (entry.endpoint !== null) {
    const credential = Redacted.value(yield* HttpApiBuilder.securityDecode(security))
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

/** Parameters that an endpoint does not declare are violations, and the credential's own is none of its parameters. */
const withoutCredential = (
  security: Declaration<Provider.Listings>["security"],
  request: HttpServerRequest.HttpServerRequest
): HttpServerRequest.HttpServerRequest => {
  if (security._tag !== "ApiKey" || security.in !== "query") return request
  const { pathname, searchParams } = new URL(request.url, "http://loopback")
  searchParams.delete(security.key)
  return request.modify({ url: `${pathname}?${searchParams.toString()}` })
}

const isMissing = (error: unknown): boolean =>
  error instanceof HttpServerError.HttpServerError && error.reason._tag === "RouteNotFound"

const problemsOf = ({ cause, kind }: HttpApiError.HttpApiSchemaError): ReadonlyArray<string> => [
  `${kind.toLowerCase()}: ${cause.message.replaceAll(/\s*\n\s*/g, " ")}`
]

const parseOptions = { onExcessProperty: "error", errors: "all" } as const

const app = <L extends Provider.Listings>(api: HttpApi.Top, options: Options<L>) => {
  const checked = api
    .annotate(HttpApi.QueryParseOptions, parseOptions)
    .annotate(HttpApi.PayloadParseOptions, parseOptions)
  return Layer.mergeAll(
    Layer.provide(HttpApiBuilder.layer(checked), implement(checked, options.handlers)),
    ...(options.routes ?? []).map(({ handle, method, path }) =>
      HttpRouter.add(method, path, Effect.orDie(Effect.flatMap(current, handle)))
    )
  )
}

/** A declaration is typed by its listings; a server is made of whatever endpoints they have. */
const anyApi = (api: HttpApi.Constraint) => api as HttpApi.Top

/** {@link Handlers} has checked each handler against its endpoint; here they are called with what that endpoint decoded. */
const untyped = (handlers: object) => Object.entries(handlers) as ReadonlyArray<readonly [string, Handler<unknown>]>

/** A provider's API has this one group. */
const groupName: string = "listings"

const implement = (api: HttpApi.Top, handlers: object) =>
  HttpApiBuilder.group(api, groupName, (group) => {
    for (const [name, handler] of untyped(handlers)) {
      group.handle(name, (request: unknown) =>
        Effect.orDie(Effect.flatMap(current, (exchange) => handler(request, exchange)))
      )
    }
    return complete(group)
  })

/** The compiler counts handlers by name, and here the names are only known when it runs; {@link Handlers} has counted them. */
const complete = (group: object) => group as never

const endpointsOf = (api: HttpApi.Top): ReadonlyArray<HttpApiEndpoint.Top> =>
  Object.values(api.groups).flatMap(({ endpoints }) => Object.values(endpoints))

const isAt = (entry: Ledger.Entry, { method, path }: HttpApiEndpoint.Top): boolean => {
  const pattern = path.split("/")
  const parts = entry.path.split("/")
  return (
    method === entry.method &&
    pattern.length === parts.length &&
    pattern.every((part, index) => part.startsWith(":") || part === parts[index])
  )
}

const bodyOf = (text: string, contentType = ""): unknown => {
  if (text === "") return null
  if (contentType.startsWith("application/x-www-form-urlencoded")) {
    return HttpServerRequest.searchParamsFromURL(new URL(`?${text}`, "http://form"))
  }
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

const withHeaders = (
  response: HttpServerResponse.HttpServerResponse,
  headers: { readonly [name: string]: string }
): HttpServerResponse.HttpServerResponse => HttpServerResponse.setHeaders(response, { ...headers, ...response.headers })
