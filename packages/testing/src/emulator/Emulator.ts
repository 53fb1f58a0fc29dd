/**
 * Emulates a vendor: a real HTTP server on loopback, made from a provider's declaration.
 *
 * The declaration gives the addresses, where the credential stands, and the form of requests. The emulator's author writes the
 * answers. The emulator checks requests as strictly as the vendor documents them: it refuses an unknown field, a wrong type or a
 * value out of range, and notes it in the ledger as a violation.
 *
 * Handlers return plain HTTP responses, not values of the declaration's schemas, so they can send what the schemas reject.
 *
 * Several endpoints may have one address, as with GraphQL. A request then belongs to the endpoint whose payload it fits.
 */
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import type { Provider } from "@scanjobs/core"
import { Cause, Clock, Effect, Exit, type Scope } from "effect"
import { HttpRouter, HttpServer, HttpServerRequest, HttpServerResponse } from "effect/http"
import * as Http from "node:http"
import type { Declaration, Options } from "./EmulatorOptions.ts"
import type { Exchange } from "./Exchange.ts"
import { addressOf, anyApi, app, endpointFor, endpointsOf } from "./EmulatorRouter.ts"
import type * as Ledger from "../ledger/Ledger.ts"
import * as LedgerWriter from "../ledger/LedgerWriter.ts"
import * as RollingWindow from "../ledger/RollingWindow.ts"
import { answer, withoutCredential } from "./VendorAnswer.ts"

export type { Answers, Declaration, Handler, Handlers, Options, Route, Settings } from "./EmulatorOptions.ts"
export { type Exchange, type Sent, Violation } from "./Exchange.ts"
export { type Fault, type Injected, type Rewrite, rewrite } from "../faults/Fault.ts"

/**
 * A running emulator.
 *
 * @since 0.1.0
 * @category models
 */
export interface Emulator {
  /** Its address, such as `http://127.0.0.1:40123`. */
  readonly baseUrl: string
  readonly ledger: Ledger.Ledger
}

/**
 * Serves a provider's declaration on loopback until the scope closes, which cuts open requests.
 *
 * The ledger's times, quotas and latency use the current `Clock`, so a `TestClock` controls them. The socket is real.
 *
 * **Example** (a vendor with one empty listing)
 *
 * ```ts
 * import { Credential, Listing, Paging, Provider } from "@scanjobs/core"
 * import { Emulator } from "@scanjobs/testing"
 * import { Effect, Schema } from "effect"
 * import { HttpServerResponse } from "effect/http"
 * import { HttpApiEndpoint, HttpApiSecurity } from "effect/http-api"
 *
 * const acme = Provider.make("acme", {
 *   connection: { token: Schema.Redacted(Schema.String) },
 *   security: HttpApiSecurity.bearer,
 *   listings: {
 *     runs: Listing.make({
 *       row: Schema.Struct({ id: Schema.String }),
 *       endpoint: (row) => HttpApiEndpoint.get("runs", "/runs", { success: Schema.Array(row) })
 *     })
 *   }
 * })({
 *   baseUrl: () => "https://api.acme.example",
 *   credential: ({ token }) => Credential.fixed(token),
 *   listings: {
 *     runs: {
 *       paging: Paging.single({ request: () => ({}) }),
 *       rows: (runs) => runs,
 *       job: ({ id }) => ({ vendorId: id, kind: "run", category: "web", state: "succeeded", vendorState: null })
 *     }
 *   }
 * })
 *
 * const problem = (status: number) => () => HttpServerResponse.empty({ status })
 *
 * export const vendor = Emulator.serve(acme, {
 *   accepts: (credential) => Effect.succeed(credential === "good"),
 *   answers: { refused: problem(401), invalid: problem(400), missing: problem(404), limited: problem(429) },
 *   handlers: { runs: () => Effect.succeed(HttpServerResponse.jsonUnsafe([])) }
 * })
 * ```
 *
 * @since 0.1.0
 * @category emulators
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
    const { close, ledger, open } = LedgerWriter.make()
    const api = anyApi(provider.api)
    const endpoints = endpointsOf(api)
    const limits = RollingWindow.make(options.quotas ?? [])
    const router = yield* HttpRouter.toHttpEffect(app(api, options)).pipe(Effect.provide(HttpServer.layerServices))

    const handle = Effect.gen(function* () {
      const arrived = yield* HttpServerRequest.HttpServerRequest
      const origin = originOf(arrived.headers) ?? baseUrl
      const url = new URL(arrived.url, origin)
      const request = withoutCredential(provider.security, arrived)
      const text = yield* Effect.orElseSucceed(request.text, () => "")
      const { method } = request
      const path = url.pathname
      const body = bodyOf(text, request.headers["content-type"])
      const endpoint = endpointFor({ method, path, body }, endpoints)
      const entry = open({
        time: yield* Clock.currentTimeMillis,
        method,
        origin,
        path,
        endpoint: endpoint?.identifier ?? null,
        query: HttpServerRequest.searchParamsFromURL(url),
        headers: { ...request.headers },
        body
      })
      const sent = { target: arrived.url, body: text }
      const exchange = {
        entry,
        baseUrl: origin,
        sent,
        note: (violation: string) => void entry.violations.push(violation)
      }
      const address = addressOf(request.url, endpoint, endpoints)
      const routed = address === request.url ? router : elsewhere(router, request, new URL(address, baseUrl), text)
      return yield* answer(options, provider.security, limits, routed, exchange).pipe(
        // The server runs handlers uninterruptibly by default, and a fault may wait for ever.
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

/** The origin that a proxy was asked for, as it says. */
const originOf = (headers: { readonly [name: string]: string | undefined }): string | undefined => {
  const host = headers["x-forwarded-host"]
  return host === undefined ? undefined : `${headers["x-forwarded-proto"] ?? "http"}://${host}`
}

/** Routes a request at another address. A request whose body was read cannot be given another one, so that it is made anew. */
const elsewhere = <A, E, R>(
  router: Effect.Effect<A, E, R>,
  { headers, method }: HttpServerRequest.HttpServerRequest,
  url: URL,
  body: string
) =>
  Effect.provideService(
    router,
    HttpServerRequest.HttpServerRequest,
    HttpServerRequest.fromWeb(new Request(url, { method, headers, ...(body === "" ? {} : { body }) }))
  )

/** Closes the server without waiting for idle connections or for requests that are never answered. */
const closed = (server: Http.Server) =>
  Effect.callback<void>((resume) => {
    server.close(() => resume(Effect.void))
    server.closeAllConnections()
  })

/** Notes a bug of the emulator in the ledger, so that a test does not take it for a vendor that is down. */
const broken = (cause: Cause.Cause<unknown>, { note }: Exchange) =>
  Effect.sync(() => {
    note(`the emulator itself failed: ${Cause.pretty(cause)}`)
    return HttpServerResponse.text("the emulator itself failed", { status: 500 })
  })

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
