/**
 * A clock that runs faster than real time, for tests with long waits and real sockets.
 *
 * A `TestClock` only moves when a test adjusts it, which a real socket cannot wait for. This clock moves by itself. By its own
 * time, no wait is shorter than requested.
 */
import { Clock, Context, Duration, Effect } from "effect"

/**
 * Makes a clock that starts at the time of `real` and runs `factor` times as fast. `onSleep` receives the length of every wait, in
 * milliseconds.
 *
 * **Example** (the clock of a service)
 *
 * ```ts
 * import { AcceleratedClock } from "@scanjobs/testing"
 * import { Clock, Effect } from "effect"
 *
 * export const fast = Effect.clockWith((real) =>
 *   Effect.provideService(Effect.sleep("1 hour"), Clock.Clock, AcceleratedClock.make(real, 10_000))
 * )
 * ```
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = (real: Clock.Clock, factor: number, onSleep: (millis: number) => void = () => {}): Clock.Clock => {
  const started = { wall: real.currentTimeMillisUnsafe(), nanos: real.monotonicTimeNanosUnsafe() }
  const nanosPerMilli = 1_000_000n
  const speed = BigInt(Math.max(1, Math.round(factor)))
  const elapsed = () => (real.monotonicTimeNanosUnsafe() - started.nanos) * speed
  const millis = () => started.wall + Number(elapsed() / nanosPerMilli)
  const nanos = () => BigInt(started.wall) * nanosPerMilli + elapsed()
  const sleepUntil = (end: bigint): Effect.Effect<void> =>
    Effect.suspend(() => {
      const left = end - elapsed()
      if (left <= 0n) return Effect.void
      const wait = Duration.nanos(left / speed + nanosPerMilli)
      return Effect.flatMap(real.sleep(wait), () => sleepUntil(end))
    })
  return {
    currentTimeMillisUnsafe: millis,
    currentTimeMillis: Effect.sync(millis),
    currentTimeNanosUnsafe: nanos,
    currentTimeNanos: Effect.sync(nanos),
    monotonicTimeNanosUnsafe: nanos,
    monotonicTimeNanos: Effect.sync(nanos),
    sleep: (duration) =>
      Duration.isFinite(duration)
        ? Effect.suspend(() => {
            const wait = Math.ceil(Duration.toMillis(duration))
            onSleep(wait)
            return sleepUntil(elapsed() + BigInt(wait) * nanosPerMilli)
          })
        : Effect.never
  }
}

/**
 * Runs an effect, with everything that it serves, under an accelerated clock.
 *
 * **Example** (a minute in sixty milliseconds, and every wait noted)
 *
 * ```ts
 * import { AcceleratedClock } from "@scanjobs/testing"
 * import { Effect } from "effect"
 *
 * const waits: Array<number> = []
 * export const program = Effect.sleep("1 minute").pipe(AcceleratedClock.accelerate(1000, (millis) => waits.push(millis)))
 * ```
 *
 * @since 0.1.0
 * @category combinators
 */
export const accelerate =
  (factor: number, onSleep?: (millis: number) => void) =>
  <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
    Effect.clockWith((real) => Effect.provideContext(effect, Context.make(Clock.Clock, make(real, factor, onSleep))))
