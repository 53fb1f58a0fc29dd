/**
 * What standard error says of a run, line by line.
 */
import { type Catalog, Drift, type ScanError } from "@scanjobs/core"
import { Cause, Duration, Predicate } from "effect"
import * as Advice from "./Advice.ts"
import { nameOf } from "../Problem.ts"
import { isoOf } from "../output/IsoTime.ts"
import * as States from "../output/States.ts"
import type { Tally } from "./Tally.ts"
import * as TimesWithin from "./TimesWithin.ts"

/** How many scopes or connections are named before the others are only counted. */
const mostNamed = 10

/** Whether the run came to its end, or a person ended it. */
export type Ended = "ended" | "interrupted"

/** The whole report of a run: notes, rejected rows, failures, and a summary. */
export const lines = (
  tally: Tally,
  how: Ended,
  connections: number,
  horizon: Duration.Input,
  footer: Footer = "none"
): ReadonlyArray<string> => [
  ...remarks(tally, horizon),
  ...unnamed(tally),
  ...rejected(tally),
  ...failures(tally.failures),
  ...(tally.unshown === 0 ? [] : [`note: ${count(tally.unshown, "more note")} not shown`]),
  `${how === "interrupted" ? "interrupted: " : ""}${summary(tally, connections)}${ending(tally, footer)}`
]

/** What follows the summary: for a table, how many jobs are in each state, and how many definitions it leaves out. */
export type Footer = "none" | "states"

const ending = ({ hidden, states }: Tally, footer: Footer): string => {
  if (footer === "none") return ""
  const counts = States.counted(states)
  const more = hidden === 0 ? "" : `; ${count(hidden, "definition")} not shown, see --kind`
  return `${counts === "" ? "" : `: ${counts}`}${more}`
}

/** What is good to know, and where: a listing of a connection, with its scopes. */
interface Remark {
  readonly connection: string
  readonly where: string
  readonly what: string
}

/** A line for each remark. What is the same for several places is said once, and so is a place that several connections have. */
const remarks = (tally: Tally, horizon: Duration.Input): ReadonlyArray<string> =>
  [...Map.groupBy([...notes(tally), ...drifts(tally), ...cuts(tally, horizon)], ({ what }) => what)].map(
    ([what, all]) => {
      const places = [...Map.groupBy(all, ({ where }) => where)].map(([where, same]) => ({
        where,
        connections: named(same.map(({ connection }) => connection))
      }))
      const [only, ...others] = places
      if (only !== undefined && others.length === 0) return `note: ${only.connections}: ${only.where}: ${what}`
      const everywhere = places.map(({ connections, where }) => `${connections} ${where}`)
      return `note: ${what}: ${named(everywhere, "; ")}`
    }
  )

const placeOf = (listing: string, scopes: Iterable<string>): string => [listing, named([...scopes])].join(" ").trim()

/** Says where the scopes are named that the notes only count. */
const unnamed = ({ notes: all }: Tally): ReadonlyArray<string> => {
  const scopes = [...all.values()].reduce((sum, note) => sum + Math.max(0, note.scopes.size - mostNamed), 0)
  return scopes === 0
    ? []
    : [`note: ${count(scopes, "more scope")} with these notes, each of which --json-errors names`]
}

const notes = (tally: Tally): ReadonlyArray<Remark> =>
  [...tally.notes.values()].map(({ connection, listing, message, scopes, times }) => ({
    connection,
    where: placeOf(listing, scopes),
    what: TimesWithin.fill(message, times)
  }))

/** The fields of a listing's rows that its provider does not know. */
interface Extra {
  readonly connection: string
  readonly listing: string
  readonly fields: Array<string>
  rows: number
}

/** Vendors add many fields at once, so that the unknown fields of a listing share a line. */
const drifts = (tally: Tally): ReadonlyArray<Remark> => {
  const extra = new Map<string, Extra>()
  const others: Array<Remark> = []
  for (const { connection, drift, listing } of tally.drifts.values()) {
    if (drift.kind !== "extra") {
      others.push({ connection, where: listing, what: Drift.format(drift) })
      continue
    }
    const key = JSON.stringify([connection, listing])
    const known = extra.get(key) ?? { connection, listing, fields: [], rows: 0 }
    extra.set(key, known)
    known.fields.push(drift.field)
    known.rows = Math.max(known.rows, drift.rows)
  }
  return [
    ...[...extra.values()].map(({ connection, fields, listing, rows }) => ({
      connection,
      where: listing,
      what: `${count(rows, "row")} ${rows === 1 ? "has" : "have"} ${fields.length === 1 ? "a field" : "fields"} that the provider does not know: ${named(fields)}`
    })),
    ...others
  ]
}

