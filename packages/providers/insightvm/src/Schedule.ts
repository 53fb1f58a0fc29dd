/**
 * What a schedule plans: its next starts, of which the console tells at most ten.
 */
import { Time } from "@scanjobs/core"
import type * as Api from "./Api.ts"

/** The time from which on the console does not tell the starts of a schedule; `undefined` where it tells all. */
export const knownUntil = ({ enabled, nextRuntimes, repeat }: Api.Schedule): number | undefined =>
  !enabled || repeat === null || repeat === undefined ? undefined : (Time.fromIso(nextRuntimes?.at(-1)) ?? undefined)

/** What all jobs of a schedule have. */
const fieldsOf = ({ scanName }: Api.Schedule, site: string | null) => ({
  name: scanName ?? site,
  category: "vulnerability" as const
})

/** The schedule itself. */
export const definition = (schedule: Api.Schedule, site: string | null) => ({
  ...fieldsOf(schedule, site),
  vendorId: String(schedule.id),
  kind: "definition" as const,
  state: schedule.enabled ? ("scheduled" as const) : ("cancelled" as const),
  vendorState: schedule.enabled ? "enabled" : "disabled",
  startTime: Time.fromIso(schedule.start)
})

/** The runs that it plans from a time on. */
export const planned = (schedule: Api.Schedule, site: string | null, { from }: { readonly from: number }) =>
  (schedule.enabled ? (schedule.nextRuntimes ?? []) : []).flatMap((text) => {
    const startTime = Time.fromIso(text)
    if (startTime !== null && startTime < from) return []
    return [
      {
        ...fieldsOf(schedule, site),
        vendorId: `${schedule.id}@${text}`,
        kind: "occurrence" as const,
        definitionId: String(schedule.id),
        state: "scheduled" as const,
        vendorState: "enabled",
        startTime
      }
    ]
  })
