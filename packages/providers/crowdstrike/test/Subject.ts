import { CrowdStrike } from "@scanjobs/crowdstrike"
import * as CrowdStrikeEmulator from "@scanjobs/crowdstrike/emulator"
import type { Conformance } from "@scanjobs/testing"
import { Effect } from "effect"
import * as Account from "./Account.ts"

const { empty, wires } = CrowdStrikeEmulator

const day = 86_400_000

/** Equal starts give equal jobs, also where a check starts the vendor a second later. */
const soon = Account.iso(Math.ceil(Date.now() / day) * day + 10 * day)

const rowsOf = {
  networkRuns: Account.networkRuns,
  networkScans: Account.networkScans,
  onDemandScans: Account.onDemandScans,
  scheduledScans: (count: number) => Account.scheduledScans(count, { schedule: { start_timestamp: soon, interval: 0 } })
}

const isListing = (name: string): name is keyof typeof rowsOf => name in rowsOf

/** How the conformance suite and the fault schedules start the emulator and connect to it. */
export const subject: Conformance.SubjectOf<typeof CrowdStrike> = {
  provider: CrowdStrike,
  listings: {
    networkRuns: { wire: wires.networkRuns },
    networkScans: { wire: wires.networkScans, several: true },
    onDemandScans: { wire: wires.onDemandScans },
    scheduledScans: { wire: wires.scheduledScans, several: true }
  },
  errorUnder200: (message) => ({
    meta: { query_time: 0.1, trace_id: "t-1" },
    errors: [{ code: 400, message }],
    resources: null
  }),
  forbidden: { body: { errors: [{ code: 403, message: "access denied, authorization failed" }], resources: null } },
  start: ({ fault, listing, pageSize, rows }) =>
    Effect.map(
      CrowdStrikeEmulator.serve({
        fault,
        // The faults of rows are about the first one of a page.
        quirks: { order: "asked" },
        scans: isListing(listing) ? { ...empty, [listing]: rowsOf[listing](Number.isFinite(rows) ? rows : 1) } : empty
      }),
      (vendor) => ({
        ledger: vendor.ledger,
        connection: Account.connect(vendor, { pageSize }),
        secrets: Effect.map(vendor.tokens.issued, (issued) => [
          vendor.settings.clientSecret,
          ...issued.map(({ token }) => token)
        ]),
        revoke: vendor.tokens.revokeAll
      })
    )
}
