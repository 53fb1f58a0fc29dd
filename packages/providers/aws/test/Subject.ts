import { Aws } from "@scanjobs/aws"
import * as AwsEmulator from "@scanjobs/aws/emulator"
import type { Conformance } from "@scanjobs/testing"
import { Effect } from "effect"
import { connect, region, rows } from "./Account.ts"

const { wires } = AwsEmulator

const unscheduled = { C19: "the vendor gives a configuration no state" } as const

/** How the conformance suite and the fault schedules start the emulator and connect to it. */
export const subject: Conformance.SubjectOf<typeof Aws> = {
  provider: Aws,
  listings: {
    backupScans: { wire: wires.backupScans },
    malwareScans: { wire: wires.malwareScans },
    cisScans: { wire: wires.cisScans },
    cisConfigurations: { wire: wires.cisConfigurations, skips: unscheduled },
    cisPlanned: { wire: wires.cisPlanned, several: true, skips: unscheduled },
    classificationJobs: { wire: wires.classificationJobs }
  },
  errorUnder200: null,
  skips: { C17: "an access key cannot be renewed" },
  start: ({ fault, pageSize, rows: count }) =>
    Effect.map(
      AwsEmulator.serve({ fault, regions: { [region]: rows(Number.isFinite(count) ? count : 1) } }),
      (vendor) => ({
        ledger: vendor.ledger,
        connection: connect(vendor, { pageSize }),
        // Neither the secret key is ever sent, nor may a signature be shown.
        secrets: Effect.map(vendor.ledger.entries, (entries) => [
          vendor.settings.secretAccessKey,
          ...entries.flatMap(
            ({ headers }) => /Signature=([0-9a-f]{64})/.exec(headers["authorization"] ?? "")?.[1] ?? []
          )
        ]),
        revoke: null
      })
    )
}
