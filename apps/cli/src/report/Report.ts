/**
 * What standard error says of a run, line by line.
 */
import { type Catalog, Drift, type ScanError } from "@scanjobs/core"
import { Cause, Duration, Predicate } from "effect"
import * as Advice from "./Advice.ts"
import { nameOf } from "../Problem.ts"
import { isoOf } from "../output/IsoTime.ts"
import type { Tally } from "./Tally.ts"

/** How many scopes are named before they are only counted. */
const mostScopes = 10

/** Whether the run came to its end, or a person ended it. */
export type Ended = "ended" | "interrupted"

/** The whole report of a run: notes, rejected rows, failures, and a summary. */
export const lines = (
  tally: Tally,
  how: Ended,
  connections: number,
  horizon: Duration.Input
): ReadonlyArray<string> => [
  ...[...tally.notes].map((note) => `note: ${note}`),
  ...[...tally.drifts.values()].map(
    ({ connection, drift, listing }) => `note: ${connection}: ${listing}: ${Drift.format(drift)}`
  ),
  ...cuts(tally, horizon),
  ...rejected(tally),
  ...failures(tally.failures),
  `${how === "interrupted" ? "interrupted: " : ""}${summary(tally, connections)}`
]

const cuts = (tally: Tally, horizon: Duration.Input): ReadonlyArray<string> =>
  [...tally.cuts.values()].map(
    (cut) =>
      `note: ${cut.connection}: ${[cut.listing, named(cut.scopes)].join(" ").trim()}: planned runs after ${isoOf(cut.horizon)} were not asked for (default horizon of ${daysOf(horizon)}; use --until)`
  )

const daysOf = (horizon: Duration.Input): string => {
  const days = Duration.toDays(Duration.fromInputUnsafe(horizon))
  return Number.isInteger(days) ? `${days} days` : Duration.format(Duration.fromInputUnsafe(horizon))
}

const named = (scopes: ReadonlyArray<string>): string =>
  scopes.length <= mostScopes
    ? scopes.join(", ")
    : `${scopes.slice(0, mostScopes).join(", ")} and ${scopes.length - mostScopes} more`

const rejected = (tally: Tally): ReadonlyArray<string> => {
  const all: Array<string> = []
  for (const [connection, { count, shown }] of tally.rejected) {
    for (const row of shown) all.push(`${connection}: left out a row that is not as documented: ${row}`)
    if (count > shown.length) all.push(`${connection}: left out ${count - shown.length} more such rows`)
  }
  return all
}

/** A line for each connection and reason; listings that failed for the same reason share it. */
export const failures = (all: ReadonlyArray<Catalog.Failure<unknown>>): ReadonlyArray<string> => {
  const groups = new Map<string, Group>()
  for (const { cause, connection, listing, provider, scope } of all) {
    for (const reason of cause.reasons) {
      if (Cause.isInterruptReason(reason)) continue
      const error = Cause.isFailReason(reason) ? reason.error : reason.defect
      const what = Cause.isFailReason(reason) ? failureOf(error) : `internal error: ${nameOf(error)}`
      const key = JSON.stringify([connection, provider, what.replace(/; request id [^;)]*/, "")])
      const group = groups.get(key) ?? { connection, provider, what, listings: new Map() }
      groups.set(key, group)
      if (listing !== null) {
        const scopes = group.listings.get(listing) ?? []
        group.listings.set(listing, scope === null ? scopes : [...scopes, scope])
      }
    }
  }
  return [...groups.values()].map(({ connection, listings, provider, what }) => {
    const places = [...listings].map(([listing, scopes]) => [listing, named(scopes)].join(" ").trim()).join(", ")
    return `${connection} (${[provider, places].join(" ").trim()}): ${what}`
  })
}

interface Group {
  readonly connection: string
  readonly provider: string
  readonly what: string
  /** The scopes of each listing that failed. */
  readonly listings: Map<string, ReadonlyArray<string>>
}

/** A plugin may bring its own copy of core, and its errors are of another class then. */
export const isScanError = (error: unknown): error is ScanError.ScanError =>
  Predicate.isTagged(error, "ScanError") && Predicate.hasProperty(error, "reason")

const failureOf = (error: unknown): string => {
  if (!isScanError(error)) return nameOf(error)
  const { reason } = error
  const advice = Advice.of(reason)
  return `${reason._tag}: ${reason.message}${advice === undefined ? "" : `; ${advice}`}`
}

/** What the run came to, in one line. */
export const summary = (tally: Tally, connections: number): string => {
  const { left } = tally
  const more = [
    tally.repeats === 0 ? "" : `${count(tally.repeats, "repeat")} dropped`,
    left === 0 ? "" : `${count(left, "row")} left out`,
    tally.failures.length === 0 ? "" : count(tally.failures.length, "failure")
  ].filter((part) => part !== "")
  const found = `${count(tally.written, "job")} from ${count(connections, "connection")}`
  return more.length === 0 ? found : `${found} (${more.join(", ")})`
}

/** Such as `1 job` and `2 jobs`. */
export const count = (n: number, noun: string): string => `${n} ${noun}${n === 1 ? "" : "s"}`
