/**
 * A server on loopback at another origin than the vendor's. It records every request, because none may arrive.
 */
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import { Effect, type Scope } from "effect"
import { HttpServer, HttpServerRequest, HttpServerResponse } from "effect/http"
import * as Http from "node:http"

/** A running foreign server. */
export interface ForeignServer {
  /** Its origin, such as `http://127.0.0.1:40124`. */
  readonly origin: string
  /** The method, address, headers and body of each request, as text. */
  readonly visits: Effect.Effect<ReadonlyArray<string>>
}

/** Serves until the scope closes, and answers every request with an empty JSON object. */
export const serve: Effect.Effect<ForeignServer, never, Scope.Scope> = Effect.gen(function* () {
  const visits: Array<string> = []
  const http = yield* Effect.orDie(
    NodeHttpServer.make(() => Http.createServer(), { port: 0, host: "127.0.0.1", gracefulShutdownTimeout: "1 millis" })
  )
  yield* http.serve(
    Effect.gen(function* () {
      const request = yield* HttpServerRequest.HttpServerRequest
      const body = yield* Effect.orElseSucceed(request.text, () => "")
      visits.push([request.method, request.url, JSON.stringify(request.headers), body].join(" "))
      return HttpServerResponse.jsonUnsafe({})
    })
  )
  return { origin: HttpServer.formatAddress(http.address), visits: Effect.sync(() => [...visits]) }
})
