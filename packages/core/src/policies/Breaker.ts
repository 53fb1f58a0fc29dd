/**
 * Stops sending requests to a vendor after many have failed in a row, so that a run of many listings does not wait for the
 * retries of each.
 *
 * There is one circuit per origin. While it is open, requests fail at once as `Unavailable`. Then one is let through, and its
 * answer closes the circuit or keeps it open.
 *
 * **Example** (a circuit that opens early, one in a shared store, and none)
 *
 * ```ts
 * import { Breaker } from "@scanjobs/core"
 * import { Effect, Layer } from "effect"
 * import { CircuitBreaker } from "effect/persistence"
 *
 * export const Early = Breaker.layer({ failures: 5, openDuration: "2 minutes" })
 * export const Shared = Breaker.layerStore().pipe(Layer.provide(CircuitBreaker.layerStoreMemory()))
 * export const None = Breaker.layerNone
 * export const current = Effect.map(Breaker.Breaker, ({ guard }: Breaker.Service) => guard)
 * ```
 */
import { Context, Duration, Effect, Exit, Layer, Scope } from "effect"
import { CircuitBreaker } from "effect/persistence"
import * as PerClock from "./PerClock.ts"
import * as Reason from "../model/Reason.ts"
import { Demand } from "./Demand.ts"

/**
 * When the circuit opens, and for how long.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options {
  /** How many requests in a row must fail. Default 20, which a vendor that works most of the time does not reach. */
  readonly failures: number
  /** How long it stays open. Default 30 seconds. */
  readonly openDuration: Duration.Input
}

/**
 * Guards attempts.
 *
 * @since 0.1.0
 * @category models
 */
export interface Service {
  /** Makes the attempt, or fails at once while the origin's circuit is open. */
  readonly guard: <A, R>(origin: string, attempt: Effect.Effect<A, Reason.Reason, R>) => Effect.Effect<A, Refused, R>
}

/**
 * Why an attempt failed, or was not made.
 *
 * @since 0.1.0
 * @category models
 */
export interface Refused {
  readonly reason: Reason.Reason
  /** True where the attempt was not made, because the circuit was open. */
  readonly circuitOpen: boolean
}

const defaults: Options = { failures: 20, openDuration: "30 seconds" }

const make = (breaker: CircuitBreaker.CircuitBreaker): Service => {
  /** Why the latest request to each origin failed, which is what has opened its circuit. */
  const causes = new Map<string, Reason.Reason>()
  return {
    guard: (origin, attempt) =>
      breaker
        .execute(
          Effect.tapError(attempt, (reason) => Effect.sync(() => isDown(reason) && causes.set(origin, reason))),
          { key: origin, classify }
        )
        .pipe(
          Effect.mapError((error): Refused =>
            Reason.isReason(error)
              ? { reason: error, circuitOpen: false }
              : { reason: openReason(error, causes.get(origin)), circuitOpen: true }
          )
        )
  }
}

const isDown = ({ _tag }: Reason.Reason): boolean => _tag === "Unavailable" || _tag === "TimedOut"

/**
 * Only a vendor that cannot be reached, or whose service fails, counts as a failure; a refusal is an answer. Read-aheads are ignored,
 * because many of them fail at once when a vendor stumbles.
 */
const classify = (exit: Exit.Exit<unknown, Reason.Reason>): Effect.Effect<CircuitBreaker.Outcome> => {
  if (Exit.isSuccess(exit)) return Effect.succeed(CircuitBreaker.success)
  const reason = Exit.findErrorOption(exit)
  if (reason._tag === "None" || reason.value._tag === "QuotaStoreFailed") return Effect.succeed(CircuitBreaker.ignored)
  if (!isDown(reason.value)) return Effect.succeed(CircuitBreaker.success)
  return Effect.map(Demand, (demand) => (demand.isDemanded() ? CircuitBreaker.failure() : CircuitBreaker.ignored))
}

/** In a store that processes share, another process may have seen the cause. */
const openReason = (
  { message, reason }: CircuitBreaker.CircuitBreakerError,
  cause: Reason.Reason | undefined
): Reason.Reason => {
  const unanswered = { ...Reason.unknownAnswer, retryAfter: null }
  const last = cause === undefined ? "" : `; the last one: ${cause._tag}: ${cause.message}`
  switch (reason._tag) {
    case "CircuitOpen": {
      const retryAfter = Duration.toMillis(reason.retryAfter)
      const detail = `too many requests failed in a row, so none is sent for ${Math.ceil(retryAfter / 1000)} s${last}`
      return new Reason.Unavailable({ ...unanswered, detail, retryAfter })
    }
    case "CircuitHalfOpen":
      return new Reason.Unavailable({
        ...unanswered,
        detail: `too many requests failed in a row, so only one is tried${last}`
      })
    case "CircuitBreakerStoreError":
      return new Reason.Unavailable({ ...unanswered, detail: `the circuit breaker failed: ${message}` })
  }
}

const inStore = ({ failures, openDuration }: Options) =>
  Effect.map(CircuitBreaker.make({ tripPolicy: CircuitBreaker.consecutive(failures), openDuration }), make)

const inMemory = (options: Options) => Effect.provide(inStore(options), CircuitBreaker.layerStoreMemory())

const byDefault = (): Service => {
  const service = PerClock.make(Effect.provideService(inMemory(defaults), Scope.Scope, Scope.makeUnsafe()))
  return { guard: (origin, attempt) => Effect.flatMap(service, ({ guard }) => guard(origin, attempt)) }
}

/**
 * The breaker in use; in the memory of this process by default.
 *
 * @since 0.1.0
 * @category references
 */
export const Breaker = Context.Reference<Service>("@scanjobs/core/Breaker", { defaultValue: byDefault })

/**
 * Keeps circuits in the memory of this layer; options that are left out keep their defaults.
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = (options: Partial<Options> = {}): Layer.Layer<never> =>
  Layer.effect(Breaker, inMemory({ ...defaults, ...options }))

/**
 * Keeps circuits in a store of Effect's `CircuitBreaker`, such as Redis, to share them between processes.
 *
 * @since 0.1.0
 * @category layers
 */
export const layerStore = (
  options: Partial<Options> = {}
): Layer.Layer<never, never, CircuitBreaker.CircuitBreakerStore> =>
  Layer.effect(Breaker, inStore({ ...defaults, ...options }))

/**
 * Uses no breaker: every attempt is made.
 *
 * @since 0.1.0
 * @category layers
 */
export const layerNone: Layer.Layer<never> = Layer.succeed(Breaker, {
  guard: (_, attempt) => Effect.mapError(attempt, (reason) => ({ reason, circuitOpen: false }))
})
