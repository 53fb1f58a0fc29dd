/**
 * Keeps the number of sessions of agents bounded: a client that goes away without ending its session leaves it behind, and the protocol
 * has no time after which it is over.
 */
import { Effect, type Scope } from "effect"
import { HttpEffect, HttpServerRequest, type HttpServerResponse } from "effect/http"

/** An endpoint that begins, uses and ends sessions. */
type Endpoint<E, R> = Effect.Effect<
  HttpServerResponse.HttpServerResponse,
  E,
  R | HttpServerRequest.HttpServerRequest | Scope.Scope
>

const header = "mcp-session-id"

/** Ends the session that was used least recently where there are more than so many. Its client begins another one when it is told 404. */
export const bounded = <E, R>(endpoint: Endpoint<E, R>, most: number): Endpoint<E, R> => {
  const used = new Set<string>()
  const touch = (id: string) => {
    used.delete(id)
    used.add(id)
  }
  const note = (request: HttpServerRequest.HttpServerRequest, begun: string | undefined) => {
    const known = request.headers[header]
    if (known !== undefined && used.has(known)) touch(known)
    if (known !== undefined && request.method === "DELETE") used.delete(known)
    if (begun !== undefined) touch(begun)
  }
  return Effect.gen(function* () {
    const request = yield* HttpServerRequest.HttpServerRequest
    const response = yield* endpoint
    const context = yield* Effect.context<R>()
    // The endpoint itself names a new session only as the answer is sent.
    yield* HttpEffect.appendPreResponseHandler((_, sent) =>
      Effect.gen(function* () {
        note(request, sent.headers[header])
        const [oldest] = used
        if (used.size > most && oldest !== undefined) {
          used.delete(oldest)
          yield* endpoint.pipe(
            Effect.provideService(HttpServerRequest.HttpServerRequest, endOf(oldest)),
            Effect.scoped,
            Effect.provideContext(context),
            Effect.catchCause((cause) => Effect.logWarning("a session of an agent could not be ended", cause))
          )
        }
        return sent
      })
    )
    return response
  })
}

const endOf = (session: string) =>
  HttpServerRequest.fromWeb(new Request("http://localhost/mcp", { method: "DELETE", headers: { [header]: session } }))
