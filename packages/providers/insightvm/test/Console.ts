/** Rows of a console, and connections to its emulator. */
import type * as InsightVMEmulator from "@scanjobs/insightvm/emulator"
import { Redacted } from "effect"

/** A scan with this id, one an hour. */
export const scan = (id: number, now: number, fields: object = {}) => ({
  id,
  scanName: `scan ${id}`,
  status: "finished",
  startTime: new Date(now - (1000 - id) * 3_600_000).toISOString(),
  endTime: new Date(now - (1000 - id) * 3_600_000 + 60_000).toISOString(),
  siteId: 1,
  siteName: "Headquarters",
  ...fields
})

/** A schedule with its next three starts, a week apart. */
export const schedule = (
  id: number,
  { next, ...fields }: { readonly next: number; readonly [field: string]: unknown }
) => ({
  id,
  enabled: true,
  scanName: `schedule ${id}`,
  start: new Date(next - 7 * 86_400_000).toISOString(),
  repeat: { every: "week", interval: 1 },
  nextRuntimes: [0, 1, 2].map((week) => new Date(next + week * 7 * 86_400_000).toISOString()),
  ...fields
})

/** A site with its schedules. */
export const site = (id: number, schedules: ReadonlyArray<InsightVMEmulator.Row> = []) => ({
  site: { id, name: `site ${id}` },
  schedules
})

/** A connection to an emulator. */
export const connect = (
  { settings }: InsightVMEmulator.InsightVMEmulator,
  others: { readonly pageSize?: number } = {}
) => ({
  ...settings,
  ...others,
  provider: "insightvm" as const,
  name: "console",
  password: Redacted.make(settings.password)
})
