/**
 * Whether a caller already waits for a request, or it is a speculative read-ahead.
 *
 * A read-ahead is sent once. If it fails, it is tried again only once a caller waits for it, so that read-aheads use up no
 * retries of the run, and a vendor that is down gets no more requests than without reading ahead.
 */
import { Context, Effect, Latch } from "effect"

/** Whether one request is demanded. */
export interface Turn {
  /** Whether a caller waits for it. */
  readonly hasCome: () => boolean
  /** Waits until a caller waits for it. */
  readonly come: Effect.Effect<void>
  /** Called when an attempt begins. */
  readonly begin: () => void
  /** Called when an attempt has failed and the next one waits for a caller. */
  readonly park: () => void
}

const now: Turn = { hasCome: () => true, come: Effect.void, begin: () => {}, park: () => {} }

/** The demand for the current request; by default a caller waits for it. */
export const Turn = Context.Reference<Turn>("@scanjobs/core/Turn", { defaultValue: () => now })

/** Treats the effect as demanded, because other requests may share its result. */
export const atOnce = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.provideService(effect, Turn, now)

/** Makes places, and numbers their attempts in the order in which they begin. */
export interface Line {
  readonly make: () => Place
}

/** A read-ahead that no caller waits for yet. */
export interface Place {
  readonly turn: Turn
  /** Called once a caller waits for it. */
  readonly call: () => void
  /** Sequence number of the latest attempt; `Infinity` while it is parked. */
  readonly began: () => number
}

/** Starts a line. */
export const line = (): Line => {
  let attempts = 0
  return {
    make: () => {
      let latch: Latch.Latch | undefined
      let hasCome = false
      let began = Number.POSITIVE_INFINITY
      return {
        turn: {
          hasCome: () => hasCome,
          come: Effect.suspend(() => (hasCome ? Effect.void : (latch ??= Latch.makeUnsafe(false)).await)),
          begin: () => {
            began = ++attempts
          },
          park: () => {
            began = Number.POSITIVE_INFINITY
          }
        },
        call: () => {
          hasCome = true
          latch?.openUnsafe()
        },
        began: () => began
      }
    }
  }
}
