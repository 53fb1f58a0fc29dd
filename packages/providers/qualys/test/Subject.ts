import { Qualys } from "@scanjobs/qualys"
import * as QualysEmulator from "@scanjobs/qualys/emulator"
import type { Conformance } from "@scanjobs/testing"
import { Effect } from "effect"
import * as Account from "./Account.ts"

/** A third of the scans is processed. */
const inBothLists = (count: number) =>
  Account.vmScans(count).map((scan, index) => (index % 3 === 2 ? Account.processed(scan) : scan))

/** How the conformance suite and the fault schedules start the emulator and connect to it. */
export const subject: Conformance.SubjectOf<typeof Qualys> = {
  provider: Qualys,
  listings: {
    // One window of thirty days, asked for twice: for what is processed, and for what is not.
    vmScans: { wire: QualysEmulator.wires.vmScans, single: true },
    complianceScans: { wire: QualysEmulator.wires.complianceScans, single: true },
    vmSchedules: { wire: QualysEmulator.wires.vmSchedules, single: true, several: true },
    wasScans: { wire: QualysEmulator.wires.wasScans },
    wasSchedules: { wire: QualysEmulator.wires.wasSchedules, several: true }
  },
  errorUnder200: null,
  skips: { C17: "a password is not renewed" },
  start: ({ fault, listing, pageSize, rows }) => {
    const made = {
      vmScans: () => ({ vmScans: inBothLists(rows) }),
      complianceScans: () => ({ complianceScans: inBothLists(rows) }),
      vmSchedules: () => ({ vmSchedules: Account.vmSchedules(rows) }),
      wasScans: () => ({ wasScans: Account.wasScans(rows) }),
      wasSchedules: () => ({ wasSchedules: Account.wasSchedules(rows) })
    }[listing]
    return Effect.map(QualysEmulator.serve({ fault, subscription: made?.() ?? {}, limit: 1_000_000 }), (vendor) => ({
      ledger: vendor.ledger,
      connection: Account.connect(vendor, { pageSize, historyDays: 20 }),
      secrets: Effect.succeed([vendor.settings.password]),
      revoke: null
    }))
  }
}
