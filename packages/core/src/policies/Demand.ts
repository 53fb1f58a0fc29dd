/**
 * Whether a caller already waits for a request, or it is a speculative read-ahead.
 *
 * A read-ahead is sent once. If it fails, it is tried again only once a caller waits for it, so that read-aheads use up no
 * retries of the run, and a vendor that is down gets no more requests than without reading ahead.
 */
import { Context, Effect, Latch } from "effect"

/** The demand for one request. */
export interface Service {
  /** Whether a caller waits for it. */
  readonly isDemanded: () => boolean
  /** Waits until a caller waits for it. */
  readonly demanded: Effect.Effect<void>
  /** Called when an attempt begins. */
  readonly begin: () => void
  /** Called when an attempt has failed and the next one waits for a caller. */
  readonly park: () => void
}

const always: Service = { isDemanded: () => true, demanded: Effect.void, begin: () => {}, park: () => {} }

/** The demand for the current request; by default a caller waits for it. */
export const Demand = Context.Reference<Service>("@scanjobs/core/Demand", { defaultValue: () => always })

/** Treats the effect as demanded, because other requests may share its result. */
export const asDemanded = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.provideService(effect, Demand, always)

/** The read-aheads of one listing, whose attempts are numbered in the order in which they begin. */
export interface ReadAheads {
  readonly make: () => ReadAhead
}

/** A read-ahead that no caller waits for yet. */
export interface ReadAhead {
  /** What its request is sent with. */
  readonly demand: Service
  /** Called once a caller waits for it. */
  readonly claim: () => void
  /** Sequence number of the latest attempt; `Infinity` while it is parked. */
  readonly began: () => number
}

/** Starts a listing. */
export const readAheads = (): ReadAheads => {
  let attempts = 0
  return {
    make: () => {
      let latch: Latch.Latch | undefined
      let isDemanded = false
      let began = Number.POSITIVE_INFINITY
      return {
        demand: {
          isDemanded: () => isDemanded,
          demanded: Effect.suspend(() => (isDemanded ? Effect.void : (latch ??= Latch.makeUnsafe(false)).await)),
          begin: () => {
            began = ++attempts
          },
          park: () => {
            began = Number.POSITIVE_INFINITY
          }
        },
        claim: () => {
          isDemanded = true
          latch?.openUnsafe()
        },
        began: () => began
      }
    }
  }
}
