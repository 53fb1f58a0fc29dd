/**
 * Time that only moves forward, for deadlines and quotas. The time of day may be set back or forward while the library runs.
 */
import { type Clock, Effect } from "effect"

/** Milliseconds since an arbitrary instant, which differs between processes; exact to the microsecond. */
export const millis = (clock: Clock.Clock): number => Number(clock.monotonicTimeNanosUnsafe() / 1000n) / 1000

/** The same, for the clock of the calling fiber. */
export const now: Effect.Effect<number> = Effect.clockWith((clock) => Effect.succeed(millis(clock)))
