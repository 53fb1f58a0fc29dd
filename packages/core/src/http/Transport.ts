/**
 * Sends requests to one origin under all policies, and reports errors as reasons.
 *
 * An attempt fetches the credential, signs the request, and sends it with the {@link OriginClient}; then the body is read and
 * judged. A retry repeats all of it. A request that was refused because it was signed by a clock that is not the vendor's is signed once
 * more, by the vendor's. While the circuit of the origin is open, no attempt is made.
 */
import { Clock, Context, Effect, type Redacted, type Semaphore } from "effect"
import type { Reply } from "../contract/Exchange.ts"
import type { Format } from "../decoding/Format.ts"
import type * as Reason from "../model/Reason.ts"
import { BodyLimit } from "../policies/BodyLimit.ts"
import { Breaker } from "../policies/Breaker.ts"
import { Deadlines } from "../policies/Deadlines.ts"
import { Attempt, type Executed, quiet, releasedOnFailure, type SecretParts } from "./Attempt.ts"
import * as Body from "./Body.ts"
import * as OriginClient from "./OriginClient.ts"
import * as Renewal from "./Renewal.ts"
import * as Retries from "./Retries.ts"
import * as Silence from "./Silence.ts"
import * as Verdict from "./Verdict.ts"

/** What a transport is made from. */
export interface Options<E>
  extends Verdict.Options, OriginClient.Options, Retries.Options<E>, Renewal.Options, SecretParts {
  /** A permit for each request that may be in flight, where there is a limit. */
  readonly inFlight?: Semaphore.Semaphore | undefined
}

/** Sends requests to one origin. */
export interface Transport<out E> {
  readonly client: OriginClient.OriginClient
  /** Executes a request, again where the retry policy says so, and judges its answer, which is JSON unless a format is given. */
  readonly send: (executed: Executed, format?: Format) => Effect.Effect<Reply, Reason.Reason | E>
}

/** Makes the transport, with the policies in use here. */
export const make = Effect.fnUntraced(function* <E>(options: Options<E>) {
  const limits = yield* BodyLimit
  const breaker = yield* Breaker
  const deadlines = yield* Deadlines
  const client = yield* OriginClient.make(options)
  const retries = yield* Retries.make(options)
  const renewal = yield* Renewal.make(options)
  const read = Body.make(limits)
  const quietly = quiet(options, yield* Effect.tracer)
  const { inFlight, signing } = options
  const limited = <A, F>(attempt: Effect.Effect<A, F>) =>
    inFlight === undefined ? attempt : inFlight.withPermit(attempt)

  const attempt = (executed: Executed, credential: Redacted.Redacted, silence: Silence.Silence, format?: Format) => {
    const answered = Effect.flatMap(executed, (response) =>
      limits.reading((makeRoom) =>
        Effect.flatMap(
          silence.body((flow) => read(response, { makeRoom, flow }, format)),
          (body) =>
            Effect.flatMap(Clock.currentTimeMillis, (now) => {
              const head = { headers: response.headers, now }
              return Effect.mapError(
                Effect.onExit(Verdict.ofAnswer(options, response, body, now, format), () => renewal.after(head)),
                (refused) => {
                  const reason = renewal.of(refused, head)
                  signing?.learn(reason, response.request, head)
                  return reason
                }
              )
            })
        )
      )
    )
    return releasedOnFailure(silence.bounded(answered), (context) =>
      quietly(Context.add(context, Attempt, { credential, silence }))
    ).pipe(
      Effect.mapError((error) => Verdict.ofError(options, error)),
      (attempted) => breaker.guard(options.origin, attempted),
      // The store of quotas was asked for as long as it may be, and an open circuit opens by time alone.
      Effect.mapError(({ circuitOpen, reason }) =>
        circuitOpen || reason._tag === "QuotaStoreFailed" ? Retries.final(reason) : reason
      ),
      limited
    )
  }

  const transport: Transport<E> = {
    client,
    send: (executed, format) =>
      Effect.suspend(() => {
        const silence = Silence.make(deadlines)
        return retries((secret) => {
          const once = attempt(executed, secret, silence, format)
          return signing === undefined ? once : Effect.catchIf(once, signing.isCorrected, () => once)
        }, silence)
      })
  }
  return transport
})
