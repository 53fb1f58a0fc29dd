/**
 * A point in time in the forms that a caller may give it.
 */
import { DateTime, Duration, Option } from "effect"

/** Epoch milliseconds, a `DateTime`, or a duration from now. */
export type PointInTime =
  | number
  | DateTime.DateTime
  | Duration.Duration
  | Duration.DurationObject
  | `${number} ${Duration.Unit}`

/** Epoch milliseconds, with the current time `now`; `NaN` for what is no point in time. */
export const millisOf = (time: PointInTime, now: number): number => {
  if (typeof time === "number") return time
  if (DateTime.isDateTime(time)) return DateTime.toEpochMillis(time)
  return Option.match(Duration.fromInput(time), {
    onNone: () => Number.NaN,
    onSome: (duration) => now + Duration.toMillis(duration)
  })
}

/** Whether a value is a point in time. Plain JavaScript may give anything. */
export const isPoint = (time: PointInTime): boolean => {
  try {
    return !Number.isNaN(millisOf(time, 0))
  } catch {
    return false
  }
}
