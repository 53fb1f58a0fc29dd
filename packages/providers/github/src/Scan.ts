/**
 * What tells one secret scanning scan from another, because GitHub gives them no ids.
 */
import { Time } from "@scanjobs/core"
import type * as Api from "./Api.ts"

/**
 * A scan is known by its group, its type, its pattern and its time, of which a repository's history has one each: only the
 * latest scan of a type is listed. A pending scan has no time, and so gets another id when it starts.
 */
export const identityOf = (scan: typeof Api.Scan.Type, group: string) => {
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
