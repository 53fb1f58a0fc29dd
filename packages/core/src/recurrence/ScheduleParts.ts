/**
 * Reads the parts of schedules, or says why they cannot be read.
 */
import { DateTime, Option, Result } from "effect"

/** What of a schedule cannot be read, and why. */
export interface Unreadable {
  /** `start`, `rule`, `zone`, `expression` or `period`; a provider may put the name of the vendor's field in its place. */
  readonly part: string
  /** It continues a sentence that begins with the part's name, such as `"Mars/Olympus" is not a known time zone`. */
  readonly problem: string
}

/** A part that cannot be read, and why. */
export const unreadable = (part: "start" | "rule" | "zone" | "expression" | "period", problem: string) =>
  Result.fail<Unreadable>({ part, problem })

/** Whether a date can hold it, as epoch milliseconds. */
export const isInstant = (start: unknown): start is number => typeof start === "number" && Math.abs(start) <= 8.64e15

/** The IANA time zone of this name. */
export const zoneOf = (name: string | null | undefined): Result.Result<DateTime.TimeZone, Unreadable> =>
  Option.match(DateTime.zoneMakeNamed(name ?? ""), {
    onNone: () => unreadable("zone", `${quoted(name)} is not a known time zone`),
    onSome: Result.succeed
  })

/** What a vendor sent, short enough to be shown. */
export const quoted = (value: string | number | null | undefined) =>
  value === undefined
    ? "(missing)"
    : JSON.stringify(typeof value === "string" && value.length > 100 ? `${value.slice(0, 100)}…` : value)
