/**
 * The deadlines of one attempt: its head, its body, and each pause within the body.
 */
import { Duration, Effect } from "effect"
import type { Deadlines } from "../policies/Deadlines.ts"
import * as Reason from "../model/Reason.ts"
import type { Left } from "../policies/Watchdog.ts"

/** Is told what an attempt waits for from now on. */
export interface AttemptWatch {
  /** The head must come within the deadline of an attempt. */
  readonly head: <A, E, R>(waiting: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
  /** The body must, too, and without a pause that is too long. */
  readonly body: <A, E, R>(waiting: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
  /** A part of the body has come. */
  readonly onBytes: () => void
  /** How long the attempt cannot be late, in milliseconds, or that it is: `attempt` or `idle`. */
  readonly left: Left
}

const never = Number.POSITIVE_INFINITY

/** Watches attempts, one for each call, with the time that `now` gives in epoch milliseconds. */
export const make = (deadlines: Deadlines): ((now: () => number) => AttemptWatch) => {
  const whole = { deadline: "attempt", millis: Duration.toMillis(deadlines.attempt) } as const
  const pause = { deadline: "idle", millis: Duration.toMillis(deadlines.idle) } as const
  return (now) => {
    let began = never
    let paused = never
    const done = <A>(result: A): A => {
      began = never
      paused = never
      return result
    }
    const during =
      (isPausing: boolean): AttemptWatch["head"] =>
      (waiting) => {
        began = now()
        paused = isPausing ? began : never
        return Effect.map(waiting, done)
      }
    return {
      head: during(false),
      body: during(true),
      onBytes: () => (paused = now()),
      left: (now) => {
        // What begins later has all of its time.
        const ofWhole = began === never ? whole.millis : began + whole.millis - now
        const ofPause = paused === never ? pause.millis : paused + pause.millis - now
        const least = Math.min(ofWhole, ofPause)
        if (least > 0) return least
        const { deadline, millis } = ofWhole <= ofPause ? whole : pause
        return new Reason.TimedOut({ deadline, after: millis })
      }
    }
  }
}
