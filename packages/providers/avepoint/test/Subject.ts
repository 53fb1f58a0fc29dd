import { AvePoint } from "@scanjobs/avepoint"
import * as AvePointEmulator from "@scanjobs/avepoint/emulator"
import type { Conformance } from "@scanjobs/testing"
import { Effect } from "effect"
import { connect, jobs } from "./Tenant.ts"

/** How the conformance suite and the fault schedules start the emulator and connect to it. */
export const subject: Conformance.SubjectOf<typeof AvePoint> = {
  provider: AvePoint,
  listings: { jobs: { wire: AvePointEmulator.wires.jobs } },
  errorUnder200: (message) => ({ traceId: "t-1", error: message, statusCode: 400 }),
  start: ({ fault, pageSize, rows }) =>
    Effect.map(
      AvePointEmulator.serve({ fault, jobs: jobs(rows, { state: 3, finishTime: "2027-01-01T00:00:00Z" }) }),
      (vendor) => ({
        ledger: vendor.ledger,
        connection: connect(vendor, { pageSize }),
        secrets: Effect.map(vendor.tokens.issued, (issued) => [
          vendor.settings.clientSecret,
          ...issued.map(({ token }) => token)
        ]),
        revoke: vendor.tokens.revokeAll
      })
    )
}
