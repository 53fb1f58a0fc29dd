/**
 * What tells one secret scanning scan from another, because GitHub gives them no ids.
 */
import { Time } from "@scanjobs/core"
import * as Api from "./Api.ts"

type Scan = typeof Api.Scan.Type

/** A scan history: its scans by their groups. */
export type History = { readonly [Group in (typeof Api.groups)[number]]?: ReadonlyArray<Scan> | null }

const grouped = new WeakMap<History, ReadonlyMap<Scan, string>>()

/** The group that a scan of a history stands in, which the scan itself does not say. */
export const groupOf = (scan: Scan, history: History): string => {
  let groups = grouped.get(history)
  if (groups === undefined) {
    groups = new Map(Api.groups.flatMap((group) => (history[group] ?? []).map((one) => [one, group] as const)))
    grouped.set(history, groups)
  }
  return groups.get(scan) ?? ""
}

/**
 * A scan is known by its group, its type, its pattern and its time, of which a repository's history has one each: only the
 * latest scan of a type is listed. A pending scan has no time, and so gets another id when it starts.
 */
export const identityOf = (scan: Scan, group: string) => {
  const pattern = scan.pattern_name ?? scan.pattern_slug ?? undefined
  const definition = [group, scan.type, scan.pattern_scope, pattern].filter(isText)
  const time = Time.fromIso(scan.started_at) ?? Time.fromIso(scan.completed_at)
  const definitionId = definition.map(encodeURIComponent).join("/")
  return {
    vendorId: `${definitionId}/${time === null ? "pending" : new Date(time).toISOString()}`,
    definitionId,
    name: [pattern ?? group.replaceAll("_", " "), scan.type].filter(isText).join(": ")
  }
}

const isText = (text: string | null | undefined): text is string => text !== null && text !== undefined && text !== ""
