/**
 * One attempt at a request: what it is executed with, and how its resources and its spans are kept in order.
 */
import { Context, Effect, Exit, type Redacted, type Schema, Scope, Tracer } from "effect"
import { FetchHttpClient, Headers, HttpClient, type HttpClientResponse } from "effect/http"
import type * as Reason from "../model/Reason.ts"
import type { Secrets } from "../secrets/Secrets.ts"
import * as CleanSpans from "./CleanSpans.ts"
import type { Silence } from "./Silence.ts"
import type { ClientError } from "./Verdict.ts"

/** The attempt under way: the secret that signs it, and the silence of its request. */
export class Attempt extends Context.Service<
  Attempt,
  { readonly credential: Redacted.Redacted; readonly silence: Silence }
>()("@scanjobs/core/Transport/Attempt") {}

/** A request that is executed with a transport's client. */
export type Executed = Effect.Effect<
  HttpClientResponse.HttpClientResponse,
  ClientError | Reason.InvalidConnection | Schema.SchemaError,
  Attempt | Scope.Scope
>

/**
 * Like `Effect.scoped` for an effect that runs once, but closes the scope on failure only: after a success the body was read
 * to its end, and nothing is held. Effect's client aborts each request at the end of its scope, with an error whose stack
 * would keep the page in memory.
 */
export const releasedOnFailure = <A, E, R>(
  effect: Effect.Effect<A, E, R | Scope.Scope>,
  provide: (context: Context.Context<never>) => Context.Context<R>
): Effect.Effect<A, E> => {
  const scope = Scope.makeUnsafe()
  return effect.pipe(
    Effect.updateContext((context: Context.Context<never>) => Context.add(provide(context), Scope.Scope, scope)),
    Effect.onError((cause) => Scope.close(scope, Exit.failCause(cause)))
  )
}

/** Which parts of a request are secret. */
export interface SecretParts {
  /** Names of headers that hold secrets, besides the usual ones. */
  readonly secretHeaders: ReadonlyArray<string>
  /** Whether the URL itself holds a secret, so that no span may show it. */
  readonly secretInUrl: boolean
}

/**
 * Leaves redirects to the transport, sends no trace headers to the vendor, and keeps secrets out of spans. Requests have spans only
 * where the caller has a tracer of its own, because the spans of Effect's default tracer go nowhere.
 */
export const quiet = (
  { secretHeaders, secretInUrl, secrets }: SecretParts & { readonly secrets: Secrets },
  tracer: Tracer.Tracer
) => {
  const isTraced = !secretInUrl && tracer !== Tracer.nativeTracer
  const clean = CleanSpans.make(tracer, secrets)
  const names = [...usuallySecret, ...secretHeaders]
  return <R>(context: Context.Context<R>): Context.Context<R> => {
    const quiet = context.pipe(
      Context.add(FetchHttpClient.RequestInit, { redirect: "manual" }),
      Context.add(HttpClient.TracerDisabledWhen, () => !isTraced)
    )
    return isTraced
      ? quiet.pipe(
          Context.add(Tracer.Tracer, clean),
          Context.add(HttpClient.TracerPropagationEnabled, false),
          Context.add(Headers.CurrentRedactedNames, names)
        )
      : quiet
  }
}

const usuallySecret = ["authorization", "cookie", "set-cookie", "x-api-key", "proxy-authorization"]