const cuts = (tally: Tally, horizon: Duration.Input): ReadonlyArray<Remark> =>
  [...tally.cuts.values()].map(({ connection, horizon: at, listing, scopes }) => ({
    connection,
    where: placeOf(listing, scopes),
    what: `planned runs after ${isoOf(at)?.slice(0, 10)} were not asked for (default horizon of ${daysOf(horizon)}; use --until)`
  }))

const daysOf = (horizon: Duration.Input): string => {
  const days = Duration.toDays(Duration.fromInputUnsafe(horizon))
  return Number.isInteger(days) ? `${days} days` : Duration.format(Duration.fromInputUnsafe(horizon))
}

/** Names, of which only the first few are shown where there are many. */
export const named = (names: ReadonlyArray<string>, between = ", "): string =>
  names.length <= mostNamed
    ? names.join(between)
    : `${names.slice(0, mostNamed).join(between)} and ${names.length - mostNamed} more`

const rejected = (tally: Tally): ReadonlyArray<string> => {
  const all: Array<string> = []
  for (const [connection, { count, shown }] of tally.rejected) {
    for (const row of shown) all.push(`${connection}: left out a row that is not as documented: ${row}`)
    if (count > shown.length) all.push(`${connection}: left out ${count - shown.length} more such rows`)
  }
  return all
}

/**
 * A line for each reason. Listings and scopes of a connection that failed for the same reason share it, and so do connections of
 * one provider whose same listings failed for the same reason.
 */
export const failures = (all: ReadonlyArray<Catalog.Failure<unknown>>): ReadonlyArray<string> => {
  const lines = new Map<
    string,
    { readonly connections: Array<string>; readonly where: string; readonly what: string }
  >()
  for (const { connection, listings, provider, what } of ofConnections(all)) {
    const places = [...listings]
      .map(([listing, scopes]) => [listing, named(inOrder(scopes))].join(" ").trim())
      .join(", ")
    const where = [provider, places].join(" ").trim()
    const key = JSON.stringify([where, alike(what)])
    const line = lines.get(key) ?? { connections: [], where, what }
    lines.set(key, line)
    line.connections.push(connection)
  }
  return [...lines.values()].map(({ connections, what, where }) => {
    const counted = connections.length <= mostNamed ? "" : `, ${connections.length} connections`
    return `${named(connections)} (${where}${counted}): ${what}`
  })
}

/** Scopes fail in any order, and must read the same for every connection. */
const inOrder = (scopes: ReadonlyArray<string>): ReadonlyArray<string> =>
  scopes.toSorted((a, b) => a.localeCompare(b, "en", { numeric: true }))

/** The failures of each connection, together where they have the same reason. */
const ofConnections = (all: ReadonlyArray<Catalog.Failure<unknown>>): Iterable<Group> => {
  const groups = new Map<string, Group>()
  for (const { cause, connection, listing, provider, scope } of all) {
    for (const reason of cause.reasons) {
      if (Cause.isInterruptReason(reason)) continue
      const error = Cause.isFailReason(reason) ? reason.error : reason.defect
      const what = Cause.isFailReason(reason) ? failureOf(error) : `internal error: ${nameOf(error)}`
      const key = JSON.stringify([connection, provider, alike(what)])
      const group = groups.get(key) ?? { connection, provider, what, listings: new Map() }
      groups.set(key, group)
      if (listing !== null) {
        const scopes = group.listings.get(listing) ?? []
        group.listings.set(listing, scope === null ? scopes : [...scopes, scope])
      }
    }
  }
  return groups.values()
}

/** Failures that differ only in the id of the vendor's request, or in how long to wait, are the same to a person. */
const alike = (what: string): string =>
  what.replace(/; request id [^;)]*/, "").replaceAll(/\b(wait|sent for) \d+ s\b/g, "$1")

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
