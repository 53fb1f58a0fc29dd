/**
 * Holds every request to an origin under one quota, once the vendor has asked one of them to slow down.
 */
import { Context, Effect } from "effect"
import * as Monotonic from "./Monotonic.ts"
import * as PerClock from "./PerClock.ts"

/** Called with the milliseconds that a request waits. */
export type OnWait = (millis: number) => Effect.Effect<void>

/** The holds of all quotas. */
export interface Service {
  /**
   * Holds the requests of `key` for that many milliseconds from now; a hold is never shortened. `onWait` is called before each wait for
   * this hold.
   */
  readonly hold: (key: string, millis: number, onWait?: OnWait) => Effect.Effect<void>
  /** Waits until the requests of `key` are no longer held. */
  readonly pass: (key: string) => Effect.Effect<void>
}

interface Held {
  /** When the hold ends, in milliseconds of {@link Monotonic}. */
  readonly end: number
  readonly onWait: OnWait | undefined
}

const inMemory = Effect.sync((): Service => {
  const holds = new Map<string, Held>()
  const pass = (key: string): Effect.Effect<void> =>
    Effect.clockWith((clock) => {
      const held = holds.get(key)
      const rest = (held?.end ?? 0) - Monotonic.millis(clock)
      // Another answer may have extended the hold meanwhile.
      if (rest > 0) {
        return Effect.andThen(
          held?.onWait?.(rest) ?? Effect.void,
          Effect.andThen(Effect.sleep(rest), () => pass(key))
        )
      }
      holds.delete(key)
      return Effect.void
    })
  return {
    hold: (key, millis, onWait) =>
      Effect.clockWith((clock) => {
        const end = Monotonic.millis(clock) + millis
        return Effect.sync(() => {
          if (end > (holds.get(key)?.end ?? 0)) holds.set(key, { end, onWait })
        })
      }),
    pass
  }
})

const byDefault = (): Service => {
  const service = PerClock.make(inMemory)
  return {
    hold: (key, millis, onWait) => Effect.flatMap(service, ({ hold }) => hold(key, millis, onWait)),
    pass: (key) => Effect.flatMap(service, ({ pass }) => pass(key))
  }
}

/** The holds in use, in the memory of this process. */
export const Hold = Context.Reference<Service>("@scanjobs/core/Hold", { defaultValue: byDefault })
