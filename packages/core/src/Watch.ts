/**
 * The deadlines of one attempt, under one watch: its head, its body, and each pause within the body.
 *
 * A watch sleeps until something could be late, and then looks; a page of an answer in time costs one timer and no more.
 */
import { Context, Duration, Effect } from "effect"
import type { Deadlines } from "./Deadlines.ts"
import * as Reason from "./Reason.ts"

/** Is told what an attempt waits for. */
export interface Watch {
  /** The head must come within the deadline of an attempt. */
  readonly head: <A, E, R>(waiting: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
  /** The body must, too, and without a pause that is too long. */
  readonly body: <A, E, R>(waiting: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
  /** A part of the body has come. */
  readonly onBytes: () => void
}

const none: Watch = { head: (waiting) => waiting, body: (waiting) => waiting, onBytes: () => {} }

/** The watch over the attempt under way. */
export const Watch = Context.Reference<Watch>("@scanjobs/core/Watch", { defaultValue: () => none })

/** Makes attempts under a watch; one that is late is interrupted, and fails as `TimedOut`. */
export const over = (deadlines: Deadlines) => {
  const whole = { deadline: "attempt", millis: Duration.toMillis(deadlines.attempt) } as const
  const pause = { deadline: "idle", millis: Duration.toMillis(deadlines.idle) } as const
  return <A, E, R>(attempt: (watch: Watch) => Effect.Effect<A, E, R>): Effect.Effect<A, E | Reason.TimedOut, R> =>
    Effect.clockWith((clock) => {
      const now = () => clock.currentTimeMillisUnsafe()
      let began = Number.POSITIVE_INFINITY
      let paused = Number.POSITIVE_INFINITY
      const done = Effect.sync(() => {
        began = Number.POSITIVE_INFINITY
        paused = Number.POSITIVE_INFINITY
      })
      const during =
        (isPausing: boolean): Watch["head"] =>
        (waiting) =>
          Effect.suspend(() => {
            began = now()
            paused = isPausing ? began : Number.POSITIVE_INFINITY
            return Effect.tap(waiting, done)
          })

      /** How long nothing can be late: what begins later has more time than that. */
      const left = ({ millis }: typeof whole | typeof pause, from: number) =>
        from === Number.POSITIVE_INFINITY ? millis : from + millis - now()
      const keep: Effect.Effect<never, Reason.TimedOut> = Effect.suspend(() => {
        const ofWhole = left(whole, began)
        const ofPause = left(pause, paused)
        const least = Math.min(ofWhole, ofPause)
        if (least > 0) {
          return Effect.andThen(least < Number.POSITIVE_INFINITY ? Effect.sleep(least) : Effect.never, keep)
        }
        const { deadline, millis } = ofWhole <= ofPause ? whole : pause
        return Effect.fail(new Reason.TimedOut({ deadline, after: millis }))
      })

      return Effect.raceFirst(
        attempt({ head: during(false), body: during(true), onBytes: () => (paused = now()) }),
        keep
      )
    })
}
