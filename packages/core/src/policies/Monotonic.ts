/**
 * Time that only moves forward, for deadlines and quotas. The time of day may be set back or forward while the library runs.
 */
import type { Clock } from "effect"

/** Milliseconds since an arbitrary instant, which differs between processes. */
export const millis = (clock: Clock.Clock): number => Number(clock.monotonicTimeNanosUnsafe()) / 1e6
