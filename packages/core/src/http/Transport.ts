/**
 * Sends requests to one origin under the policies: quota, deadline, retries, no foreign origin, errors as reasons.
 *
 * Order of an attempt: the credential is fetched and the request signed, then, for the request and for each redirect, the
 * origin is checked, the quota waited for, and the request sent within its deadline. Then the body is read and judged. A
 * retry repeats all of it. While the origin's circuit is open, no attempt is made.
 */
import { Clock, Context, Effect, Exit, type Redacted, type Schema, Scope, Semaphore, Tracer } from "effect"
import { FetchHttpClient, Headers, HttpClient, HttpClientRequest, type HttpClientResponse } from "effect/http"
import * as AttemptWatch from "./AttemptDeadlines.ts"
import * as Body from "./Body.ts"
import { Breaker } from "../policies/Breaker.ts"
import type { CredentialSource } from "./CredentialSource.ts"
import type { Parameters, Reply } from "../contract/Exchange.ts"
import { Deadlines } from "../policies/Deadlines.ts"
import * as LongJson from "./LongJson.ts"
import type { Quota } from "../policies/Quota.ts"
import { RateLimit } from "../policies/RateLimit.ts"
import * as Reason from "../model/Reason.ts"
import * as RetryPolicy from "../policies/RetryPolicy.ts"
import * as Turn from "../policies/Demand.ts"
import * as Verdict from "./Verdict.ts"
import * as Watch from "../policies/Watchdog.ts"

/** The client that a request is to be executed with. */
export type Client = HttpClient.HttpClient.With<Verdict.ClientError, Attempt | Scope.Scope>

/** Puts a credential into a request. */
export type Sign = (
  request: HttpClientRequest.HttpClientRequest,
  credential: Redacted.Redacted
) => HttpClientRequest.HttpClientRequest

/** The attempt under way: the secret that it is signed with, and who is told what it waits for. */
export class Attempt extends Context.Service<
  Attempt,
  { readonly credential: Redacted.Redacted; readonly watch: AttemptWatch.AttemptWatch }
>()("@scanjobs/core/Transport/Attempt") {}

/** Parameters that a vendor's own link adds to the request under way. */
export const LinkParameters = Context.Reference<Parameters | undefined>("@scanjobs/core/Transport/LinkParameters", {
  defaultValue: () => undefined
})

/** What a transport is made of. */
export interface Options<E> extends Verdict.Options {
  /** Requests go to this origin only. */
  readonly origin: string
  /** The key of the quotas. */
  readonly key: string
  /** How many requests may be under way at once, where there is a limit. */
  readonly concurrency?: number | undefined
  readonly quotas: ReadonlyArray<Quota>
  readonly credential: CredentialSource<E>
  readonly sign: Sign
  readonly budget: RetryPolicy.Budget
  /** Names of headers that hold secrets, besides the usual ones. */
  readonly secretHeaders: ReadonlyArray<string>
  /** Whether the address itself holds a secret, so that spans must not show it. */
  readonly secretInUrl: boolean
  readonly onRetry: (reason: Reason.Reason) => Effect.Effect<void>
}

/** A request that was executed with a transport's client. */
export type Executed = Effect.Effect<
  HttpClientResponse.HttpClientResponse,
  Verdict.ClientError | Reason.InvalidConnection | Schema.SchemaError,
  Attempt | Scope.Scope
>

/** Sends requests to one origin. */
export interface Transport<out E> {
  readonly client: Client
  /** Executes a request, again and again as the retry policy says, and judges its answer. */
  readonly send: (executed: Executed) => Effect.Effect<Reply, Reason.Reason | E>
}

const maxRedirects = 5

/** An error after which a request is not tried again: no credential could be had, or the vendor is left alone. */
const final = <E>(error: E) => ({ _tag: "Final", error }) as const

