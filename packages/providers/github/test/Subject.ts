import { GitHub } from "@scanjobs/github"
import * as GitHubEmulator from "@scanjobs/github/emulator"
import type { Conformance } from "@scanjobs/testing"
import { Effect } from "effect"
import * as Account from "./Account.ts"

/** How the conformance suite and the fault schedules start the emulator and connect to it. */
export const subject: Conformance.SubjectOf<typeof GitHub> = {
  provider: GitHub,
  listings: {
    codeScanning: { wire: GitHubEmulator.wires.codeScanning },
    secretScanning: {
      wire: GitHubEmulator.wires.secretScanning,
      // A history is one answer.
      single: true,
      skips: { C21: "its rows have no ids, and what they are known by instead may be missing" }
    }
  },
  errorUnder200: null,
  skips: { C17: "a token of this kind is not renewed" },
  start: ({ fault, listing, pageSize, rows }) =>
    Effect.map(
      GitHubEmulator.serve({
        fault,
        repositories: [
          {
            ...GitHubEmulator.published,
            codeScanning: listing === "codeScanning" ? Account.analyses(rows, { error: "out of memory" }) : [],
            secretScanning: listing === "secretScanning" ? Account.customScans(rows) : {}
          }
        ]
      }),
      (vendor) => ({
        ledger: vendor.ledger,
        connection: Account.connect(vendor, { pageSize }),
        secrets: Effect.succeed([vendor.settings.token]),
        revoke: null
      })
    )
}
