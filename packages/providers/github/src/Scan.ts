/**
 * The identity of secret scanning scans, because GitHub gives them no ids.
 */
import { ScanJob, Time } from "@scanjobs/core"
import { Schema } from "effect"
import * as Api from "./Api.ts"

type Scan = typeof Api.Scan.Type

/** A scan history: its scans by their groups. An answer may have more groups than the schema knows. */
export type History = { readonly [Group in (typeof Api.groups)[number]]?: ReadonlyArray<Scan> | null }

const isScan = Schema.is(Api.Scan)

const groups = new WeakMap<History, ReadonlyMap<Scan, string>>()

/** The group of each scan, which the scan itself does not name. Scans of a group that is not documented are among them. */
const groupsOf = (history: History): ReadonlyMap<Scan, string> => {
  let known = groups.get(history)
  if (known === undefined) {
    known = new Map(
      Object.entries<unknown>(history).flatMap(([group, scans]) =>
        Array.isArray(scans) ? scans.filter(isScan).map((scan) => [scan, group] as const) : []
      )
    )
    groups.set(history, known)
  }
  return known
}

/** All scans of a history: those of the documented groups first, then those of groups that GitHub may add. */
export const rowsOf = (history: History): ReadonlyArray<Scan> => [
  ...Api.groups.flatMap((group) => history[group] ?? []),
  ...[...groupsOf(history)].filter(([, group]) => !Api.groups.some((known) => known === group)).map(([scan]) => scan)
]

/** The group in which a scan of a history is. */
export const groupOf = (scan: Scan, history: History): string => groupsOf(history).get(scan) ?? ""

/**
 * A scan is identified by its group, type, pattern and time. They are unique in a history, which lists only the latest scan of each
 * type. A pending scan has no time yet, so its id changes when it starts.
 */
export const identityOf = (scan: Scan, group: string) => {
  const pattern = ScanJob.firstText(scan.pattern_name, scan.pattern_slug) ?? undefined
  const definition = [group, scan.type, scan.pattern_scope, pattern].filter(isText)
  const time = [scan.started_at, scan.completed_at].find(isText)
  const millis = Time.fromIso(time)
  const definitionId = definition.map(encodeURIComponent).join("/")
  return {
    vendorId: `${definitionId}/${millis === null ? "pending" : Number.isNaN(millis) ? time : new Date(millis).toISOString()}`,
    definitionId,
    name: [pattern ?? group.replaceAll("_", " "), scan.type].filter(isText).join(": ")
  }
}

const isText = (text: string | null | undefined): text is string => text !== null && text !== undefined && text !== ""
