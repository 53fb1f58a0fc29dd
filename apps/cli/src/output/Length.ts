/**
 * Lengths of time for people.
 */
import { Duration } from "effect"

/** In seconds, or in tenths of one where it is short: `0.3s`, `1m 5s`, `2h`. */
export const shown = (millis: number): string => {
  const tenths = Math.round(Math.max(0, millis) / 100)
  return tenths < 100 ? `${tenths / 10}s` : Duration.format(Duration.seconds(Math.round(tenths / 10)))
}
