import { Aws } from "@scanjobs/aws"
import * as AwsEmulator from "@scanjobs/aws/emulator"
import type { Conformance } from "@scanjobs/testing"
import { Effect } from "effect"
import { connect, region, rows } from "./Account.ts"

const { wires } = AwsEmulator

const another = "us-east-1"

/** The servers of a service in two regions. */
const hostsOf = (service: string): Conformance.Hosts => ({
  origins: [region, another].map((region) => `https://${service}.${region}.amazonaws.com`),
  settings: { regions: [region, another] }
})

/** How the conformance suite and the fault schedules start the emulator and connect to it. */
export const subject: Conformance.SubjectOf<typeof Aws> = {
  provider: Aws,
  listings: {
    backupScans: { wire: wires.backupScans, hosts: hostsOf("backup") },
    malwareScans: { wire: wires.malwareScans, hosts: hostsOf("guardduty") },
    cisScans: { wire: wires.cisScans, hosts: hostsOf("inspector2") },
    cisConfigurations: { wire: wires.cisConfigurations, hosts: hostsOf("inspector2") },
    cisPlanned: { wire: wires.cisPlanned, several: true, hosts: hostsOf("inspector2") },
    classificationJobs: { wire: wires.classificationJobs, hosts: hostsOf("macie2") }
  },
  errorUnder200: null,
  forbidden: {
    body: { __type: "AccessDeniedException", message: "The user is not authorized to perform this action." }
  },
  skips: { C17: "an access key cannot be renewed" },
  start: ({ fault, pageSize, rows: count }) =>
    Effect.map(
      AwsEmulator.serve({
        fault,
        regions: { [region]: rows(Number.isFinite(count) ? count : 1), [another]: rows(0) }
      }),
      (vendor) => ({
        ledger: vendor.ledger,
        connection: connect(vendor, { pageSize, regions: [region] }),
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
