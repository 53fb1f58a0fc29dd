/**
 * Makes the attempts at one request: again after failures that can pass, and once more with a new credential after a 401.
 */
import { Duration, Effect, type Redacted } from "effect"
import type { Reply } from "../contract/Exchange.ts"
import * as Reason from "../model/Reason.ts"
import { asDemanded, Demand } from "../policies/Demand.ts"
import { Hold } from "../policies/Hold.ts"
import * as Retry from "../policies/Retry.ts"
import * as RetryPolicy from "../policies/RetryPolicy.ts"
import type { CredentialSource } from "./CredentialSource.ts"
import * as OriginClient from "./OriginClient.ts"
import type { Silence } from "./Silence.ts"

/** What retries depend on. */
export interface Options<E> {
  readonly origin: string
  /** The key of the quotas. */
  readonly key: string
  readonly credential: CredentialSource<E>
  readonly budget: RetryPolicy.Budget
  /** Called before the wait for each retry, with the reason of the failure and the milliseconds of the wait. */
  readonly onRetry: (reason: Reason.Reason, wait: number) => Effect.Effect<void>
}

/** An attempt, as a function of the secret that signs it. */
export type Attempted = (secret: Redacted.Redacted) => Effect.Effect<Reply, Reason.Reason | Final<Reason.Reason>>

/** An error that trying again does not help: no credential could be had, or the circuit is open. */
export interface Final<out E> {
  readonly _tag: "Final"
  readonly error: E
}

/** Marks an error as one that trying again does not help. */
export const final = <E>(error: E): Final<E> => ({ _tag: "Final", error })

/** Makes the attempts at a request, within its silence. */
export type Retries<out E> = (attempt: Attempted, silence: Silence) => Effect.Effect<Reply, Reason.Reason | E>

/** The retries of all requests of one transport. */
export const make = Effect.fnUntraced(function* <E>({ budget, credential, onRetry, ...options }: Options<E>) {
  type Failed = Reason.Reason | Final<Reason.Reason | E>
  const policy = yield* RetryPolicy.RetryPolicy
  const { hold } = yield* Hold
  const held = OriginClient.holdKey(options)
  const secret = Effect.mapError(asDemanded(credential.get), final)

  const mayRetry = (failed: Failed): failed is Reason.Reason =>
    failed._tag !== "Final" && Retry.shouldRetry(policy, failed, budget)

  /** Waits before the next attempt. Only a wait that the vendor did not ask for counts as its silence. */
  const wait = (
    failed: Failed,
    tries: number,
    silence: Silence,
    before: (millis: number) => Effect.Effect<void> = () => Effect.void
  ) => {
    const reason = failed._tag === "Final" ? undefined : failed
    return Effect.flatMap(Retry.wait(policy, reason, tries), (duration) => {
      const millis = Duration.toMillis(duration)
      const sleep = Effect.andThen(before(millis), Effect.sleep(millis))
      if (reason?._tag === "RateLimited") return Effect.andThen(hold(held, millis), sleep)
      if (reason === undefined || Reason.retryAfter(reason) === null) silence.add(millis)
      return sleep
    })
  }

  const retries: Retries<E> = (attempt, silence) =>
    Effect.flatMap(Demand, (demand) => {
      const once = Effect.suspend(() => {
        demand.begin()
        return Effect.flatMap(secret, (used) =>
          Effect.catchTag(attempt(used), "Unauthorized", (refused) =>
            Effect.andThen(
              credential.reject(used),
              credential.renewable && demand.isDemanded()
                ? Effect.flatMap(secret, attempt)
                : Effect.fail<Failed>(refused)
            )
          )
        )
      })

      const retry = (failed: Failed, tries: number): Effect.Effect<Reply, Failed> => {
        const again = once.pipe(Effect.catch((failure: Failed) => retry(failure, tries + 1)))
        const fail = Effect.fail(failed)
        if (tries > policy.times) return fail
        if (demand.isDemanded()) {
          return Effect.suspend(() =>
            mayRetry(failed)
              ? Effect.andThen(
                  wait(failed, tries, silence, (millis) => onRetry(failed, millis)),
                  again
                )
              : fail
          )
        }
        // A read-ahead that found no credential, or an open circuit, may find otherwise once it is demanded.
        const isFree = failed._tag === "Final" || (credential.renewable && failed._tag === "Unauthorized")
        if (!isFree && !Retry.isRetryable(policy, failed)) return fail
        demand.park()
        return wait(failed, tries, silence).pipe(
          Effect.andThen(demand.demanded),
          Effect.andThen(() => {
            if (isFree) return again
            return mayRetry(failed) ? Effect.andThen(onRetry(failed, 0), again) : fail
          })
        )
      }

      return once.pipe(
        Effect.catch((failed: Failed) => retry(failed, 1)),
        Effect.mapError((failed) => (failed._tag === "Final" ? failed.error : failed)),
        Effect.tap(() => Effect.sync(budget.give))
      )
    })
  return retries
})
