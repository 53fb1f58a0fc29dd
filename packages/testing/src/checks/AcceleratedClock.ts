/**
 * A clock that runs faster than the real one, so that long waits are short and sockets still work.
 *
 * A `TestClock` stands still until it is told to go on, which real sockets know nothing of. This one goes on by itself, and a
 * wait is never shorter than was asked for, by this clock.
 */
import { Clock, Context, Duration, Effect } from "effect"

/** A clock that starts at `real`'s time and runs `factor` times as fast. `onSleep` is told of every wait, in milliseconds. */
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

/** Runs an effect, and what it serves, under such a clock. */
export const accelerate =
  (factor: number, onSleep?: (millis: number) => void) =>
  <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
    Effect.clockWith((real) => Effect.provideContext(effect, Context.make(Clock.Clock, make(real, factor, onSleep))))
