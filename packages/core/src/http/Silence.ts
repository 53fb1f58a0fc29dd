/**
 * Bounds how long a vendor may stay silent: for one attempt, within a body, and for one request over all its attempts.
 */
import { Duration, Effect } from "effect"
import * as Reason from "../model/Reason.ts"
import type { Deadlines } from "../policies/Deadlines.ts"
import * as Monotonic from "../policies/Monotonic.ts"

/** What the reader of a body tells while it reads. */
export interface Flow {
  /** Called for each part of the body. */
  readonly onBytes: () => void
  /** Runs a wait of the reader's own, which does not count as silence of the vendor. */
  readonly paused: (wait: Effect.Effect<void>) => Effect.Effect<void>
}

/** The silence of one request, over all its attempts. */
export interface Silence {
  /** Waits for the head of an answer, until the deadline of the attempt. */
  readonly head: <A, E, R>(waiting: Effect.Effect<A, E, R>) => Effect.Effect<A, E | Reason.TimedOut, R>
  /**
   * Reads a body, for as long as `onBytes` is called before the idle deadline. A body that flows has no other deadline.
   */
  readonly body: <A, E, R>(read: (flow: Flow) => Effect.Effect<A, E, R>) => Effect.Effect<A, E | Reason.TimedOut, R>
  /** Counts milliseconds that the library itself waited before it tried again. */
  readonly add: (millis: number) => void
}

/** Starts a request with these deadlines. */
export const make = (deadlines: Deadlines): Silence => {
  const whole = Duration.toMillis(deadlines.page)
  let left = whole
  const add = (millis: number) => {
    left -= millis
  }
  const bound = (deadline: "attempt" | "idle") => {
    const millis = Duration.toMillis(deadlines[deadline])
    return left < millis
      ? { millis: left, late: new Reason.TimedOut({ deadline: "page", after: whole }) }
      : { millis, late: new Reason.TimedOut({ deadline, after: millis }) }
  }
  return {
    head: (waiting) =>
      Effect.clockWith((clock) => {
        const { late, millis } = bound("attempt")
        if (millis <= 0) return Effect.fail(late)
        const began = Monotonic.millis(clock)
        return waiting.pipe(
          Effect.timeoutOrElse({ duration: millis, orElse: () => Effect.fail(late) }),
          Effect.ensuring(Effect.sync(() => add(Monotonic.millis(clock) - began)))
        )
      }),
    body: (read) =>
      Effect.clockWith((clock) => {
        const { late, millis } = bound("idle")
        let latest = Monotonic.millis(clock)
        let isPaused = false
        const onBytes = () => {
          latest = Monotonic.millis(clock)
        }
        const pause = (now: boolean) =>
          Effect.sync(() => {
            isPaused = now
            onBytes()
          })
        const stalled: Effect.Effect<never, Reason.TimedOut> = Effect.suspend(() => {
          const rest = isPaused ? millis : latest + millis - Monotonic.millis(clock)
          if (rest > 0) return Effect.andThen(Effect.sleep(rest), stalled)
          add(millis)
          return Effect.fail(late)
        })
        const paused = (wait: Effect.Effect<void>) => Effect.ensuring(Effect.andThen(pause(true), wait), pause(false))
        return Effect.raceFirst(read({ onBytes, paused }), stalled)
      }),
    add
  }
}
