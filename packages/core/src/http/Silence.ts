/**
 * Bounds how long a vendor may stay silent: for one attempt, within a body, and for one request over all its attempts.
 */
import { Duration, Effect } from "effect"
import * as Reason from "../model/Reason.ts"
import type { Deadlines } from "../policies/Deadlines.ts"
import * as Monotonic from "../policies/Monotonic.ts"

/** The signals that the reader of a body gives while it reads. */
export interface Flow {
  /** Called for each part of the body. */
  readonly onBytes: () => void
  /** Runs a wait of the reader's own, which does not count as silence of the vendor. */
  readonly paused: (wait: Effect.Effect<void>) => Effect.Effect<void>
}

/** The silence of one request, over all its attempts. */
export interface Silence {
  /** Makes an attempt, and interrupts it when `head` or `body` miss their deadline within it. */
  readonly bounded: <A, E, R>(attempt: Effect.Effect<A, E, R>) => Effect.Effect<A, E | Reason.TimedOut, R>
  /** Waits for the head of an answer, until the deadline of the attempt. */
  readonly head: <A, E, R>(waiting: Effect.Effect<A, E, R>) => Effect.Effect<A, E | Reason.TimedOut, R>
  /**
   * Reads a body, for as long as `onBytes` is called before the idle deadline. A body that flows has no other deadline.
   */
  readonly body: <A, E, R>(read: (flow: Flow) => Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
  /** Counts milliseconds that the library itself waited before it tried again. */
  readonly add: (millis: number) => void
}

/** A wait for the vendor: since when it is silent, for how many milliseconds it may be, and which deadline that is. */
interface Wait {
  since: number
  readonly millis: number
  readonly deadline: "attempt" | "idle" | "page"
}

/** Starts a request with these deadlines. */
export const make = (deadlines: Deadlines): Silence => {
  const whole = Duration.toMillis(deadlines.page)
  const shortest = Math.min(Duration.toMillis(deadlines.attempt), Duration.toMillis(deadlines.idle))
  let left = whole
  let wait: Wait | undefined
  const add = (millis: number) => {
    left -= millis
  }
  const begin = (deadline: "attempt" | "idle", since: number): Wait => {
    const millis = Duration.toMillis(deadlines[deadline])
    return left < millis ? { since, millis: left, deadline: "page" } : { since, millis, deadline }
  }
  const timedOut = ({ deadline, millis }: Wait) =>
    Effect.fail(new Reason.TimedOut({ deadline, after: deadline === "page" ? whole : millis }))
  return {
    // One race for the whole attempt, because each race costs two fibers.
    bounded: <A, E, R>(attempt: Effect.Effect<A, E, R>) =>
      Effect.clockWith((clock): Effect.Effect<A, E | Reason.TimedOut, R> => {
        const late: Effect.Effect<never, Reason.TimedOut> = Effect.suspend(() => {
          const rest = wait === undefined ? shortest : wait.since + wait.millis - Monotonic.millis(clock)
          if (wait !== undefined && rest <= 0) {
            const missed = wait
            wait = undefined
            add(missed.millis)
            return timedOut(missed)
          }
          // A wait that begins meanwhile ends no earlier than this.
          return Effect.andThen(Effect.sleep(Math.min(rest, shortest, Math.max(left, 1))), late)
        })
        return Effect.ensuring(
          Effect.raceFirst(attempt, late),
          Effect.sync(() => (wait = undefined))
        )
      }),
    head: <A, E, R>(waiting: Effect.Effect<A, E, R>) =>
      Effect.clockWith((clock): Effect.Effect<A, E | Reason.TimedOut, R> => {
        const began = Monotonic.millis(clock)
        const head = begin("attempt", began)
        if (head.millis <= 0) return timedOut(head)
        wait = head
        return Effect.onExit(waiting, () =>
          Effect.sync(() => {
            // A wait that missed its deadline is counted already.
            if (wait === head) add(Monotonic.millis(clock) - began)
            wait = undefined
          })
        )
      }),
    body: (read) =>
      Effect.clockWith((clock) => {
        const body = begin("idle", Monotonic.millis(clock))
        const flows = (isFlowing: boolean) =>
          Effect.sync(() => {
            body.since = Monotonic.millis(clock)
            wait = isFlowing ? body : undefined
          })
        const onBytes = () => {
          body.since = Monotonic.millis(clock)
        }
        wait = body
        const reading = read({
          onBytes,
          paused: (pause) => Effect.ensuring(Effect.andThen(flows(false), pause), flows(true))
        })
        return Effect.onExit(reading, () => Effect.sync(() => (wait = undefined)))
      }),
    add
  }
}
