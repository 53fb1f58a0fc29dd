/**
 * Whether somebody waits for a request already, or it is sent ahead of its turn.
 *
 * A request ahead of its turn is sent once. If that fails, it is tried again only when its turn has come, so that pages which
 * are read ahead take nothing from the run's retries, and a vendor that is down gets no more of them than without reading ahead.
 */
import { Context, Effect, Latch } from "effect"

/** The turn of one request. */
export interface Turn {
  readonly hasCome: () => boolean
  /** Waits until it has come. */
  readonly come: Effect.Effect<void>
  /** Notes that an attempt begins. */
  readonly begin: () => void
  /** Notes that an attempt failed, and that the next one waits for the turn. */
  readonly park: () => void
}

const now: Turn = { hasCome: () => true, come: Effect.void, begin: () => {}, park: () => {} }

/** The turn of the request under way; by default it has come. */
export const Turn = Context.Reference<Turn>("@scanjobs/core/Turn", { defaultValue: () => now })

/** Runs what others may wait for as well, such as a new token: it is always somebody's turn. */
export const atOnce = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.provideService(effect, Turn, now)

/** Gives turns in the order of `give`, and knows in which order their attempts began. */
export interface Line {
  readonly make: () => Place
}

/** A turn that is still to come. */
export interface Place {
  readonly turn: Turn
  /** Lets the turn come. */
  readonly call: () => void
  /** Counts all attempts of the line: when the last one of this place began; where the next one waits, infinity. */
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
