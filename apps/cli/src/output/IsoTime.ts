/**
 * Times as ISO 8601 text.
 */

/** The last instant that ECMAScript's `Date` can hold, in epoch milliseconds. */
const lastInstant = 8.64e15

/** Epoch milliseconds as ISO 8601 in UTC with `Z`; `null` for `null` and for what `Date` cannot hold. */
export const isoOf = (millis: number | null): string | null =>
  millis === null || !(Math.abs(millis) <= lastInstant) ? null : new Date(millis).toISOString()
