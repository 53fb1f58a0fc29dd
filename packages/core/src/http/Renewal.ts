/**
 * Waits for a vendor's quota to renew, where answers tell how much of it is left.
 */
import { Duration, Effect } from "effect"
import type { QuotaReader } from "../contract/Rejection.ts"
import * as VerbFailure from "../contract/VerbFailure.ts"
import * as Reason from "../model/Reason.ts"
import { Deadlines } from "../policies/Deadlines.ts"
import { Hold } from "../policies/Hold.ts"
import { RetryPolicy } from "../policies/RetryPolicy.ts"
import * as OriginClient from "./OriginClient.ts"
import * as RetryAfter from "./RetryAfter.ts"

/** What the waits depend on. */
export interface Options extends Pick<OriginClient.Options, "key" | "origin"> {
  readonly quotaState?: QuotaReader | undefined
  readonly onRetry: (reason: Reason.Reason, wait: number) => Effect.Effect<void>
}

/** The head of an answer that arrived at `now`, in epoch milliseconds. */
export interface Head {
  readonly headers: { readonly [name: string]: string | undefined }
  readonly now: number
}

/** Makes the waits of one transport. */
export const make = Effect.fnUntraced(function* ({ onRetry, quotaState, ...options }: Options) {
  const { hold } = yield* Hold
  const { maxQuotaWait } = yield* RetryPolicy
  const { listing } = yield* Deadlines
  const key = OriginClient.holdKey(options)
  const longest = Math.min(Duration.toMillis(maxQuotaWait), Duration.toMillis(listing))

  /** Milliseconds until the quota renews; `undefined` unless it is used up. */
  const waitOf = ({ headers, now }: Head): number | undefined => {
    const sentAt = RetryAfter.sentAtOf(headers) ?? now
    const state = VerbFailure.attempt(
      () => quotaState?.({ headers, sentAt }),
      // Pacing is not worth a failure: a vendor whose quota is exceeded says so.
      () => undefined
    )
    if (state === undefined || !(state.remaining <= 0)) return undefined
    const wait = state.renewsAt - sentAt
    return wait > 0 ? wait : undefined
  }

  return {
    /** Holds further requests after an answer that used up the quota. */
    after: (head: Head): Effect.Effect<void> => {
      const wait = quotaState === undefined ? undefined : waitOf(head)
      if (wait === undefined || wait > longest) return Effect.void
      return hold(key, wait, (millis) => onRetry(limited(millis), millis))
    },
    /** Adds when the quota renews to a refusal that does not say how long to wait. */
    of: (reason: Reason.Reason, head: Head): Reason.Reason => {
      if (reason._tag !== "RateLimited" || reason.retryAfter !== null || quotaState === undefined) return reason
      const wait = waitOf(head)
      if (wait === undefined) return reason
      const { growing: _, ...refusal } = reason
      const hint = refusal.hint ?? `the quota renews at ${new Date(head.now + wait).toISOString()}`
      return new Reason.RateLimited({
        ...refusal,
        hint,
        retryAfter: wait,
        ...(wait <= longest ? { renews: true } : {})
      })
    }
  }
})

const limited = (retryAfter: number) =>
  new Reason.RateLimited({
    ...Reason.unknownAnswer,
    detail: "the last answer used up the quota",
    retryAfter,
    renews: true
  })