/** Makes the transport; the policies in use at this point hold for all its requests. */
export const make = Effect.fnUntraced(function* <E>(options: Options<E>) {
  const base = yield* HttpClient.HttpClient
  const limiter = yield* RateLimit
  const breaker = yield* Breaker
  const policy = yield* RetryPolicy.RetryPolicy
  const watchOf = AttemptWatch.make(yield* Deadlines)
  const schedule = RetryPolicy.schedule(policy)
  const { cut, parse } = LongJson.make()
  const judged = { ...options, parse }
  const quietly = quiet(options, yield* Effect.tracer)

  /** The address that was last seen to be of the origin; a listing's requests usually differ in their queries alone. */
  let own: string | undefined
  const client: Client = base.pipe(
    HttpClient.transform(
      (effect, { url }): Effect.Effect<HttpClientResponse.HttpClientResponse, Verdict.ClientError, Attempt> => {
        if (url !== own) {
          const origin = URL.parse(url)?.origin ?? "an invalid address"
          if (origin !== options.origin)
            return Effect.fail(
              new Reason.ForeignLink({ origin: options.secrets.scrub(origin), expected: options.origin })
            )
          own = url
        }
        return Effect.andThen(
          limiter.acquire(options.key, options.quotas),
          Attempt.use(({ watch }) => watch.head(effect))
        )
      }
    ),
    HttpClient.followRedirects(maxRedirects),
    HttpClient.mapRequestEffect((request) =>
      Effect.contextWith((context: Context.Context<Attempt>) => {
        const parameters = Context.get(context, LinkParameters)
        const wanted = HttpClientRequest.acceptJson(
          parameters === undefined ? request : HttpClientRequest.appendUrlParams(request, parameters)
        )
        return Effect.succeed(options.sign(wanted, Context.get(context, Attempt).credential))
      })
    ),
    HttpClient.withScope
  )

  const semaphore = options.concurrency === undefined ? undefined : yield* Semaphore.make(options.concurrency)
  const attempt = (executed: Executed, secret: Redacted.Redacted) => {
    const attempted = attemptOnce(executed, secret)
    return semaphore === undefined ? attempted : semaphore.withPermit(attempted)
  }
  const attemptOnce = (executed: Executed, credential: Redacted.Redacted) =>
    Effect.withFiber((fiber) => {
      const clock = fiber.getRef(Clock.Clock)
      const watch = watchOf(() => clock.currentTimeMillisUnsafe())
      const answered = Effect.flatMap(executed, (response) =>
        Effect.flatMap(watch.body(Body.read(response, watch.onBytes, cut)), (pieces) =>
          Verdict.ofAnswer(judged, response, pieces, clock.currentTimeMillisUnsafe())
        )
      )
      const attempted = releasedOnFailure(answered, (context) =>
        quietly(Context.add(context, Attempt, { credential, watch }))
      )
      return fiber.getRef(Watch.Watch).over(attempted, watch.left)
    }).pipe(
      Effect.mapError((error) => (Reason.isReason(error) ? error : Verdict.ofError(options, error))),
      (attempted) => breaker.guard(options.origin, attempted),
      Effect.mapError(({ reason, rested }) => (rested ? final(reason) : reason))
    )

  const { renewable, reject } = options.credential
  const credential = Effect.mapError(Turn.atOnce(options.credential.get), final)

  const sendOnce = (executed: Executed, turn: Turn.Turn) =>
    Effect.flatMap(credential, (secret) =>
      Effect.catchTag(attempt(executed, secret), "Unauthorized", (refused) =>
        Effect.andThen(
          reject(secret),
          renewable && turn.hasCome()
            ? Effect.flatMap(credential, (renewed) => attempt(executed, renewed))
            : Effect.fail(refused)
        )
      )
    )
  type Failed = Effect.Error<ReturnType<typeof sendOnce>>

  const isRenewed = (error: Failed) => renewable && error._tag === "Unauthorized"

  const mayRetry = (error: Failed) =>
    error._tag !== "Final" && RetryPolicy.allows(policy, error, options.budget)
      ? Effect.as(options.onRetry(error), true)
      : Effect.succeed(false)

  const send: Transport<E>["send"] = (executed) =>
    Effect.withFiber((fiber) => {
      const turn = fiber.getRef(Turn.Turn)
      const begun = Effect.suspend(() => {
        turn.begin()
        return sendOnce(executed, turn)
      })
      let parked: Failed | undefined
      const inTurn = Effect.suspend(() => {
        if (parked === undefined) return begun
        const failed = parked
        parked = undefined
        return Effect.flatMap(turn.come, () =>
          // What could not even be sent then may be by now, and a new credential is no retry.
          Effect.flatMap(
            failed._tag === "Final" || isRenewed(failed) ? Effect.succeed(true) : mayRetry(failed),
            (may) => (may ? begun : Effect.fail(failed))
          )
        )
      })
      // Only what fails goes through the schedule, with its failure as the first try.
      const retried = (failure: Failed) => {
        let first: Failed | undefined = failure
        return Effect.suspend(() => {
          if (first === undefined) return inTurn
          const failed = first
          first = undefined
          return Effect.fail(failed)
        }).pipe(
          Effect.retry({
            schedule,
            while: (error) => {
              if (turn.hasCome()) return mayRetry(error)
              const waits = error._tag === "Final" || isRenewed(error) || RetryPolicy.bears(policy, error)
              if (waits) {
                turn.park()
                parked = error
              }
              return Effect.succeed(waits)
            }
          }),
          Effect.mapError((error) => (error._tag === "Final" ? error.error : error))
        )
      }
      return begun.pipe(
        Effect.catch(retried),
        Effect.map((reply) => {
          options.budget.give()
          return reply
        })
      )
    })

  const transport: Transport<E> = { client, send }
  return transport
})

/**
 * Like `Effect.scoped` for an effect that is run once, but whoever succeeds has read the answer to its end, and holds nothing.
 * Effect's client aborts each request at the end of its scope, with an error whose stack keeps the page in memory.
 */
const releasedOnFailure = <A, E, R>(
  effect: Effect.Effect<A, E, R | Scope.Scope>,
  provide: (context: Context.Context<never>) => Context.Context<R>
): Effect.Effect<A, E> => {
  const scope = Scope.makeUnsafe()
  return effect.pipe(
    Effect.updateContext((context: Context.Context<never>) => Context.add(provide(context), Scope.Scope, scope)),
    Effect.onError((cause) => Scope.close(scope, Exit.failCause(cause)))
  )
}

/**
 * Redirects are not followed by `fetch` itself, the vendor is not told of our traces, and spans hold no secret. Without a
 * tracer that somebody gave, nobody could read the spans of requests, and none are made.
 */
const quiet = <E>({ secretHeaders, secretInUrl }: Options<E>, tracer: Tracer.Tracer) => {
  const isTraced = !secretInUrl && tracer !== Tracer.nativeTracer
  const names = [...usuallySecret, ...secretHeaders]
  return <R>(context: Context.Context<R>): Context.Context<R> => {
    const quiet = context.pipe(
      Context.add(FetchHttpClient.RequestInit, { redirect: "manual" }),
      Context.add(HttpClient.TracerDisabledWhen, () => !isTraced)
    )
    return isTraced
      ? quiet.pipe(
          Context.add(HttpClient.TracerPropagationEnabled, false),
          Context.add(Headers.CurrentRedactedNames, names)
        )
      : quiet
  }
}

const usuallySecret = ["authorization", "cookie", "set-cookie", "x-api-key", "proxy-authorization"]
