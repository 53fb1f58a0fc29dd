/**
 * The time zone in which times are shown, and in which times without a zone are read.
 */
import { DateTime, Option } from "effect"

/** A time zone. */
export interface Zone {
  /** The name to show, such as `UTC` or `Europe/Berlin`. */
  readonly name: string
  /** How far local time is ahead of UTC at an instant, in milliseconds. */
  readonly offset: (millis: number) => number
}

/** Coordinated Universal Time. */
export const utc: Zone = { name: "UTC", offset: () => 0 }

/** What {@link parse} understands. */
export const expected = "UTC, local, an IANA name such as Europe/Berlin, or an offset such as +02:00"

/** The zone of this name. */
export const parse = (name: string): Option.Option<Zone> => {
  if (/^(?:utc|z)$/i.test(name)) return Option.some(utc)
  const zone = /^local$/i.test(name) ? Option.some(DateTime.zoneMakeLocal()) : DateTime.zoneFromString(name)
  return Option.map(zone, (timeZone) => ({
    name: DateTime.zoneToString(timeZone),
    offset: (millis) => DateTime.zonedOffset(DateTime.makeZonedUnsafe(millis, { timeZone }))
  }))
}

/** The last instant that `Date` can hold, less the largest offset of a zone. */
const lastShown = 8.64e15 - 86_400_000

/** Local date and time to the minute, such as `2026-01-31 08:00`; `null` for what `Date` cannot hold. */
export const format = (millis: number, zone: Zone): string | null =>
  Math.abs(millis) <= lastShown
    ? new Date(millis + zone.offset(millis)).toISOString().replace("T", " ").slice(0, -8)
    : null

/** The local date, such as `2026-01-31`; `null` for what `Date` cannot hold. */
export const day = (millis: number, zone: Zone): string | null => format(millis, zone)?.slice(0, -6) ?? null

/** The instant at which a local time given as if it were UTC occurs. A time that clocks skip moves forward. */
export const instantOf = (local: number, zone: Zone): number => local - zone.offset(local - zone.offset(local))

/** The start of the local day that is this many days after the one of an instant. */
export const startOfDay = (millis: number, days: number, zone: Zone): number => {
  const local = millis + zone.offset(millis)
  const day = 86_400_000
  return instantOf((Math.floor(local / day) + days) * day, zone)
}
