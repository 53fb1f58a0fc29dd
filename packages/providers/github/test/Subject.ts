import { GitHub } from "@scanjobs/github"
import * as GitHubEmulator from "@scanjobs/github/emulator"
import type { Conformance } from "@scanjobs/testing"
import { Effect } from "effect"
import * as Account from "./Account.ts"

/** The repositories of an organization. */
const parents: Conformance.ExpectedParents = {
  wire: GitHubEmulator.wires.repositories,
  skips: { C05: "the emulator has just the organizations of its repositories, so that none is empty" }
}

/** A repository with these numbers of scans. */
const repository = (listing: string, rows: number): GitHubEmulator.Repository => ({
  ...GitHubEmulator.published,
  codeScanning: listing === "codeScanning" ? Account.analyses(rows, { error: "out of memory" }) : [],
  secretScanning: listing === "secretScanning" ? Account.customScans(rows) : {}
})

/** How the conformance suite and the fault schedules start the emulator and connect to it. */
export const subject: Conformance.SubjectOf<typeof GitHub> = {
  provider: GitHub,
  listings: {
    codeScanning: { wire: GitHubEmulator.wires.codeScanning, parents },
    secretScanning: {
      wire: GitHubEmulator.wires.secretScanning,
      // A history is one answer.
      single: true,
      parents,
      skips: { C21: "its rows have no ids, and what they are known by instead may be missing" }
    }
  },
  errorUnder200: null,
  forbidden: { body: { message: "Resource not accessible by personal access token" } },
  skips: { C17: "a token of this kind is not renewed" },
  start: ({ fault, listing, of, pageSize, rows }) =>
    Effect.map(
      GitHubEmulator.serve({
        fault,
        repositories:
          of === "rows"
            ? [repository(listing, rows)]
            : Array.from({ length: rows }, (_, index) => ({
                ...repository(listing, 1),
                id: index + 1,
                full_name: `octo-org/repository-${index}`
              }))
      }),
      (vendor) => ({
        ledger: vendor.ledger,
        connection: Account.connect(vendor, { pageSize }),
        secrets: Effect.succeed([vendor.settings.token]),
        revoke: null
      })
    )
}
