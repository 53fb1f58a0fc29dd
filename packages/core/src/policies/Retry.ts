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
    Duration.millis(withJitter(Math.max(ownWait(policy, reason, tries), asked(policy, reason, tries)), reason, chance))
  )

/** A quota that renews at a known time needs little jitter. */
const withJitter = (millis: number, reason: Reason | undefined, chance: number): number => {
  const most = reason !== undefined && isRenewal(reason) ? renewalJitter : Number.POSITIVE_INFINITY
  return millis + Math.min(millis / 4, most) * chance
}

/** Milliseconds. */
const renewalJitter = 2000

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
  reason.retryable && (isRenewal(reason) || (retryAfter(reason) ?? 0) <= Duration.toMillis(policy.maxRetryAfter))

/** Whether the wait is for a quota, of which it is known already that it is short enough. */
const isRenewal = (reason: Reason): boolean => reason._tag === "RateLimited" && reason.renews === true

/** Whether the request is tried again; if so, one retry is taken from the budget. */
export const shouldRetry = (policy: RetryPolicy, reason: Reason, budget: Budget): boolean =>
  isRetryable(policy, reason) && budget.take()
