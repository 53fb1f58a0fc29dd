/**
 * What a {@link RetryPolicy} says about one failure: whether the request is tried again, and after what wait.
 */
import { Duration, Effect, Random } from "effect"
import { type Reason, retryAfter } from "../model/Reason.ts"
import type { Budget, RetryPolicy } from "./RetryPolicy.ts"

/**
 * The wait before the attempt after `tries` failed ones, the last of them for `reason`. What the vendor asks for is a floor,
 * and jitter only adds, up to a quarter.
 */
export const wait = (
  policy: RetryPolicy,
  reason: Reason | undefined,
  tries: number
): Effect.Effect<Duration.Duration> =>
  Effect.map(Random.next, (chance) =>
    Duration.millis(Math.max(ownWait(policy, reason, tries), asked(policy, reason, tries)) * (1 + chance / 4))
  )

/** A rate limit without a stated wait is over in a minute or so, rather than in a second. */
const rateLimitFactors = { base: 10, max: 4 }

const ownWait = (policy: RetryPolicy, reason: Reason | undefined, tries: number): number => {
  const isUnstated = reason?._tag === "RateLimited" && (reason.retryAfter ?? 0) <= 0
  const { base, max } = isUnstated ? rateLimitFactors : { base: 1, max: 1 }
  return Math.min(Duration.toMillis(policy.base) * base * 2 ** (tries - 1), Duration.toMillis(policy.max) * max)
}

const asked = (policy: RetryPolicy, reason: Reason | undefined, tries: number): number => {
  const millis = reason === undefined ? 0 : (retryAfter(reason) ?? 0)
  const isGrowing = reason?._tag === "RateLimited" && reason.growing === true
  return isGrowing ? Math.min(millis * 2 ** (tries - 1), Duration.toMillis(policy.maxRetryAfter)) : millis
}

/** Whether the failure can pass, within the longest wait that the policy accepts. */
export const isRetryable = (policy: RetryPolicy, reason: Reason): boolean =>
  reason.retryable && (retryAfter(reason) ?? 0) <= Duration.toMillis(policy.maxRetryAfter)

/** Whether the request is tried again; if so, one retry is taken from the budget. */
export const shouldRetry = (policy: RetryPolicy, reason: Reason, budget: Budget): boolean =>
  isRetryable(policy, reason) && budget.take()
