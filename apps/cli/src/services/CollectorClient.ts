/**
 * The HTTP client of a collector, which must never hold up the program or fill its memory.
 *
 * Only the status of an answer counts. Its body is read to the end if it is short, so that the connection can be used again, and is
 * given up otherwise. A collector that failed is left alone for a while: meanwhile, data is dropped and not kept.
 */
import { Clock, Duration, Effect, Layer, Stream } from "effect"
import { HttpClient, HttpClientError, type HttpClientRequest, HttpClientResponse } from "effect/http"

/** How long one request may take. */
const patience = Duration.seconds(5)

/** The most bytes of an answer that are read. */
const most = 65_536

/** How long a collector that failed is left alone, in milliseconds. */
const rest = 60_000

/** Makes the client from another one. `onFailure` runs for each request that the collector did not accept. */
export const layer = (
  onFailure: Effect.Effect<unknown>
): Layer.Layer<HttpClient.HttpClient, never, HttpClient.HttpClient> =>
  Layer.effect(
    HttpClient.HttpClient,
    Effect.gen(function* () {
      const client = yield* HttpClient.HttpClient
      let restsUntil = 0
      return HttpClient.transform(client, (effect, request) =>
        Effect.flatMap(Clock.currentTimeMillis, (now) => {
          if (now < restsUntil) return Effect.fail(unavailable(request, "it failed before"))
          return Effect.flatMap(effect, (response) => statusOf(request, response)).pipe(
            Effect.timeoutOrElse({ duration: patience, orElse: () => Effect.fail(unavailable(request, "no answer")) }),
            Effect.tapError(() =>
              Effect.andThen(
                onFailure,
                Effect.sync(() => (restsUntil = now + rest))
              )
            )
          )
        })
      )
    })
  )

/** The answer without its body. */
const statusOf = (request: HttpClientRequest.HttpClientRequest, response: HttpClientResponse.HttpClientResponse) => {
  let bytes = 0
  const { "retry-after": retryAfter } = response.headers
  return response.stream.pipe(
    Stream.takeWhile((chunk) => (bytes += chunk.length) <= most),
    Stream.runDrain,
    Effect.ignore,
    Effect.as(
      HttpClientResponse.fromWeb(
        request,
        new Response(null, {
          status: response.status,
          headers: retryAfter === undefined ? {} : { "retry-after": retryAfter }
        })
      )
    )
  )
}

const unavailable = (request: HttpClientRequest.HttpClientRequest, description: string) =>
  new HttpClientError.HttpClientError({ reason: new HttpClientError.TransportError({ request, description }) })
