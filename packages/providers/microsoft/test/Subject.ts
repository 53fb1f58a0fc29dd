import { Defender, Purview } from "@scanjobs/microsoft"
import * as MicrosoftEmulator from "@scanjobs/microsoft/emulator"
import type { Conformance } from "@scanjobs/testing"
import { Effect } from "effect"
import * as Account from "./Account.ts"

const secretsOf = ({ settings, tokens }: MicrosoftEmulator.MicrosoftEmulator) =>
  Effect.map(tokens.issued, (issued) => [settings.clientSecret, ...issued.map(({ token }) => token)])

const forbidden = { body: { error: { code: "Forbidden", message: "The caller has no permission on the resource." } } }

const nightly = {
  frequency: "Day",
  interval: 1,
  startTime: "2025-01-06T02:00:00Z",
  schedule: { hours: [2, 14], minutes: [30] }
}

/** How the conformance suite and the fault schedules start the emulator of Purview and connect to it. */
export const purview: Conformance.SubjectOf<typeof Purview> = {
  provider: Purview,
  listings: {
    runs: {
      wire: MicrosoftEmulator.wires.runs,
      parents: { wire: MicrosoftEmulator.wires.scans, parents: { wire: MicrosoftEmulator.wires.sources } }
    },
    planned: {
      wire: MicrosoftEmulator.wires.planned,
      single: true,
      several: true,
      endless: true,
      parents: "they are those of runs"
    }
  },
  errorUnder200: null,
  forbidden,
  start: ({ fault, level, listing, pageSize, rows }) =>
    Effect.gen(function* () {
      const many = level === 1 || listing === "planned"
      const runs = level === 0 && !many ? rows : 1
      const scans = Account.times(many ? rows : 1, (index) => ({
        name: `scan-${index}`,
        runs: Account.times(runs, Account.run),
        trigger: Account.trigger(nightly)
      }))
      const vendor = yield* MicrosoftEmulator.servePurview({
        fault,
        pageSize: listing === "planned" ? 1000 : pageSize,
        sources: Account.times(level === 2 ? rows : 1, (index) => Account.source(`source-${index}`, scans))
      })
      return {
        ledger: vendor.ledger,
        connection: Account.purview(vendor),
        secrets: secretsOf(vendor),
        revoke: vendor.tokens.revokeAll
      }
    })
}

/** The same for Defender. */
export const defender: Conformance.SubjectOf<typeof Defender> = {
  provider: Defender,
  listings: { antivirusScans: { wire: MicrosoftEmulator.wires.antivirusScans } },
  errorUnder200: null,
  forbidden,
  start: ({ fault, pageSize, rows }) =>
    Effect.gen(function* () {
      const vendor = yield* MicrosoftEmulator.serveDefender({ fault, actions: Account.times(rows, Account.action) })
      return {
        ledger: vendor.ledger,
        connection: Account.defender(vendor, { pageSize }),
        secrets: secretsOf(vendor),
        revoke: vendor.tokens.revokeAll
      }
    })
}
