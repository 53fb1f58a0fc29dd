import { InsightVM } from "@scanjobs/insightvm"
import * as InsightVMEmulator from "@scanjobs/insightvm/emulator"
import type { Conformance } from "@scanjobs/testing"
import { Clock, Effect } from "effect"
import { connect, scan, schedule, site } from "./Console.ts"

const hour = 3_600_000

/** How the conformance suite and the fault schedules start the emulator and connect to it. */
export const subject: Conformance.SubjectOf<typeof InsightVM> = {
  provider: InsightVM,
  listings: {
    scans: { wire: InsightVMEmulator.wires.scans },
    schedules: {
      wire: InsightVMEmulator.wires.schedules,
      single: true,
      parents: { wire: InsightVMEmulator.wires.sites }
    },
    planned: {
      wire: InsightVMEmulator.wires.planned,
      single: true,
      several: true,
      parents: "they are those of schedules"
    }
  },
  errorUnder200: (message) => ({ status: "400", message, links: [] }),
  forbidden: { body: { status: "403", message: "The user may not view this.", links: [] } },
  skips: { C17: "a password cannot be renewed" },
  start: ({ fault, listing, of, pageSize, rows }) =>
    Effect.gen(function* () {
      const now = Math.ceil((yield* Clock.currentTimeMillis) / hour) * hour
      const scans = Array.from({ length: listing === "scans" ? rows : 0 }, (_, index) => scan(index + 1, now))
      const half = Math.ceil(scans.length / 2)
      const schedules = (site: number, count: number) =>
        Array.from({ length: count }, (_, index) => schedule(site * 100 + index, { next: now + (24 + index) * hour }))
      const sites =
        of === "parents"
          ? Array.from({ length: rows }, (_, index) => site(index + 1, schedules(index + 1, 1)))
          : [site(1, schedules(1, listing === "scans" ? 0 : rows))]
      const vendor = yield* InsightVMEmulator.serve({
        fault,
        console: { active: scans.slice(0, half), past: scans.slice(half), sites }
      })
      return {
        ledger: vendor.ledger,
        connection: connect(vendor, { pageSize }),
        secrets: Effect.succeed([vendor.settings.password]),
        revoke: null
      }
    })
}
