/**
 * Times as ISO 8601 text.
 */

/** A time as ISO 8601 with `Z`; what no calendar has is no time. */
export const isoOf = (millis: number | null): string | null =>
  millis === null || !(Math.abs(millis) <= lastInstant) ? null : written(Math.trunc(millis))

/** The last instant that ECMAScript's `Date` can hold. */
const lastInstant = 8.64e15

const day = 86_400_000
const two = Array.from({ length: 60 }, (_, n) => String(n).padStart(2, "0"))
const three = Array.from({ length: 1000 }, (_, n) => String(n).padStart(3, "0"))

let knownDay = Number.NaN
let knownDate = ""

/** What `toISOString` gives, from the day's own text: rows that follow each other usually are of one day, and each has two times. */
const written = (millis: number): string => {
  const begun = Math.floor(millis / day)
  if (begun !== knownDay) {
    knownDate = new Date(begun * day).toISOString().slice(0, -"00:00:00.000Z".length)
    knownDay = begun
  }
  const rest = millis - begun * day
  const seconds = Math.floor(rest / 1000)
  const minutes = Math.floor(seconds / 60)
  return `${knownDate}${two[Math.floor(minutes / 60)]}:${two[minutes % 60]}:${two[seconds % 60]}.${three[rest % 1000]}Z`
}
