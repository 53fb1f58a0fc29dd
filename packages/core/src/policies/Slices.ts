/**
 * Runs long synchronous work in slices, so that signals, timers and other connections are served in between.
 *
 * Work of any length takes turns: after its first slice, only one slice of any work runs between two turns of the event loop.
 */
import { type Clock, Effect, Semaphore } from "effect"

/** How long a slice is, in milliseconds. */
const slice = 20

/** Steps of work that may pause after each `yield`. `isDue` tells whether the slice is over, for work with many small steps. */
export type Work<A> = (isDue: () => boolean) => Generator<void, A>

const turn = Semaphore.makeUnsafe(1)

/** Runs the work. It does not pause before its first slice is over, nor under a clock that stands still. */
export const run = <A>(work: Work<A>): Effect.Effect<A> =>
  Effect.clockWith((clock) => {
    const watch = watchOf(clock)
    const steps = work(watch.isDue)
    const next: Effect.Effect<A> = Effect.suspend(() => {
      for (;;) {
        const step = steps.next()
        if (step.done === true) return Effect.succeed(step.value)
        if (watch.isDue()) return Effect.flatten(turn.withPermit(afterTurn))
      }
    })
    const afterTurn = Effect.map(Effect.yieldNow, () => {
      watch.restart()
      return next
    })
    return next
  })

/** The time of day may be set back, so that the distance counts. It is read for every row, and costs less than monotonic time. */
const watchOf = (clock: Clock.Clock) => {
  let since = clock.currentTimeMillisUnsafe()
  return {
    isDue: () => Math.abs(clock.currentTimeMillisUnsafe() - since) >= slice,
    restart: () => {
      since = clock.currentTimeMillisUnsafe()
    }
  }
}
