/**
 * Holds every request to an origin under one quota, once the vendor has asked one of them to slow down.
 */
import { Context, Effect } from "effect"
import * as Monotonic from "./Monotonic.ts"
import * as PerClock from "./PerClock.ts"

/** The holds of all quotas. */
export interface Service {
  /** Holds the requests of `key` for so many milliseconds from now; a hold is never shortened. */
  readonly hold: (key: string, millis: number) => Effect.Effect<void>
  /** Waits until the requests of `key` are no longer held. */
  readonly pass: (key: string) => Effect.Effect<void>
}

const inMemory = Effect.sync((): Service => {
  /** When the hold of a key ends, in milliseconds of {@link Monotonic}. */
  const ends = new Map<string, number>()
  const pass = (key: string): Effect.Effect<void> =>
    Effect.clockWith((clock) => {
      const rest = (ends.get(key) ?? 0) - Monotonic.millis(clock)
      // Another answer may have extended the hold meanwhile.
      if (rest > 0) return Effect.andThen(Effect.sleep(rest), pass(key))
      ends.delete(key)
      return Effect.void
    })
  return {
    hold: (key, millis) =>
      Effect.clockWith((clock) => {
        const end = Monotonic.millis(clock) + millis
        return Effect.sync(() => void ends.set(key, Math.max(end, ends.get(key) ?? 0)))
      }),
    pass
  }
})

const byDefault = (): Service => {
  const service = PerClock.make(inMemory)
  return {
    hold: (key, millis) => Effect.flatMap(service, ({ hold }) => hold(key, millis)),
    pass: (key) => Effect.flatMap(service, ({ pass }) => pass(key))
  }
}

/** The holds in use, in the memory of this process. */
export const Hold = Context.Reference<Service>("@scanjobs/core/Hold", { defaultValue: byDefault })
